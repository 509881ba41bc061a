#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores

    @testable import MySQLDriver

    /// What the tests of this target store.
    enum Sample {
        static let note = RecordType(
            "note",
            fields: [
                Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 1 << 20)), Field("rank", .int),
                Field("score", .double), Field("words", .tokens), Field("place", .vector(dimensions: nil)),
            ], indexes: [Index(order: "rank", isGlobal: true)], isTracked: true)

        static let partition = Partition("app/user")

        static func insert(_ id: String, body: String? = nil, score: Double? = nil, words: [String]? = nil) -> Write {
            .insert(
                "note",
                [
                    .text(id), body.map { .text($0) } ?? .null, .null, score.map { .double($0) } ?? .null,
                    words.map { .tokens($0) } ?? .null, .null,
                ])
        }
    }

    /// An empty database of the shared server, for one test.
    func database() async throws -> (server: MariaDBServer, configuration: MySQLConfiguration) {
        let server = try MariaDBServer.shared.get()
        return (server, server.configuration(database: try await server.makeDatabase()))
    }

    /// The error that a body throws; nil when it throws none.
    func failure(_ body: () async throws -> Void) async -> StoreError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    extension MySQLConnection {
        /// The values of the first column that a query answers.
        func column(_ text: String, _ arguments: [Value] = [], _ kind: Field.Kind = .text(maximumBytes: .max))
            async throws(StoreError) -> [Value]
        {
            var values: [Value] = []
            try await query([SQLCall(SQLText(dynamic: text), arguments)]) { (_, row) throws(StoreError) in
                values.append(row.value(0, kind))
            }
            return values
        }
    }
#endif
