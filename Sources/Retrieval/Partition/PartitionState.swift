import Records

/// What a ``PartitionIndex`` keeps under its lock.
struct PartitionState {
    /// One indexed record.
    struct Entry {
        var key: Key
        /// All fields in declared order; those that are not filterable are null.
        var values: [Value]
        var revision: Int64
        var stamp: Stamp
        var sequence: Int64
        var thread: String?
        var expiry: Int64
        var eventTime: Int64?
        var relevance: Double
        var participants: [String]
    }

    let indexed: IndexedType
    let analyzer: Analyzer
    let table: Schema.Table
    let positions: Positions
    var upTo = Stamp.zero
    var slots: [Key: Int32] = [:]
    var entries: [Entry?] = []
    var free: [Int32] = []
    var text = TextIndex()
    /// One index an embedding space, so that spaces never mix.
    var spaces: [String: VectorIndex] = [:]
    var spaceOfSlot: [Int32: String] = [:]
    /// The slots of each thread by sequence.
    var threads: [String: [Int32]] = [:]
    /// How many records each participant has.
    var participants: [String: Int] = [:]
    /// No record expires before this.
    var earliestExpiry = Int64.max
    private var keptBytes = 0

    /// The positions of the described fields.
    struct Positions {
        var content: Int
        var topics: Int?, participants: Int?, vector: Int?, space: Int?, thread: Int?, sequence: Int?
        var expiry: Int?, deletion: Int?, eventTime: Int?, relevance: Int?
        var filterable: [Int]
    }

    init(_ indexed: IndexedType, _ analyzer: Analyzer) throws(StoreError) {
        self.indexed = indexed
        self.analyzer = analyzer
        let table = try Schema([indexed.type]).table(indexed.type.name)
        func position(_ name: String?) throws(StoreError) -> Int? {
            guard let name else { return nil }
            return try table.position(of: name)
        }
        var filterable: [Int] = []
        for name in indexed.filterable { filterable.append(try table.position(of: name)) }
        positions = Positions(
            content: try table.position(of: indexed.content), topics: try position(indexed.topics),
            participants: try position(indexed.participants), vector: try position(indexed.vector),
            space: try position(indexed.space), thread: try position(indexed.thread),
            sequence: try position(indexed.sequence), expiry: try position(indexed.expiry),
            deletion: try position(indexed.deletion), eventTime: try position(indexed.eventTime),
            relevance: try position(indexed.relevance), filterable: filterable)
        self.table = table
    }

    var count: Int { slots.count }

    var byteCount: Int {
        text.byteCount + spaces.values.reduce(0) { $0 + $1.byteCount } + keptBytes
            + entries.capacity * MemoryLayout<Entry?>.stride + slots.count * 96
    }

    /// Forgets everything, for a rebuild.
    mutating func reset() {
        upTo = .zero
        slots = [:]
        entries = []
        free = []
        text = TextIndex()
        spaces = [:]
        spaceOfSlot = [:]
        threads = [:]
        participants = [:]
        earliestExpiry = .max
        keptBytes = 0
    }

    mutating func apply(_ changes: Changes) {
        for key in changes.deleted { remove(key) }
        for record in changes.put { put(record) }
        upTo = changes.upTo
    }

    private mutating func put(_ record: Record) {
        let key = record.key
        remove(key)
        if let deletion = positions.deletion, !record.values[deletion].isNull { return }
        guard case .text(let content) = record.values[positions.content] else { return }
        let slot = free.popLast() ?? Int32(entries.count)
        if Int(slot) == entries.count { entries.append(nil) }
        let entry = makeEntry(key, record)
        keptBytes += Self.keptBytes(of: entry)
        slots[key] = slot
        entries[Int(slot)] = entry
        let topics = strings(positions.topics, record)
        text.insert(
            slot, content: analyzer.terms(of: content), topics: topics.flatMap { analyzer.terms(of: $0) },
            participants: entry.participants.flatMap { analyzer.terms(of: $0) })
        insertVector(of: record, at: slot)
        if let thread = entry.thread { insert(slot, into: thread, sequence: entry.sequence) }
        for participant in entry.participants { participants[participant, default: 0] += 1 }
        earliestExpiry = min(earliestExpiry, entry.expiry)
    }

    private mutating func remove(_ key: Key) {
        guard let slot = slots.removeValue(forKey: key), let entry = entries[Int(slot)] else { return }
        keptBytes -= Self.keptBytes(of: entry)
        text.remove(slot)
        if let space = spaceOfSlot.removeValue(forKey: slot) { spaces[space]?.remove(slot) }
        if let thread = entry.thread {
            threads[thread]?.removeAll { $0 == slot }
            if threads[thread]?.isEmpty == true { threads[thread] = nil }
        }
        for participant in entry.participants {
            participants[participant, default: 1] -= 1
            if participants[participant] == 0 { participants[participant] = nil }
        }
        entries[Int(slot)] = nil
        free.append(slot)
    }

    private mutating func insertVector(of record: Record, at slot: Int32) {
        guard let vectorPosition = positions.vector, let spacePosition = positions.space,
            case .vector(let vector) = record.values[vectorPosition],
            case .text(let space) = record.values[spacePosition],
            VectorIndex.supportedDimensions.contains(vector.count)
        else { return }
        var index = spaces.removeValue(forKey: space) ?? VectorIndex(dimensions: vector.count)
        // A zero vector has no direction: the record is then found by its words only.
        if (try? index.insert(slot, vector)) != nil { spaceOfSlot[slot] = space }
        spaces[space] = index
    }

    private mutating func insert(_ slot: Int32, into thread: String, sequence: Int64) {
        var members = threads.removeValue(forKey: thread) ?? []
        var place = members.count
        while place > 0, let before = entries[Int(members[place - 1])], before.sequence > sequence { place -= 1 }
        members.insert(slot, at: place)
        threads[thread] = members
    }

    private func makeEntry(_ key: Key, _ record: Record) -> Entry {
        var kept = [Value](repeating: .null, count: record.values.count)
        for position in positions.filterable { kept[position] = record.values[position] }
        func integer(_ position: Int?) -> Int64? {
            switch position.map({ record.values[$0] }) {
            case .int(let number), .time(let number): number
            default: nil
            }
        }
        var relevance = 1.0
        if let position = positions.relevance, case .double(let number) = record.values[position] { relevance = number }
        var thread: String?
        if let position = positions.thread, case .text(let name) = record.values[position] { thread = name }
        return Entry(
            key: key, values: kept, revision: record.revision, stamp: record.stamp,
            sequence: integer(positions.sequence) ?? record.stamp.number, thread: thread,
            expiry: integer(positions.expiry) ?? .max, eventTime: integer(positions.eventTime), relevance: relevance,
            participants: strings(positions.participants, record))
    }

    private func strings(_ position: Int?, _ record: Record) -> [String] {
        guard let position, case .json(let text) = record.values[position] else { return [] }
        return JSONValue.strings(inList: text) ?? []
    }

    private static func keptBytes(of entry: Entry) -> Int {
        entry.values.count * MemoryLayout<Value>.stride
            + entry.values.reduce(0) { sum, value in
                switch value {
                case .text(let text), .json(let text): sum + text.utf8.count
                case .bytes(let bytes): sum + bytes.count
                default: sum
                }
            }
    }
}
