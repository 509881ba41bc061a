import Records

/// The record types and values of the kit.
enum Samples {
    /// Every kind of field, a unique tag, indexes, tracked.
    static let item = RecordType(
        "item",
        fields: [
            Field("id", .text(maximumBytes: 512)), Field("name", .text(maximumBytes: 4 << 20)),
            Field("kind", .text(maximumBytes: 64)), Field("rank", .int), Field("score", .double), Field("flag", .bool),
            Field("at", .time), Field("data", .json), Field("blob", .bytes), Field("place", .vector(dimensions: nil)),
            Field("words", .tokens), Field("tag", .text(maximumBytes: 64)),
        ], unique: [["tag"]],
        indexes: [
            Index(equal: ["kind"], order: "rank"), Index(order: "at"), Index(order: "rank", isGlobal: true),
        ], isTracked: true)

    /// A key of two fields, a store-assigned number, not tracked.
    static let event = RecordType(
        "event", keyCount: 2,
        fields: [
            Field("log", .text(maximumBytes: 64)), Field("number", .int), Field("body", .text(maximumBytes: 1_024)),
        ])

    static let types = [item, event]

    static let partition = Partition("app/user")

    /// An item; what is not named is null.
    static func item(
        _ id: String, name: String? = nil, kind: String? = nil, rank: Int64? = nil, score: Double? = nil,
        flag: Bool? = nil, at: Int64? = nil, data: String? = nil, blob: [UInt8]? = nil, place: [Float]? = nil,
        words: [String]? = nil, tag: String? = nil
    ) -> [Value] {
        [
            .text(id), name.map { .text($0) } ?? .null, kind.map { .text($0) } ?? .null, rank.map { .int($0) } ?? .null,
            score.map { .double($0) } ?? .null, flag.map { .bool($0) } ?? .null, at.map { .time($0) } ?? .null,
            data.map { .json($0) } ?? .null, blob.map { .bytes($0) } ?? .null, place.map { .vector($0) } ?? .null,
            words.map { .tokens($0) } ?? .null, tag.map { .text($0) } ?? .null,
        ]
    }

    static func key(_ id: String) -> Key { Key("item", id) }

    static func insert(_ id: String, rank: Int64? = nil, tag: String? = nil) -> Write {
        .insert("item", item(id, rank: rank, tag: tag))
    }
}

extension RecordStore {
    /// Prepares the kit's types.
    func ready() async throws -> any RecordStore {
        try await prepare(Samples.types)
        return self
    }

    @discardableResult
    func write(_ writes: [Write], in partition: Partition = Samples.partition) async throws -> Receipt {
        try await commit(Batch(partition, writes))
    }

    func item(_ id: String, in partition: Partition = Samples.partition) async throws -> Record? {
        try await record(Samples.key(id), in: partition)
    }

    func counter(_ name: String) async throws -> Int {
        try await read(.counter(name), in: Samples.partition).count
    }

    func count(_ filter: Filter = .all) async throws -> Int {
        try await read(.count("item", filter), in: Samples.partition).count
    }

    /// The ids of every page of a query.
    func ids(_ query: Query, in partition: Partition = Samples.partition) async throws -> [String] {
        var query = query
        var ids: [String] = []
        var pages = 0
        while true {
            let page = try await read(.query(query), in: partition)
            try expect(page.records.count <= query.limit, "a page has at most as many records as asked for")
            ids += page.records.compactMap { $0?.id }
            pages += 1
            try expect(pages < 20_000, "paging ends")
            guard let next = page.next else { return ids }
            query.after = next
        }
    }
}

extension Record {
    /// The text of the first key field.
    var id: String { if case .text(let id) = values[0] { id } else { "" } }
    /// The integer in the field `rank`.
    var rank: Int64? { if case .int(let rank) = values[3] { rank } else { nil } }
}
