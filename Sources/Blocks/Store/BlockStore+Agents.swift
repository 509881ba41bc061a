import Records

extension BlockStore {
    /// Gives an agent a block; one that it has already stays. An agent is a name: there is none to make first.
    /// - Parameter agent: 1 to 255 UTF-8 bytes.
    /// - Throws: ``BlockError`` `notFound`, `conflict` when the agent has another block of the label, `invalid`,
    ///   `unavailable`.
    public func attach(_ id: String, to agent: String) async throws(BlockError) {
        try Self.check(agent: agent)
        for _ in 0..<BlockLimits.attempts {
            let stored = try await stored(id)
            let key = BlockRecords.key(agent, id)
            guard try await read([.keys([key])])[0].records.first.flatMap({ $0 }) == nil else { return }
            let writes = Self.attachment(agent, stored.block)
            // Who attached it meanwhile, or changed its label, changed its record.
            if try await commit([Self.isUnchanged(stored)], writes) { return }
        }
        throw Self.keptChanging
    }

    static func attachment(_ agent: String, _ block: Block) -> [Write] {
        [
            .insert(
                BlockRecords.attachment.name,
                [.text(agent), .text(block.id), .text(block.label), .next(BlockRecords.attachment.name)]),
            .patch(BlockRecords.key(block.id), [.add("agents", 1)]),
        ]
    }

    /// Takes a block from an agent; one that it does not have is no error.
    /// - Throws: ``BlockError`` `notFound` for the block, `invalid`, `unavailable`.
    public func detach(_ id: String, from agent: String) async throws(BlockError) {
        try Self.check(agent: agent)
        for _ in 0..<BlockLimits.attempts {
            let stored = try await stored(id)
            let key = BlockRecords.key(agent, id)
            guard try await read([.keys([key])])[0].records.first.flatMap({ $0 }) != nil else { return }
            let writes: [Write] = [.delete(key), .patch(BlockRecords.key(id), [.add("agents", -1)])]
            if try await commit([Self.isUnchanged(stored)], writes) { return }
        }
        throw Self.keptChanging
    }

    /// An agent's blocks, in the order in which it got them.
    /// - Throws: ``BlockError`` `invalid`, `unavailable`.
    public func blocks(of agent: String) async throws(BlockError) -> [Block] {
        try Self.check(agent: agent)
        let ids = try await all(
            Query(
                BlockRecords.attachment.name, .equal("agent", .text(agent)), order: .field("number"), limit: 10_000,
                fields: [])
        ).compactMap { record in if case .text(let id) = record.values[1] { id } else { nil } }
        guard !ids.isEmpty else { return [] }
        var blocks: [Block] = []
        for record in try await read([.keys(ids.map { BlockRecords.key($0) })])[0].records {
            // One that was deleted in between is no longer the agent's.
            if let record { blocks.append(try StoredBlock(record).block) }
        }
        return blocks
    }

    /// An agent's block of a label.
    /// - Throws: ``BlockError`` `notFound`, `invalid`, `unavailable`.
    public func block(labelled label: String, of agent: String) async throws(BlockError) -> Block {
        try await stored(label, of: agent).block
    }

    func stored(_ label: String, of agent: String) async throws(BlockError) -> StoredBlock {
        try Self.check(agent: agent)
        guard label.utf8.count <= BlockLimits.labelBytes, !label.utf8.contains(0) else { throw Self.noLabel }
        let query = Query(
            BlockRecords.attachment.name,
            .and([.equal("agent", .text(agent)), .equal("label", .text(label))]), order: .field("number"), limit: 1)
        guard let record = try await all(query).first, case .text(let id) = record.values[1] else {
            throw Self.noLabel
        }
        return try await stored(id)
    }

    /// The agents that have a block, in the order in which they got it.
    /// - Throws: ``BlockError`` `notFound`, `unavailable`.
    public func agents(of id: String) async throws(BlockError) -> [String] {
        _ = try await stored(id)
        return try await attachments(of: id).compactMap { record in
            if case .text(let agent) = record.values[0] { agent } else { nil }
        }
    }

    /// Makes a block and gives it to an agent, in one commit.
    /// - Throws: ``BlockError`` `conflict` when the agent has a block of the label, `invalid`, `unavailable`.
    @discardableResult
    public func create(_ new: NewBlock, for agent: String) async throws(BlockError) -> Block {
        try Self.check(agent: agent)
        var (block, write) = try prepared(new)
        try await commit([], [write] + Self.attachment(agent, block))
        block.agentCount = 1
        return block
    }

    /// Edits the value of an agent's block as it is; when somebody else edits it meanwhile, the edit is made to that.
    /// - Throws: ``BlockError`` `notFound`, `readOnly`, `invalid`, and what the edit throws.
    func edit(
        _ label: String, of agent: String, _ change: (String) throws(BlockError) -> String
    ) async throws(BlockError) -> Block {
        for _ in 0..<BlockLimits.attempts {
            let stored = try await stored(label, of: agent)
            guard !stored.block.isReadOnly else {
                throw BlockError(.readOnly, "the block is read-only: it cannot be edited")
            }
            let value = try change(stored.block.value)
            if let block = try await apply(BlockChange(value: value), to: stored) { return block }
        }
        throw Self.keptChanging
    }

    static let noLabel = BlockError(.notFound, "the agent has no block of this label")
}
