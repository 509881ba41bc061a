#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL with pgvector")
    struct VectorTests {
        private static let dimensions = 32
        private static let owners = 4
        private static let perOwner = 1_500

        private func store(
            _ change: (inout PostgresConfiguration) -> Void = { _ in }
        ) async throws -> (store: RelationalRecords, schema: String, vectors: [[[Float]]]) {
            let server = try PostgresServer.vectors.get()
            let schema = PostgresServer.newSchema()
            let store = try await server.open(schema: schema) { configuration in
                configuration.indexDimension = Self.dimensions
                change(&configuration)
            }
            var random = SystemRandomNumberGenerator()
            var vectors: [[[Float]]] = []
            for owner in 0..<Self.owners {
                let own = (0..<Self.perOwner).map { _ in
                    (0..<Self.dimensions).map { _ in Float.random(in: -1...1, using: &random) }
                }
                vectors.append(own)
                for start in stride(from: 0, to: Self.perOwner, by: 500) {
                    try await store.commit(
                        Batch(
                            Partition("owner-\(owner)"),
                            (start..<start + 500).map {
                                Notes.insert("\($0)", rank: Int64($0 % 100), place: own[$0])
                            }))
                }
            }
            try server.query("ANALYZE \(schema).note")
            return (store, schema, vectors)
        }

        private func nearest(
            _ store: RelationalRecords, _ owner: Int, _ vector: [Float], _ filter: Filter = .all, limit: Int
        ) async throws -> [String] {
            let query = Query("note", filter, order: .nearest("place", to: vector), limit: limit)
            return try await store.read(.query(query), in: Partition("owner-\(owner)")).records.compactMap {
                if case .text(let id) = $0?.values[0] { id } else { nil }
            }
        }

        private func exact(_ vectors: [[Float]], _ vector: [Float], limit: Int) -> Set<String> {
            let ranked = vectors.enumerated().sorted { left, right in
                Cosine.similarity(vector, left.element) > Cosine.similarity(vector, right.element)
            }
            return Set(ranked.prefix(limit).map { "\($0.offset)" })
        }

        private func recall(
            _ store: RelationalRecords, _ vectors: [[[Float]]], questions: Int = 40, limit: Int = 20
        ) async throws -> Double {
            var found = 0
            for _ in 0..<questions {
                let vector = (0..<Self.dimensions).map { _ in Float.random(in: -1...1) }
                let owner = Int.random(in: 0..<Self.owners)
                let answer = try await nearest(store, owner, vector, limit: limit)
                #expect(answer.count == limit)
                found += exact(vectors[owner], vector, limit: limit).intersection(answer).count
            }
            return Double(found) / Double(questions * limit)
        }

        private func scans(_ schema: String) throws -> Int {
            let sql =
                "SELECT idx_scan FROM pg_stat_user_indexes WHERE schemaname = '\(schema)' AND indexrelname LIKE 'note_place_%'"
            return Int(try PostgresServer.vectors.get().query(sql)) ?? -1
        }

        @Test(.timeLimit(.minutes(3)), arguments: [false, true])
        func theGraphFindsWhatIsNearest(_ usesHalf: Bool) async throws {
            let (store, schema, vectors) = try await store {
                $0.usesHalfVectors = usesHalf
                $0.hnswEfSearch = 200
            }
            #expect(store.capabilities.hasNativeVectors)
            let recall = try await recall(store, vectors)
            print("recall of the \(usesHalf ? "half-precision" : "single-precision") graph: \(recall)")
            #expect(recall >= 0.98)
            // One in a hundred of one owner in four.
            let answer = try await nearest(
                store, 1, vectors[1][7], .equal("rank", .int(7)), limit: 15)
            #expect(answer.count == 15, "all that the filter accepts")
            #expect(answer.first == "7")
            let kept = try await store.record(Key("note", "7"), in: Partition("owner-1"))
            #expect(kept?.values[4] == .vector(vectors[1][7]), "the column keeps single precision")
            await store.close()
            try await eventually { try scans(schema) > 0 }
            print("index scans: \(try scans(schema))")
        }

        @Test func withoutAnIndexTheServerComparesEverything() async throws {
            let (store, schema, vectors) = try await store { $0.vectorIndex = .none }
            #expect(try await recall(store, vectors, questions: 10) == 1)
            #expect(try scans(schema) == -1, "there is no such index")
            await store.close()
        }

        @Test func vectorsOfOtherDimensionsLiveBesideTheIndexedOnes() async throws {
            let server = try PostgresServer.vectors.get()
            let store = try await server.open { $0.indexDimension = 3 }
            try await store.commit(
                Batch(
                    Notes.partition,
                    [
                        Notes.insert("a", place: [1, 0, 0]), Notes.insert("b", place: [0, 1]),
                        Notes.insert("c", place: Array(repeating: 1, count: 4_096)), Notes.insert("d"),
                        Notes.insert("e", place: [0.9, 0.1, 0]),
                    ]))
            func ids(_ vector: [Float]) async throws -> [Value] {
                try await store.read(.query(Query("note", order: .nearest("place", to: vector))), in: Notes.partition)
                    .records.compactMap { $0?.values[0] }
            }
            #expect(try await ids([1, 0, 0]) == [.text("a"), .text("e")])
            #expect(try await ids([0, 2]) == [.text("b")])
            #expect(try await ids(Array(repeating: 0.5, count: 4_096)) == [.text("c")])
            let error = await #expect(throws: StoreError.self) {
                try await store.commit(
                    Batch(Notes.partition, [Notes.insert("f", place: Array(repeating: 1, count: 16_001))]))
            }
            #expect(error?.code == .invalid)
            await store.close()
        }

        @Test func aStoreThatBeganWithBytesStaysWithBytes() async throws {
            let server = try PostgresServer(.withVectors)
            // A role that owns its schema, but may not make an extension in the database.
            try server.query(
                "CREATE ROLE plain LOGIN PASSWORD 'plain'; CREATE SCHEMA own AUTHORIZATION plain; "
                    + "REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
            func open() async throws -> RelationalRecords {
                try await server.open(schema: "own") { configuration in
                    configuration.user = "plain"
                    configuration.password = "plain"
                    configuration.indexDimension = 2
                }
            }
            let first = try await open()
            #expect(!first.capabilities.hasNativeVectors)
            try await first.commit(Batch(Notes.partition, [Notes.insert("a", place: [3, 4])]))
            await first.close()
            try server.query("CREATE EXTENSION vector")
            let second = try await open()
            #expect(!second.capabilities.hasNativeVectors, "the columns are bytes")
            try await second.commit(Batch(Notes.partition, [Notes.insert("b", place: [4, 3])]))
            let page = try await second.read(
                .query(Query("note", order: .nearest("place", to: [3, 4]))), in: Notes.partition)
            #expect(page.records.map { $0?.values[4] } == [.vector([3, 4]), .vector([4, 3])])
            await second.close()
            // A new store of the same database has them natively.
            let third = try await server.open(schema: "native")
            #expect(third.capabilities.hasNativeVectors)
            await third.close()
            server.kill()
        }
    }
#endif
