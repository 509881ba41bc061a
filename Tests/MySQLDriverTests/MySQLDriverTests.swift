#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import Synchronization
    import TestStores
    import Testing

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

    /// Tests with servers: one after the other, because they start servers and measure times.
    @Suite("MySQL and MariaDB servers", .serialized)
    enum Live {}

    /// Runs something that blocks, such as starting a server, on a thread of its own.
    func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    /// Waits until something is so, asking again and again.
    func eventually(seconds: Double = 60, _ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw TestServerError("it did not become so in \(seconds) s") }
            await Task.yield()
        }
    }

    /// A value that closures share.
    final class Shared<Value: Sendable>: Sendable {
        private let value: Mutex<Value>

        init(_ value: Value) { self.value = Mutex(value) }

        func with<T: Sendable>(_ body: @Sendable (inout Value) -> T) -> T { value.withLock { body(&$0) } }
    }

    /// An empty database of the shared server, for one test.
    func database() async throws -> (server: MariaDBServer, configuration: MySQLConfiguration) {
        let server = try await onThread { try MariaDBServer.shared.get() }
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
