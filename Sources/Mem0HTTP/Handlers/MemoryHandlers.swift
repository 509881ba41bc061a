import Access
import HTTPServer
import Memories
import Records

extension Mem0Call {
    /// `GET /v1/memories/{id}/`.
    func get(_ id: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.object(try await project.memory(id).members)
    }

    /// `PUT /v1/memories/{id}/`.
    func update(_ id: String) async throws(MemoryError) -> HTTPResponse {
        Mem0Answer.object(try await changed(id).members)
    }

    /// `PUT /memories/{id}`.
    func updateHosted(_ id: String) async throws(MemoryError) -> HTTPResponse {
        _ = try await changed(id)
        return Mem0Answer.message("Memory updated successfully!")
    }

    private func changed(_ id: String) async throws(MemoryError) -> Mem0Memory {
        try caller.require(.write)
        let start = project.now
        let memory = try await project.memory(id)
        let change = try MemoryChangeRequest(request.body)
        let updated = try await project.apply(change, to: memory)
        _ = try await project.record("UPDATE", [updated.event(.update)], since: start)
        return updated
    }

    /// `DELETE /v1/memories/{id}/`.
    func delete(_ id: String, message: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.delete)
        let start = project.now
        let memory = try await project.memory(id)
        do {
            try await project.store.delete(
                memory.memory.id, in: try project.scope(of: memory.owner), with: try await project.notifications())
        } catch {
            throw error.code == .notFound ? Project.absent : error
        }
        _ = try await project.record("DELETE", [memory.event(.delete)], since: start)
        var members: [String: JSONValue] = ["message": .string(message)]
        // Nothing is linked here, so nothing else goes.
        if request.flag("delete_linked") { members["cascade_count"] = .int(0) }
        return Mem0Answer.object(members)
    }

    /// `DELETE /v1/memories/?…`: at once, although clients of the platform expect it to take a while.
    func deleteAll() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.delete)
        var parts: [Mem0Filter] = []
        if let ids = try request.idFilter(query: true) { parts.append(ids) }
        if let ids = try request.idFilter() { parts.append(ids) }
        parts += try queryFilters()
        if let filters = request.body["filters"], filters != .null { parts.append(try Mem0Filter(filters)) }
        guard !parts.isEmpty else {
            throw MemoryError(
                .invalid, "at least one of user_id, agent_id, app_id, run_id, metadata and filters is required")
        }
        let done = try await removeAll(.and(parts), as: "DELETE_ALL")
        return Mem0Answer.object([
            "message": .string("Memories deleted successfully!"), "event_id": .string(done.event),
            "count": .int(Int64(done.count)),
        ])
    }

    /// `DELETE /memories?…`.
    func deleteAllHosted() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.delete)
        guard let filter = try request.idFilter(query: true) else {
            throw MemoryError(.invalid, "At least one identifier (user_id, agent_id, run_id) is required.")
        }
        _ = try await removeAll(filter, as: "DELETE_ALL")
        return Mem0Answer.message("All relevant memories deleted")
    }

    /// `POST /reset`: every memory of the project.
    func reset() async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.admin)
        try caller.require(.delete)
        _ = try await removeAll(.all, as: "RESET")
        return Mem0Answer.message("All memories reset")
    }

    /// Deletes every memory that passes a filter, hidden ones too.
    func removeAll(_ filter: Mem0Filter, as type: String) async throws(MemoryError) -> (count: Int, event: String) {
        let start = project.now
        var events: [MemoryEvent] = []
        for owner in try await project.owners(for: filter) {
            events += try await project.remove(
                try await project.memories(of: owner, Selection(all: filter)), of: owner)
        }
        let event = try await project.record(type, events, since: start)
        return (events.count, event)
    }
}

extension Mem0Memory {
    var owner: Owner { Owner(user: memory.scope.user) }

    func event(_ kind: MemoryEvent.Kind) -> MemoryEvent {
        MemoryEvent(kind: kind, id: memory.id, text: memory.content, owner: owner)
    }
}

/// What a client wants to be different about a memory.
struct MemoryChangeRequest {
    var text: String?
    var metadata: [String: JSONValue]?
    var topics: [String]?
    var expiration: FieldUpdate<String> = .keep
    var time: Timestamp?

    /// - Throws: ``MemoryError`` `invalid`.
    init(_ members: [String: JSONValue]) throws(MemoryError) {
        for name in ["text", "data", "memory"] where text == nil {
            switch members[name] {
            case nil, .null: continue
            case .string(let given): text = given
            default: throw MemoryError(.invalid, "\(name) must be a string")
            }
        }
        switch members["metadata"] {
        case nil, .null: break
        case .object(let given): metadata = given
        default: throw MemoryError(.invalid, "metadata must be an object")
        }
        switch members["categories"] {
        case nil, .null: break
        case .array(let list): topics = list.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: throw MemoryError(.invalid, "categories must be a list of strings")
        }
        switch members["expiration_date"] {
        case nil: break
        case .null: expiration = .clear
        case .string(let date): expiration = .set(try CalendarDay.parse(date, "expiration_date"))
        default: throw MemoryError(.invalid, "expiration_date must be a date such as 2030-12-31")
        }
        if let stamp = members["timestamp"], stamp != .null {
            time = try Mem0Filter.period("timestamp", stamp).start
        }
        if text == nil, metadata == nil, topics == nil, time == nil, case .keep = expiration {
            throw MemoryError(.invalid, "at least one of text, metadata, expiration_date and timestamp is required")
        }
    }
}

extension Project {
    /// Changes a memory.
    /// - Throws: ``MemoryError`` `invalid` for an immutable one, `notFound`, `conflict`, `unavailable`.
    func apply(_ change: MemoryChangeRequest, to old: Mem0Memory) async throws(MemoryError) -> Mem0Memory {
        guard !old.attributes.isImmutable else {
            throw MemoryError(.invalid, "this memory is immutable: delete it and add another")
        }
        var attributes = old.attributes
        switch change.expiration {
        case .keep: break
        case .set(let day): attributes.expirationDate = day
        case .clear: attributes.expirationDate = nil
        }
        if change.time != nil { attributes.hasTimestamp = true }
        var update = MemoryUpdate(content: change.text, topics: change.topics)
        if let time = change.time { update.eventTime = .set(time) }
        // Who clears the date means ours as well.
        if case .clear = change.expiration { update.expiresAt = .clear }
        update.metadata = try attributes.joined(
            to: change.metadata ?? Attributes.visible(old.memory.metadata))
        do {
            let outcome = try await store.update(
                old.memory.id, update, in: try scope(of: old.owner), with: try await notifications())
            return Mem0Memory(outcome.memory)
        } catch {
            throw error.code == .notFound ? Self.absent : error
        }
    }

    /// Deletes memories of one owner.
    func remove(_ memories: [Mem0Memory], of owner: Owner) async throws(MemoryError) -> [MemoryEvent] {
        guard !memories.isEmpty else { return [] }
        let deleted = Set(
            try await store.delete(
                memories.map(\.memory.id), in: try scope(of: owner), with: try await notifications()))
        return memories.filter { deleted.contains($0.memory.id) }.map { $0.event(.delete) }
    }
}
