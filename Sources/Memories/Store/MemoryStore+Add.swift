import Records
import Retrieval

/// What an add did.
public struct AddOutcome: Sendable, Hashable {
    /// The memory's id: new, or that of the memory that already said this.
    public var id: String
    /// Whether a new memory was made.
    public var isCreated: Bool
    /// `embeddings` when the memory was stored without a vector although one was wanted.
    public var degraded: [String]
}

extension MemoryStore {
    /// Adds one memory; adding the same again answers the existing id.
    /// - Throws: ``MemoryError`` `invalid`, `conflict` (policy `reject`), `limit`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func add(_ memory: NewMemory, in scope: Scope) async throws(MemoryError) -> AddOutcome {
        guard let result = await add([memory], in: scope).first else {
            throw MemoryError(.outcomeUnknown, "the store gave no outcome")
        }
        return try result.get()
    }

    /// Adds memories in order, each with its own outcome; embeddings and commits go in batches.
    public func add(_ memories: [NewMemory], in scope: Scope) async -> [Result<AddOutcome, MemoryError>] {
        await add(memories, in: scope, with: nil)
    }

    /// As ``add(_:in:)``, with further writes in the batch of each memory.
    package func add(
        _ memories: [NewMemory], in scope: Scope, with companions: MemoryCompanions?
    ) async -> [Result<AddOutcome, MemoryError>] {
        do {
            try scope.validate()
        } catch {
            return memories.map { _ in .failure(error) }
        }
        var outcomes = [Result<AddOutcome, MemoryError>?](repeating: nil, count: memories.count)
        var checked: [(place: Int, memory: NewMemory)] = []
        checked.reserveCapacity(memories.count)
        for (place, memory) in memories.enumerated() {
            do {
                checked.append((place, try memory.normalized()))
            } catch {
                outcomes[place] = .failure(error)
            }
        }
        let embeddings: Embeddings
        do {
            embeddings = try await embed(checked.map(\.memory))
        } catch {
            for (place, _) in checked { outcomes[place] = .failure(error) }
            return outcomes.map { $0 ?? .failure(MemoryError(.outcomeUnknown, "the store gave no outcome")) }
        }
        var drafts: [Draft] = []
        drafts.reserveCapacity(checked.count)
        var random = SystemRandomNumberGenerator()
        for (index, element) in checked.enumerated() {
            var draft = draft(element.memory, scope, embeddings.vectors[index], embeddings.space, random: &random)
            draft.companions = companions
            drafts.append(draft)
        }
        let results = await records.commit(drafts.map { $0.insertion(counts: counts(scope, 1)) })
        for (index, element) in checked.enumerated() {
            do {
                let outcome = try await settle(drafts[index], results[index])
                outcomes[element.place] = .success(
                    AddOutcome(id: outcome.id, isCreated: outcome.isCreated, degraded: embeddings.degraded))
            } catch {
                outcomes[element.place] = .failure(error)
            }
        }
        return outcomes.map { $0 ?? .failure(MemoryError(.outcomeUnknown, "the store gave no outcome")) }
    }

    /// A memory ready to be written.
    struct Draft {
        var memory: NewMemory
        var scope: Scope
        var id: String
        var time: Timestamp
        var fingerprint: String
        var values: MemoryValues
        var companions: MemoryCompanions?

        /// The batch that adds it as new.
        func insertion(counts: [Write]) -> Batch {
            Batch(
                scope.partition,
                [.insert(MemoryRecords.memory.name, values.values)] + counts
                    + (companions?(.add, id, memory.content) ?? []))
        }
    }

    private func draft(
        _ memory: NewMemory, _ scope: Scope, _ vector: [Float]?, _ space: String?,
        random: inout SystemRandomNumberGenerator
    ) -> Draft {
        let time = now()
        let id = Identifier.make(at: time, random: &random)
        let fingerprint = Fingerprint.make(memory, in: scope)
        var values = MemoryValues()
        values.encode(memory)
        values.encode(scope)
        values[.id] = .text(id)
        values[.createdAt] = .init(time)
        values[.updatedAt] = .init(time)
        values[.accessedAt] = .init(time)
        values[.fingerprint] = configuration.onDuplicate == .append ? .null : .text(fingerprint)
        values[.sequence] = .next("memory_sequence")
        values[.version] = .int(1)
        values[.recordedAt] = .init(time)
        values[.event] = .text("add")
        values[.terms] = terms(of: memory)
        if let vector {
            values[.vector] = .vector(vector)
            values[.vectorModel] = space.map { .text($0) } ?? .null
        }
        return Draft(memory: memory, scope: scope, id: id, time: time, fingerprint: fingerprint, values: values)
    }

    /// The distinct terms by which an engine finds candidates.
    func terms(of memory: NewMemory) -> Value {
        var seen: Set<String> = []
        var terms: [String] = []
        for text in [memory.content] + memory.topics + memory.participants {
            for term in analyzer.terms(of: text) where seen.insert(term).inserted { terms.append(term) }
        }
        return .tokens(terms)
    }

    /// Turns the outcome of an insertion into that of the add: duplicates and limits are decided here.
    private func settle(_ draft: Draft, _ result: Result<Receipt, StoreError>) async throws(MemoryError) -> AddOutcome {
        var result = result
        var makesRoom = true
        // Every lost race is somebody else's progress; after so many the caller should know.
        for _ in 0..<1_000 {
            switch result {
            case .success:
                return AddOutcome(id: draft.id, isCreated: true, degraded: [])
            case .failure(let error) where error.code == .exists:
                guard let record = error.record else { throw MemoryError(error) }
                if let outcome = try await resolveDuplicate(draft, with: record) { return outcome }
                result = await records.commit([draft.insertion(counts: counts(draft.scope, 1))])[0]
            case .failure(let error) where error.code == .limit:
                if makesRoom, try await sweepExpired(in: draft.scope.partition) > 0 {
                    makesRoom = false
                    result = await records.commit([draft.insertion(counts: counts(draft.scope, 1))])[0]
                } else if configuration.limits.policy == .evict {
                    result = try await evict(for: draft, draft.insertion(counts: counts(draft.scope, 1)))
                } else {
                    throw limitError(draft.scope, error)
                }
            case .failure(let error) where error.code == .guardFailed:
                result = await records.commit([draft.insertion(counts: counts(draft.scope, 1))])[0]
            case .failure(let error):
                throw MemoryError(error)
            }
        }
        throw MemoryError(.conflict, "the memory changed too often meanwhile; try again")
    }

    func limitError(_ scope: Scope, _ error: StoreError) -> MemoryError {
        let current = error.value ?? 0
        let limits = configuration.limits
        if let perUser = limits.perUser, current >= perUser {
            return MemoryError(
                .limit, "memory limit exceeded for user \(scope.user), limit: \(perUser), current: \(current)",
                underlying: error)
        }
        return MemoryError(
            .limit,
            "memory limit exceeded for agent \(scope.agent ?? ""), limit: \(limits.perAgent ?? 0), current: \(current)",
            underlying: error)
    }

    /// Applies the duplicate policy; nil when the memory in the way has changed and the insertion should be tried again.
    private func resolveDuplicate(_ draft: Draft, with record: Record) async throws(MemoryError) -> AddOutcome? {
        let existing = try StoredMemory(record)
        let memory = existing.memory
        let isGone = memory.deletedAt != nil || memory.expiresAt.map { $0 <= draft.time } == true
        if !isGone {
            switch configuration.onDuplicate {
            case .ignore:
                return AddOutcome(id: memory.id, isCreated: false, degraded: [])
            case .reject:
                throw MemoryError(
                    .conflict, "memory with id \(memory.id) already says this", conflictingID: memory.id)
            case .overwrite, .append: break
            }
        }
        let isSame = !isGone && memory.asNew.isEqualApartFromTimes(to: draft.memory)
        var writes: [Write] = []
        if isSame {
            let time = Value(draft.time)
            var changes: [Change] = [.greatest("updated_at", time), .greatest("accessed_at", time)]
            // The first add may have found no model to ask.
            if !draft.values[.vector].isNull {
                for field in [MemoryField.vector, .vectorModel] {
                    changes.append(.set(field.name, draft.values[field]))
                }
            }
            writes = [.patch(Key(MemoryRecords.memory.name, memory.id), changes)]
        } else {
            var values = draft.values
            values[.createdAt] = .init(memory.createdAt)
            values[.fingerprint] = .text(draft.fingerprint)
            values[.version] = .int(memory.revision + 1)
            values[.event] = .text(isGone ? "restore" : "update")
            values[.deletedAt] = .null
            // The text is the same, so a vector that could not be made now need not take the old one with it.
            let changes = values.changes(keepsVector: draft.values[.vector].isNull)
            writes = [existing.closedVersion, .patch(Key(MemoryRecords.memory.name, memory.id), changes)]
            // A tombstone was counted out when it was deleted; one that merely expired still counts.
            if memory.deletedAt != nil { writes += counts(draft.scope, 1) }
        }
        writes += draft.companions?(.update, memory.id, draft.memory.content) ?? []
        let batch = Batch(draft.scope.partition, guards: [existing.unchanged], writes)
        do {
            try await records.commit(batch)
            return AddOutcome(id: memory.id, isCreated: false, degraded: [])
        } catch {
            switch error.code {
            case .guardFailed, .missing: return nil
            case .limit: return try await reviveAtLimit(draft, memory.id, batch, error)
            default: throw MemoryError(error)
            }
        }
    }

    /// Makes room for a memory that comes back, as for a new one; nil when it should be tried again.
    private func reviveAtLimit(
        _ draft: Draft, _ id: String, _ batch: Batch, _ error: StoreError
    ) async throws(MemoryError) -> AddOutcome? {
        if try await sweepExpired(in: draft.scope.partition) > 0 { return nil }
        guard configuration.limits.policy == .evict else { throw limitError(draft.scope, error) }
        switch try await evict(for: draft, batch) {
        case .success: return AddOutcome(id: id, isCreated: false, degraded: [])
        case .failure(let error) where [.guardFailed, .missing, .limit].contains(error.code): return nil
        case .failure(let error): throw MemoryError(error)
        }
    }

    /// Removes the least recently updated memory and commits the batch that takes its place, all or nothing.
    private func evict(for draft: Draft, _ batch: Batch) async throws(MemoryError) -> Result<Receipt, StoreError> {
        let isAgentFull = try await isFull(agentOf: draft.scope)
        var filter = [Filter.not(.exists("deleted_at"))]
        if isAgentFull, let agent = draft.scope.agent { filter.append(.equal("agent_id", .text(agent))) }
        var query = Query(
            MemoryRecords.memory.name, .and(filter), order: .field("updated_at"), limit: 1, fields: MemoryField.visible)
        while true {
            let page: Page
            do {
                page = try await records.read(.query(query), in: draft.scope.partition)
            } catch {
                throw MemoryError(error)
            }
            if let record = page.records.first ?? nil {
                let oldest = try StoredMemory(record)
                var batch = batch
                batch.guards.append(oldest.unchanged)
                batch.writes = removal(of: oldest, at: draft.time, isSoft: false) + batch.writes
                return await records.commit([batch])[0]
            }
            guard let next = page.next else { throw MemoryError(.limit, "the limit leaves no room for a memory") }
            query.after = next
        }
    }

    private func isFull(agentOf scope: Scope) async throws(MemoryError) -> Bool {
        guard let agent = scope.agent, let limit = configuration.limits.perAgent else { return false }
        do {
            return try await records.read(.counter(Self.agentCounter(agent)), in: scope.partition).count >= limit
        } catch {
            throw MemoryError(error)
        }
    }
}

extension StoredMemory {
    /// The guard that nobody has written it since it was read.
    var unchanged: Guard {
        .matches(Key(MemoryRecords.memory.name, memory.id), .equal("revision", .int(storeRevision)))
    }
}

extension NewMemory {
    /// Whether two normalised memories agree in everything that is kept, vectors apart.
    func isEqualApartFromTimes(to other: NewMemory) -> Bool {
        var left = self
        var right = other
        left.vector = nil
        right.vector = nil
        left.topics.sort()
        right.topics.sort()
        left.participants.sort()
        right.participants.sort()
        return left == right
    }
}
