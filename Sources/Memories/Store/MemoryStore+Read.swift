public import Records

/// A page of memories.
public struct MemoryPage: Sendable {
    /// The memories, newest first.
    public var memories: [Memory]
    /// Where to continue; nil at the end.
    public var next: Cursor?
}

/// A version in a memory's history.
public struct MemoryVersion: Sendable, Hashable {
    /// The revision that the change made.
    public var revision: Int64
    /// `add`, `update`, `delete` or `restore`.
    public var event: String
    /// What the memory said from then on; nil after a deletion.
    public var content: String?
    /// What it said before; nil for the first version.
    public var previousContent: String?
    /// Everything else it held, as JSON members named as in answers.
    public var details: [String: JSONValue]
    /// When the change was made.
    public var recordedAt: Timestamp
}

extension MemoryStore {
    /// One memory.
    /// - Throws: ``MemoryError`` `notFound` when the scope has no such live memory, `invalid`, `unavailable`.
    /// - Complexity: O(log memories).
    public func get(_ id: String, in scope: Scope) async throws(MemoryError) -> Memory {
        let memory = try await stored(id, in: scope).memory
        if configuration.recordsAccess { await recordAccess([memory.id], in: scope) }
        return memory
    }

    /// Memories, newest first (by update, then by id), a page at a time.
    /// - Parameter limit: 1 to 10,000.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped + log memories).
    public func list(
        in scope: Scope, matching filter: MemoryFilter = MemoryFilter(), limit: Int = 100, after cursor: Cursor? = nil
    ) async throws(MemoryError) -> MemoryPage {
        try scope.validate()
        let live = Filter.and([MemoryFilter.live(in: scope), filter.filter])
        var query = Query(
            MemoryRecords.memory.name, live, order: .field("updated_at"), isDescending: true, limit: limit,
            after: cursor, fields: MemoryField.visible)
        var page = MemoryPage(memories: [])
        while true {
            let found: Page
            do {
                found = try await records.read(.query(query), in: scope.partition)
            } catch {
                throw MemoryError(error)
            }
            for case let record? in found.records {
                let memory = try StoredMemory(record).memory
                if isVisible(memory, in: scope) { page.memories.append(memory) }
            }
            page.next = found.next
            // A page may be short because of a scan budget or expired memories; ask on until it is full.
            query.limit = limit - page.memories.count
            guard let next = found.next, query.limit > 0 else { return page }
            query.after = next
        }
    }

    /// How many live memories the scope has, or how many of them pass a filter.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    /// - Complexity: O(memories of the user).
    public func count(
        in scope: Scope, matching filter: MemoryFilter = MemoryFilter()
    ) async throws(MemoryError) -> Int {
        try scope.validate()
        let now = Value(configuration.clock())
        let live = Filter.and([MemoryFilter.live(in: scope), .not(.atMost("expires_at", now)), filter.filter])
        do {
            return try await records.read(.count(MemoryRecords.memory.name, live), in: scope.partition).count
        } catch {
            throw MemoryError(error)
        }
    }

    /// Every version of a memory, oldest first, its deletion included.
    /// - Throws: ``MemoryError`` `notFound` when the scope never had it, `invalid`, `unavailable`.
    /// - Complexity: O(versions + log memories).
    public func history(_ id: String, in scope: Scope) async throws(MemoryError) -> [MemoryVersion] {
        try scope.validate()
        guard let canonical = Identifier.canonical(id) else {
            throw MemoryError(.invalid, "memory_id must be a UUID")
        }
        var versions: [MemoryVersion] = []
        var query = Query(MemoryRecords.version.name, .equal("memory_id", .text(canonical)), limit: 1_000)
        do {
            while true {
                let page = try await records.read(.query(query), in: scope.partition)
                for case let record? in page.records {
                    if let version = try version(record, in: scope) { versions.append(version) }
                }
                guard let next = page.next else { break }
                query.after = next
            }
            let key = Key(MemoryRecords.memory.name, canonical)
            let read = Read.keys([key], fields: MemoryField.visible)
            if let record = try await records.read(read, in: scope.partition).records.first ?? nil {
                let current = try StoredMemory(record)
                // Versions do not say whose app and user they are of; the memory does.
                guard scope.includes(current.memory.scope) else {
                    throw MemoryError(.notFound, "memory with id \(canonical) not found")
                }
                versions.append(MemoryVersion(current))
            }
        } catch let error as StoreError {
            throw MemoryError(error)
        } catch let error as MemoryError {
            throw error
        } catch {
            throw MemoryError(.unavailable, "the history could not be read", underlying: error)
        }
        guard !versions.isEmpty else { throw MemoryError(.notFound, "memory with id \(canonical) not found") }
        for index in versions.indices.dropFirst() { versions[index].previousContent = versions[index - 1].content }
        return versions
    }

    private func version(_ record: Record, in scope: Scope) throws(MemoryError) -> MemoryVersion? {
        let values = record.values
        guard values.count == MemoryRecords.version.fields.count, case .int(let revision) = values[1],
            case .text(let event) = values[2], case .time(let time) = values[7]
        else { throw MemoryError(.corrupted, "a stored version lacks a required field") }
        func text(_ position: Int) -> String? { if case .text(let text) = values[position] { text } else { nil } }
        let owner = Scope(app: scope.app, user: scope.user, agent: text(3), session: text(4))
        guard scope.includes(owner) else { return nil }
        var details: [String: JSONValue] = [:]
        if case .json(let text) = values[6] {
            guard case .object(let members)? = try? JSONValue(parsing: text) else {
                throw MemoryError(.corrupted, "a stored version's details are not a JSON object")
            }
            details = members
        }
        return MemoryVersion(
            revision: revision, event: event, content: text(5), previousContent: nil, details: details,
            recordedAt: Timestamp(microseconds: time))
    }

    /// Writes the time of access, without changing the memories' place in any order.
    func recordAccess(_ ids: [String], in scope: Scope) async {
        let time = Value(now())
        // An access that cannot be written is no reason to withhold the answer; nothing else depends on it.
        _ = await records.commit(
            ids.map { id in
                Batch(
                    scope.partition,
                    [.patch(Key(MemoryRecords.memory.name, id), [.greatest("accessed_at", time)])])
            })
    }
}

extension MemoryVersion {
    fileprivate init(_ stored: StoredMemory) {
        let isDeleted = stored.memory.deletedAt != nil
        self.init(
            revision: stored.memory.revision, event: stored.event, content: isDeleted ? nil : stored.memory.content,
            previousContent: nil, details: isDeleted ? [:] : stored.memory.details, recordedAt: stored.recordedAt)
    }
}
