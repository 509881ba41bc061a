import Digests
import Foundation
public import Records

/// An owner's blocks, and which agents have them. Owners never see each other's. All members may be called from any
/// number of tasks and processes.
public struct BlockStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// Whose blocks.
    public private(set) var owner: String
    let clock: @Sendable () -> Int64

    /// Prepares the record types and opens the blocks of an owner.
    /// - Parameters:
    ///   - owner: 1 to 512 UTF-8 bytes without U+0000, such as the name of a partition of memories.
    ///   - clock: Microseconds since 1970 UTC; the system clock by default.
    /// - Throws: ``BlockError`` `invalid`; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, owner: String, clock: @escaping @Sendable () -> Int64 = Self.now
    ) async throws(BlockError) {
        try Self.check(owner: owner)
        do {
            try await records.prepare(BlockRecords.all)
        } catch {
            throw BlockError(error)
        }
        self.records = records
        self.owner = owner
        self.clock = clock
    }

    /// The blocks of another owner in the same store.
    /// - Throws: ``BlockError`` `invalid`.
    public func owned(by owner: String) throws(BlockError) -> BlockStore {
        try Self.check(owner: owner)
        var store = self
        store.owner = owner
        return store
    }

    /// The system clock.
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    var partition: Partition {
        Partition("blocks/" + (owner.utf8.count <= 400 ? owner : "#" + Digest.sha256Hex(owner)))
    }

    // MARK: Making and finding

    /// Makes a block.
    /// - Throws: ``BlockError`` `invalid`, `unavailable`, `outcomeUnknown`.
    public func create(_ new: NewBlock) async throws(BlockError) -> Block {
        let (block, write) = try prepared(new)
        try await commit([], [write])
        return block
    }

    func prepared(_ new: NewBlock) throws(BlockError) -> (Block, Write) {
        let now = clock()
        let block = Block(
            id: "block-" + UUID().uuidString.lowercased(), label: new.label, value: new.value, limit: new.limit,
            description: new.description, isReadOnly: new.isReadOnly, metadata: new.metadata, tags: new.tags,
            agentCount: 0, createdAt: now, updatedAt: now)
        try Self.check(block)
        let write = Write.insert(
            BlockRecords.block.name,
            [
                .text(block.id), .next(BlockRecords.block.name), .text(block.label), .text(block.value),
                .int(Int64(block.limit)), block.description.map { .text($0) } ?? .null, .bool(block.isReadOnly),
                .json(JSONValue.object(block.metadata).canonical), .json(Self.json(block.tags)), .int(0), .time(now),
                .time(now),
            ])
        return (block, write)
    }

    /// A block.
    /// - Throws: ``BlockError`` `notFound`, `unavailable`.
    public func block(_ id: String) async throws(BlockError) -> Block { try await stored(id).block }

    func stored(_ id: String) async throws(BlockError) -> StoredBlock {
        guard let record = try await record(id) else { throw Self.missing }
        return try StoredBlock(record)
    }

    private func record(_ id: String) async throws(BlockError) -> Record? {
        guard id.utf8.count <= 64, !id.utf8.contains(0) else { return nil }
        return try await read([.keys([BlockRecords.key(id)])])[0].records.first ?? nil
    }

    /// How many blocks there are.
    /// - Throws: ``BlockError`` `unavailable`.
    public func count() async throws(BlockError) -> Int {
        try await read([.count(BlockRecords.block.name, .all)])[0].count
    }

    /// Blocks by when they were made.
    /// - Throws: ``BlockError`` `invalid`, `notFound` for an unknown ``BlockQuery/after`` or ``BlockQuery/before``,
    ///   `unavailable`.
    public func blocks(_ query: BlockQuery = BlockQuery()) async throws(BlockError) -> [Block] {
        guard (1...BlockLimits.page).contains(query.limit) else {
            throw BlockError(.invalid, "limit must be 1 to \(BlockLimits.page), not \(query.limit)")
        }
        var filter: [Filter] = []
        if let label = query.label { filter.append(.equal("label", .text(label))) }
        for (field, part) in [
            ("label", query.labelContains), ("value", query.valueContains),
            ("description", query.descriptionContains),
        ] {
            if let part { filter.append(.hasSubstring(FieldPath(field), part)) }
        }
        if !query.tags.isEmpty {
            let tags = query.tags.map { Filter.contains("tags", .text($0)) }
            filter.append(query.needsAllTags ? .and(tags) : .or(tags))
        }
        if let counts = query.agentCounts {
            filter += [
                .not(.less("agents", .int(Int64(counts.lowerBound)))),
                .atMost("agents", .int(Int64(counts.upperBound))),
            ]
        }
        // What is behind a block depends on the direction.
        for (id, isBehind) in [(query.after, true), (query.before, false)] {
            guard let id else { continue }
            guard let record = try await record(id), case .int(let number) = record.values[1] else {
                throw Self.missing
            }
            filter.append(
                isBehind == query.isDescending
                    ? .less("number", .int(number)) : .not(.atMost("number", .int(number))))
        }
        // The page before a block is the one next to it.
        let isBackwards = query.before != nil && query.after == nil
        let found = try await all(
            Query(
                BlockRecords.block.name, filter.isEmpty ? .all : .and(filter), order: .field("number"),
                isDescending: query.isDescending != isBackwards, limit: query.limit))
        var blocks: [Block] = []
        for record in isBackwards ? found.reversed() : found { blocks.append(try StoredBlock(record).block) }
        return blocks
    }

    // MARK: Changing

    /// Changes a block.
    /// - Throws: ``BlockError`` `notFound`, `invalid`, `conflict` when an agent has another block of the new label,
    ///   `unavailable`.
    @discardableResult
    public func update(_ id: String, _ change: BlockChange) async throws(BlockError) -> Block {
        for _ in 0..<BlockLimits.attempts {
            let stored = try await stored(id)
            if let block = try await apply(change, to: stored) { return block }
        }
        throw Self.keptChanging
    }

    /// Commits a change of a block as it was read; nil when it is another by now.
    func apply(_ change: BlockChange, to stored: StoredBlock) async throws(BlockError) -> Block? {
        let old = stored.block
        var new = old
        new.label = change.label ?? old.label
        new.value = change.value ?? old.value
        new.limit = change.limit ?? old.limit
        if let description = change.description { new.description = description }
        new.isReadOnly = change.isReadOnly ?? old.isReadOnly
        new.metadata = change.metadata ?? old.metadata
        new.tags = change.tags ?? old.tags
        try Self.check(new)
        new.updatedAt = clock()
        var writes: [Write] = [
            .patch(
                BlockRecords.key(old.id),
                [
                    .set("label", .text(new.label)), .set("value", .text(new.value)),
                    .set("value_limit", .int(Int64(new.limit))),
                    .set("description", new.description.map { .text($0) } ?? .null),
                    .set("is_read_only", .bool(new.isReadOnly)),
                    .set("metadata", .json(JSONValue.object(new.metadata).canonical)),
                    .set("tags", .json(Self.json(new.tags))), .set("updated_at", .time(new.updatedAt)),
                ])
        ]
        if !new.label.hasSameBytes(as: old.label) {
            for record in try await attachments(of: old.id) {
                writes.append(.patch(record.key, [.set("label", .text(new.label))]))
            }
        }
        return try await commit([Self.isUnchanged(stored)], writes) ? new : nil
    }

    /// Deletes a block, and takes it from every agent.
    /// - Throws: ``BlockError`` `notFound`, `invalid` when it has more agents than one commit holds, `unavailable`.
    public func delete(_ id: String) async throws(BlockError) {
        for _ in 0..<BlockLimits.attempts {
            let stored = try await stored(id)
            let attachments = try await attachments(of: id).map { Write.delete($0.key) }
            if try await commit([Self.isUnchanged(stored)], [.delete(BlockRecords.key(id))] + attachments) { return }
        }
        throw Self.keptChanging
    }

    // MARK: Parts

    static let missing = BlockError(.notFound, "there is no such block")
    static let keptChanging = BlockError(.conflict, "others kept changing the block; try again")

    static func isUnchanged(_ stored: StoredBlock) -> Guard {
        .matches(BlockRecords.key(stored.block.id), .equal("revision", .int(stored.revision)))
    }

    func attachments(of block: String) async throws(BlockError) -> [Record] {
        try await all(
            Query(
                BlockRecords.attachment.name, .equal("block", .text(block)), order: .field("number"), limit: 10_000))
    }

    func read(_ reads: [Read]) async throws(BlockError) -> [Page] {
        do {
            return try await records.read(reads, in: partition, atLeast: nil)
        } catch {
            throw BlockError(error)
        }
    }

    /// Every record of a query: a page may be short before the end.
    func all(_ query: Query) async throws(BlockError) -> [Record] {
        var query = query
        let most = query.limit
        var found: [Record] = []
        repeat {
            query.limit = most - found.count
            let page = try await read([.query(query)])[0]
            found += page.records.compactMap { $0 }
            query.after = page.next
        } while query.after != nil && found.count < most
        return found
    }

    /// - Returns: Whether it was committed; false when others changed what the guards speak of.
    @discardableResult
    func commit(_ guards: [Guard], _ writes: [Write]) async throws(BlockError) -> Bool {
        do {
            try await records.commit(Batch(partition, guards: guards, writes))
            return true
        } catch {
            switch error.code {
            case .guardFailed, .missing: return false
            case .exists: throw BlockError(.conflict, "the agent has a block of this label already")
            default: throw BlockError(error)
            }
        }
    }

    private static func json(_ texts: [String]) -> String { JSONValue.array(texts.map { .string($0) }).canonical }

    private static func check(owner: String) throws(BlockError) {
        guard (1...BlockLimits.ownerBytes).contains(owner.utf8.count), !owner.utf8.contains(0) else {
            throw BlockError(.invalid, "an owner's name must have 1 to \(BlockLimits.ownerBytes) bytes and no U+0000")
        }
    }

    static func check(agent: String) throws(BlockError) {
        guard (1...BlockLimits.agentBytes).contains(agent.utf8.count), !agent.utf8.contains(0) else {
            throw BlockError(.invalid, "an agent's name must have 1 to \(BlockLimits.agentBytes) bytes and no U+0000")
        }
    }

    private static func check(_ block: Block) throws(BlockError) {
        func check(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(BlockError) {
            let count = text.unicodeScalars.count
            guard range.contains(count) else {
                throw BlockError(
                    .invalid,
                    "\(name) has \(count) characters; the limit is \(range.lowerBound) to \(range.upperBound)")
            }
            guard !text.utf8.contains(0) else { throw BlockError(.invalid, "\(name) must not contain U+0000") }
        }
        guard (1...BlockLimits.labelBytes).contains(block.label.utf8.count), !block.label.utf8.contains(0) else {
            throw BlockError(.invalid, "label must have 1 to \(BlockLimits.labelBytes) bytes and no U+0000")
        }
        guard (1...BlockLimits.value).contains(block.limit) else {
            throw BlockError(.invalid, "limit must be 1 to \(BlockLimits.value), not \(block.limit)")
        }
        try check(block.value, "value", 0...block.limit)
        try check(block.description ?? "", "description", 0...BlockLimits.description)
        guard block.tags.count <= BlockLimits.tags else {
            throw BlockError(.invalid, "\(block.tags.count) tags; the limit is \(BlockLimits.tags)")
        }
        for tag in block.tags { try check(tag, "a tag", 1...BlockLimits.tag) }
        let bytes = JSONValue.object(block.metadata).canonicalBytes.count
        guard bytes <= BlockLimits.metadataBytes else {
            throw BlockError(.invalid, "metadata has \(bytes) bytes; the limit is \(BlockLimits.metadataBytes)")
        }
    }
}
