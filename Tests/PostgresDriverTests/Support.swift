#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import Synchronization
    import TestStores

    @testable import PostgresDriver

    /// Texts that something gathers on any thread.
    final class Gathered: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }

        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    /// What a condition did not become in time.
    struct TimeIsOver: Error {}

    /// Asks again and again until the answer is yes.
    func eventually(
        within seconds: Double = 20, _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < end else { throw TimeIsOver() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    enum Notes {
        static let partition = Partition("app/user")
        static let type = RecordType(
            "note",
            fields: [
                Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 10_000)), Field("rank", .int),
                Field("words", .tokens), Field("place", .vector(dimensions: nil)),
            ], indexes: [Index(order: "rank")], isTracked: true)

        static func insert(
            _ id: String, body: String = "x", rank: Int64 = 0, words: [String] = [], place: [Float]? = nil
        ) -> Write {
            .insert(
                "note",
                [.text(id), .text(body), .int(rank), .tokens(words), place.map { .vector($0) } ?? .null])
        }

        static func batch(_ id: String, in partition: Partition = partition) -> Batch {
            Batch(partition, [insert(id)])
        }
    }

    extension PostgresServer {
        /// A connection of the driver's, outside any store.
        func connect(
            prepares: Bool = true, log: (@Sendable (String) -> Void)? = nil
        ) async throws -> PostgresConnection {
            try await PostgresConnection.connect(
                PostgresAddress(configuration(schema: "public")), connectTimeout: 10,
                .init(statementTimeout: 60, preparesStatements: prepares, log: log))
        }

        /// A store in a schema of its own.
        func open(
            schema: String? = nil, _ change: (inout PostgresConfiguration) -> Void = { _ in }
        ) async throws -> RelationalRecords {
            var configuration = configuration(schema: schema ?? Self.newSchema())
            change(&configuration)
            let store = try await PostgresRecords.open(configuration)
            try await store.prepare([Notes.type])
            return store
        }
    }

    extension PostgresConnection {
        /// The integer that a query answers.
        func number(_ sql: String, _ arguments: [Value] = []) async throws -> Int64? {
            var found: Int64?
            try await query([SQLCall(sql, arguments)]) { (_, row) in found = row.integer(0) }
            return found
        }
    }

    extension RelationalRecords {
        func count(_ partition: Partition = Notes.partition) async throws -> Int {
            try await read(.count("note", .all), in: partition).count
        }
    }
#endif
