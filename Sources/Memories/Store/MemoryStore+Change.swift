import Records

/// What an update did.
public struct UpdateOutcome: Sendable, Hashable {
    /// The memory as it is now.
    public var memory: Memory
    /// `embeddings` when the new text was stored without a vector although one was wanted.
    public var degraded: [String]
}

extension MemoryStore {
    /// Changes a memory; its id stays. The history keeps what it was.
    /// - Parameter expecting: Fails with `conflict` unless the memory has this revision.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `conflict` when another memory already says the new content
    ///   (``MemoryError/conflictingID``) or the revision differs, `unavailable`.
    @discardableResult
    public func update(
        _ id: String, _ update: MemoryUpdate, in scope: Scope, expecting revision: Int64? = nil
    ) async throws(MemoryError) -> UpdateOutcome {
        try await self.update(id, update, in: scope, expecting: revision, with: nil)
    }

    /// As ``update(_:_:in:expecting:)``, with further writes in the same batch.
    package func update(
        _ id: String, _ update: MemoryUpdate, in scope: Scope, expecting revision: Int64? = nil,
        with companions: MemoryCompanions?
    ) async throws(MemoryError) -> UpdateOutcome {
        for _ in 0..<1_000 {
            let existing = try await stored(id, in: scope)
            try existing.check(revision)
            let new = try update.applied(to: existing.memory).normalized()
            let isSameText =
                new.vector == nil && new.embeddingText.hasSameBytes(as: existing.memory.asNew.embeddingText)
            // A vector of the same text stays, whoever made it; one of an earlier model is made anew.
            let embeddings =
                isSameText && existing.vectorSpace == vectorSpace
                ? Embeddings(vectors: [nil]) : try await embed([new])
            let keepsVector = isSameText && embeddings.vectors[0] == nil
            var values = MemoryValues()
            values.encode(new)
            values.encode(existing.memory.scope)
            let time = now()
            let fingerprint = Fingerprint.make(new, in: existing.memory.scope)
            let isCopy = existing.heldFingerprint == nil && fingerprint == existing.memory.fingerprint
            values[.createdAt] = .init(existing.memory.createdAt)
            values[.updatedAt] = .init(time)
            values[.accessedAt] = .init(time)
            values[.fingerprint] = isCopy ? .null : .text(fingerprint)
            values[.version] = .int(existing.memory.revision + 1)
            values[.recordedAt] = .init(time)
            values[.event] = .text("update")
            values[.terms] = terms(of: new)
            if let vector = embeddings.vectors[0] {
                values[.vector] = .vector(vector)
                values[.vectorModel] = embeddings.space.map { .text($0) } ?? .null
            }
            let key = Key(MemoryRecords.memory.name, existing.memory.id)
            let patch = Write.patch(key, values.changes(keepsVector: keepsVector))
            let others = companions?(.update, existing.memory.id, new.content) ?? []
            if try await replace(existing, [existing.closedVersion, patch] + others) {
                return UpdateOutcome(memory: try await stored(id, in: scope).memory, degraded: embeddings.degraded)
            }
        }
        throw MemoryError(.conflict, "the memory changed too often meanwhile; try again")
    }

    /// Commits the replacement of a memory; false when it changed meanwhile.
    /// A tombstone that holds the wanted fingerprint gives it away.
    private func replace(_ existing: StoredMemory, _ writes: [Write]) async throws(MemoryError) -> Bool {
        let partition = existing.memory.scope.partition
        var batch = Batch(partition, guards: [existing.unchanged], writes)
        for _ in 0..<2 {
            do {
                try await records.commit(batch)
                return true
            } catch {
                switch error.code {
                case .guardFailed, .missing: return false
                case .exists:
                    guard let record = error.record else { throw MemoryError(error) }
                    let other = try StoredMemory(record)
                    guard other.memory.deletedAt != nil else {
                        throw MemoryError(
                            .conflict, "memory with id \(other.memory.id) already says this",
                            conflictingID: other.memory.id)
                    }
                    batch.guards.append(other.unchanged)
                    batch.writes.insert(
                        .patch(Key(MemoryRecords.memory.name, other.memory.id), [.set("fingerprint", .null)]), at: 0)
                case .limit: throw limitError(existing.memory.scope, error)
                default: throw MemoryError(error)
                }
            }
        }
        return false
    }

    /// Deletes a memory: for good, or softly where the configuration says so. The history keeps what it was.
    /// - Parameter expecting: Fails with `conflict` unless the memory has this revision.
    /// - Throws: ``MemoryError`` `notFound`, `conflict`, `unavailable`.
    public func delete(
        _ id: String, in scope: Scope, expecting revision: Int64? = nil
    ) async throws(MemoryError) {
        try await delete(id, in: scope, expecting: revision, with: nil)
    }

    /// As ``delete(_:in:expecting:)``, with further writes in the same batch.
    package func delete(
        _ id: String, in scope: Scope, expecting revision: Int64? = nil, with companions: MemoryCompanions?
    ) async throws(MemoryError) {
        for _ in 0..<1_000 {
            let existing = try await stored(id, in: scope)
            try existing.check(revision)
            let writes = removal(of: existing, at: now(), isSoft: configuration.softDelete)
            let others = companions?(.delete, existing.memory.id, existing.memory.content) ?? []
            if try await replace(existing, writes + others) { return }
        }
        throw MemoryError(.conflict, "the memory changed too often meanwhile; try again")
    }

    /// Deletes several memories of a scope at once, each with further writes in its batch; the history keeps what they
    /// were.
    /// - Returns: The ids that were deleted here: those that somebody else deleted or changed meanwhile are not.
    /// - Throws: ``MemoryError`` `unavailable`; what was deleted before stays deleted.
    package func delete(
        _ ids: [String], in scope: Scope, with companions: MemoryCompanions? = nil
    ) async throws(MemoryError) -> [String] {
        try scope.validate()
        var deleted: [String] = []
        var rest = ids[...]
        while !rest.isEmpty {
            let keys = rest.prefix(200).map { Key(MemoryRecords.memory.name, $0) }
            rest = rest.dropFirst(keys.count)
            let page: Page
            do {
                page = try await records.read(.keys(keys, fields: MemoryField.visible), in: scope.partition)
            } catch {
                throw MemoryError(error)
            }
            var found: [StoredMemory] = []
            for case let record? in page.records {
                let stored = try StoredMemory(record)
                if isVisible(stored.memory, in: scope) { found.append(stored) }
            }
            let batches = found.map { stored in
                Batch(
                    scope.partition, guards: [stored.unchanged],
                    removal(of: stored, at: now(), isSoft: configuration.softDelete)
                        + (companions?(.delete, stored.memory.id, stored.memory.content) ?? []))
            }
            for (result, stored) in zip(await records.commit(batches), found) {
                switch result {
                case .success: deleted.append(stored.memory.id)
                case .failure(let error) where error.code == .guardFailed || error.code == .missing: continue
                case .failure(let error): throw MemoryError(error)
                }
            }
        }
        return deleted
    }

    /// Brings a softly deleted memory back; restoring a live one changes nothing.
    /// - Throws: ``MemoryError`` `notFound`, `conflict` when another memory says the same by now, `limit`.
    @discardableResult
    public func restore(_ id: String, in scope: Scope) async throws(MemoryError) -> Memory {
        for _ in 0..<1_000 {
            let existing = try await stored(id, in: scope, includesDeleted: true)
            guard existing.memory.expiresAt.map({ $0 > configuration.clock() }) ?? true else {
                throw MemoryError(.notFound, "memory with id \(existing.memory.id) not found")
            }
            guard existing.memory.deletedAt != nil else { return existing.memory }
            let time = Value(now())
            // An appended copy never held its fingerprint; a tombstone that gave it away wants it back.
            let isCopy = configuration.onDuplicate == .append && existing.heldFingerprint == nil
            let changes: [Change] = [
                .set("deleted_at", .null), .add("version", 1), .set("event", .text("restore")),
                .set("recorded_at", time),
                .set("updated_at", time), .set("accessed_at", time),
                .set("fingerprint", isCopy ? .null : .text(existing.memory.fingerprint)),
            ]
            let patch = Write.patch(Key(MemoryRecords.memory.name, existing.memory.id), changes)
            if try await replace(existing, [existing.closedVersion, patch] + counts(existing.memory.scope, 1)) {
                return try await stored(id, in: scope).memory
            }
        }
        throw MemoryError(.conflict, "the memory changed too often meanwhile; try again")
    }

    /// Deletes every memory of the scope, oldest first.
    /// - Returns: how many were deleted. Memories added meanwhile may stay.
    /// - Throws: ``MemoryError`` `unavailable`; what was deleted before stays deleted.
    @discardableResult
    public func clear(in scope: Scope) async throws(MemoryError) -> Int {
        try scope.validate()
        return try await remove(
            matching: MemoryFilter.live(in: scope), in: scope.partition, isSoft: configuration.softDelete)
    }

    /// Deletes what has expired in one partition, so that it no longer counts.
    /// - Returns: how many were deleted.
    /// - Throws: ``MemoryError`` `unavailable`.
    @discardableResult
    func sweepExpired(in partition: Partition) async throws(MemoryError) -> Int {
        let now = Value(configuration.clock())
        let filter = Filter.and([.not(.exists("deleted_at")), .atMost("expires_at", now)])
        return try await remove(matching: filter, in: partition, isSoft: false)
    }

    /// Deletes what has expired in every partition of the store; a server calls it now and then.
    /// - Returns: how many were deleted.
    /// - Throws: ``MemoryError`` `unavailable`.
    /// - Complexity: O(expired).
    @discardableResult
    public func sweepExpired() async throws(MemoryError) -> Int {
        let now = Value(configuration.clock())
        var partitions: Set<Partition> = []
        var query = Query(
            MemoryRecords.memory.name, .atMost("expires_at", now), order: .field("expires_at"), limit: 1_000,
            fields: ["expires_at"])
        var removed = 0
        while true {
            let found: SurveyPage
            do {
                found = try await records.survey(query)
            } catch {
                throw MemoryError(error)
            }
            for partition in found.partitions where partitions.insert(partition).inserted {
                removed += try await sweepExpired(in: partition)
            }
            guard let next = found.page.next else { break }
            query.after = next
        }
        return removed
    }

    private func remove(matching filter: Filter, in partition: Partition, isSoft: Bool) async throws(MemoryError) -> Int
    {
        var removed = 0
        var query = Query(
            MemoryRecords.memory.name, filter, order: .field("updated_at"), limit: 200, fields: MemoryField.visible)
        while true {
            let page: Page
            do {
                page = try await records.read(.query(query), in: partition)
            } catch {
                throw MemoryError(error)
            }
            var batches: [Batch] = []
            for case let record? in page.records {
                let stored = try StoredMemory(record)
                batches.append(
                    Batch(partition, guards: [stored.unchanged], removal(of: stored, at: now(), isSoft: isSoft)))
            }
            for result in await records.commit(batches) {
                switch result {
                case .success: removed += 1
                case .failure(let error) where error.code == .guardFailed || error.code == .missing: continue
                case .failure(let error): throw MemoryError(error)
                }
            }
            guard let next = page.next else { return removed }
            query.after = next
        }
    }

    /// The writes that delete a memory and keep it in the history.
    func removal(of stored: StoredMemory, at time: Timestamp, isSoft: Bool) -> [Write] {
        let key = Key(MemoryRecords.memory.name, stored.memory.id)
        let writes: [Write]
        if isSoft {
            writes = [
                stored.closedVersion,
                .patch(
                    key,
                    [
                        .set("deleted_at", .init(time)), .add("version", 1), .set("event", .text("delete")),
                        .set("recorded_at", .init(time)),
                    ]),
            ]
        } else {
            writes = [stored.closedVersion, stored.deletion(at: time), .delete(key)]
        }
        return stored.memory.deletedAt == nil ? writes + counts(stored.memory.scope, -1) : writes
    }
}

extension StoredMemory {
    /// Checks that the memory has the revision that the caller knows.
    /// - Throws: ``MemoryError`` `conflict`.
    func check(_ revision: Int64?) throws(MemoryError) {
        guard let revision, memory.revision != revision else { return }
        throw MemoryError(
            .conflict, "memory has revision \(memory.revision), not \(revision)", conflictingID: memory.id)
    }
}
