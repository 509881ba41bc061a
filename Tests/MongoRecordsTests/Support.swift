#if MongoDB
    @testable import MongoRecords
    import Records
    import TestStores

    /// A record type with every index that a collection can have.
    let note = RecordType(
        "note",
        fields: [
            Field("id", .text(maximumBytes: 512)), Field("kind", .text(maximumBytes: 64)), Field("rank", .int),
            Field("due", .time), Field("words", .tokens), Field("tag", .text(maximumBytes: 64)),
            Field("body", .text(maximumBytes: 8 << 20)), Field("hash", .bytes), Field("place", .vector(dimensions: 2)),
        ], unique: [["tag"], ["kind", "hash"]],
        indexes: [Index(equal: ["kind"], order: "rank"), Index(order: "due", isGlobal: true), Index(order: "hash")],
        isTracked: true)

    let owner = Partition("app/user")

    /// The values of a note; what is not named is null.
    func values(
        _ id: String, kind: String? = nil, rank: Int64? = nil, due: Int64? = nil, words: [String]? = nil,
        tag: String? = nil, body: String? = nil, hash: [UInt8]? = nil, place: [Float]? = nil
    ) -> [Value] {
        [
            .text(id), kind.map { .text($0) } ?? .null, rank.map { .int($0) } ?? .null, due.map { .time($0) } ?? .null,
            words.map { .tokens($0) } ?? .null, tag.map { .text($0) } ?? .null, body.map { .text($0) } ?? .null,
            hash.map { .bytes($0) } ?? .null, place.map { .vector($0) } ?? .null,
        ]
    }

    func insert(_ id: String, tag: String? = nil) -> Write { .insert("note", values(id, tag: tag)) }

    /// A store in a fresh database of the shared server, or of another one.
    func makeStore(
        on server: MongoServer? = nil, _ types: [RecordType] = [note],
        _ adjust: (inout MongoConfiguration) -> Void = { _ in }
    ) async throws -> MongoRecords {
        var configuration = try (server ?? TestBackend.mongoServer.get()).configuration()
        adjust(&configuration)
        let store = try await MongoRecords.open(configuration)
        try await store.prepare(types)
        return store
    }

    extension MongoRecords {
        /// Another store over the same data.
        func twin() async throws -> MongoRecords {
            let twin = try await MongoRecords.open(configuration)
            try await twin.prepare([note])
            return twin
        }

        /// Runs a command of the server.
        @discardableResult
        func command(_ command: Document, in database: String? = nil) async throws -> Document {
            try await pool.run { (connection) throws(StoreError) in try connection.run(command, in: database) }
        }

        func ids(_ query: Query) async throws -> [String] {
            try await read(.query(query), in: owner).records.compactMap { record in
                if case .text(let id)? = record?.values.first { id } else { nil }
            }
        }
    }

    /// The error that a body throws.
    func storeError(_ body: () async throws -> Void) async throws -> StoreError? {
        do {
            try await body()
            return nil
        } catch let error as StoreError {
            return error
        }
    }
#endif
