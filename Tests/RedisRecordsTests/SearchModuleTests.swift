#if Redis
    import Foundation
    import RecordStoreConformance
    import Records
    import RedisRecords
    import TestStores
    import Testing

    /// `nearest` by the search module: the same answers as by a look at every vector.
    @Suite("Redis: search module", .serialized, .timeLimit(.minutes(4)))
    struct SearchModuleTests {
        private static let dimensions = 16
        private static let server = SharedServer { try RedisServer(.redisSearch()) }
        private static let partition = Partition("app/user")

        /// `place` is of fixed dimensions, `free` of any.
        private static let type = RecordType(
            "spot",
            fields: [
                Field("id", .text(maximumBytes: 64)), Field("group", .int), Field("note", .json),
                Field("place", .vector(dimensions: dimensions)), Field("free", .vector(dimensions: nil)),
            ], indexes: [Index(equal: ["group"], order: nil)])

        private struct Spot: Sendable {
            var id: String
            var group: Int64
            var vector: [Float]

            var write: Write { write(as: "place") }

            func write(as field: String) -> Write {
                .put(
                    "spot",
                    [
                        .text(id), .int(group), .json("{\"group\":\(group)}"),
                        field == "place" ? .vector(vector) : .null,
                        field == "free" ? .vector(vector) : .null,
                    ])
            }
        }

        private static func vector(
            _ random: inout some RandomNumberGenerator, _ dimensions: Int = dimensions
        ) -> [Float] {
            (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
        }

        private static func spots(_ count: Int, _ random: inout some RandomNumberGenerator) -> [Spot] {
            (0..<count).map { Spot(id: "s\($0)", group: Int64($0 % 400), vector: vector(&random)) }
        }

        private static func configuration() throws -> RedisConfiguration {
            var configuration = try server.get().configuration
            configuration.keyPrefix = "t" + UUID().uuidString
            return configuration
        }

        private static func open(_ configuration: RedisConfiguration) async throws -> RedisRecords {
            let store = try await RedisRecords.open(configuration)
            try await store.prepare([type])
            return store
        }

        private static func put(
            _ spots: [Spot], _ store: RedisRecords, as field: String = "place", in partition: Partition = partition
        ) async throws {
            for start in stride(from: 0, to: spots.count, by: 500) {
                let piece = spots[start..<min(start + 500, spots.count)]
                try await store.commit(Batch(partition, piece.map { $0.write(as: field) }))
            }
        }

        private static func nearest(
            _ store: RedisRecords, _ vector: [Float], _ filter: Filter = .all, limit: Int = 10,
            as field: String = "place",
            in partition: Partition = partition
        ) async throws -> (ids: [String], scores: [Double]) {
            let page = try await store.read(
                .query(Query("spot", filter, order: .nearest(field, to: vector), limit: limit, fields: ["id"])),
                in: partition)
            let ids = page.records.compactMap { record -> String? in
                if case .text(let id)? = record?.values[0] { id } else { nil }
            }
            return (ids, page.scores)
        }

        /// What a look at every vector says.
        private static func expected(_ spots: [Spot], _ vector: [Float], limit: Int = 10) -> [(
            id: String, score: Double
        )] {
            var found: [(id: String, score: Double)] = []
            for spot in spots where spot.vector.count == vector.count {
                found.append((spot.id, Cosine.similarity(vector, spot.vector)))
            }
            found.sort { left, right in
                if left.score != right.score { return left.score > right.score }
                return left.id < right.id
            }
            return Array(found.prefix(limit))
        }

        /// How often the module was asked, since it started.
        private static func searches() throws -> Int {
            let line = try server.get().command("info", "commandstats").split(whereSeparator: \.isNewline)
                .first { $0.hasPrefix("cmdstat_FT.SEARCH:") || $0.hasPrefix("cmdstat_ft.search:") }
            guard let calls = line?.split(separator: "=").dropFirst().first?.prefix(while: \.isNumber) else { return 0 }
            return Int(calls) ?? 0
        }

        private static func indexes(_ configuration: RedisConfiguration) throws -> [String] {
            try server.get().command("FT._LIST").split(whereSeparator: \.isNewline).map(String.init)
                .filter { $0.contains("{\(configuration.keyPrefix)}") }.sorted()
        }

        /// A new index looks at what the server holds already, of all tests: until then every vector is looked at.
        private static func waitUntilBuilt(_ store: RedisRecords, _ field: String = "place:16") async throws {
            let end = Date(timeIntervalSinceNow: 30)
            let name = "{\(store.keyPrefix)}#near:spot:\(field)"
            while true {
                let lines = try server.get().command("FT.INFO", name).split(whereSeparator: \.isNewline)
                guard let place = lines.firstIndex(of: "indexing") else { throw TestServerError("no index \(name)") }
                if lines[place + 1] == "0" { return }
                guard Date() < end else { throw TestServerError("the index was not built") }
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        @Test func itFindsWhatALookAtEveryVectorFinds() async throws {
            var random = SeededGenerator(seed: 1)
            let store = try await Self.open(try Self.configuration())
            #expect(store.capabilities.hasNativeVectors && !store.capabilities.candidatesMayLag)
            let spots = Self.spots(2_000, &random)
            try await Self.put(spots, store)
            try await Self.waitUntilBuilt(store)
            let before = try Self.searches()
            var hits = 0
            for _ in 0..<50 {
                let question = Self.vector(&random)
                let found = try await Self.nearest(store, question)
                let expected = Self.expected(spots, question)
                hits += Set(found.ids).intersection(expected.map(\.id)).count
                #expect(found.ids.count == 10 && found.scores == found.scores.sorted(by: >))
                let byId = Dictionary(uniqueKeysWithValues: spots.map { ($0.id, $0.vector) })
                for (id, score) in zip(found.ids, found.scores) {
                    #expect(score == Cosine.similarity(question, byId[id] ?? []))
                }
            }
            #expect(hits >= 490, "\(hits) of 500")
            #expect(try Self.searches() >= before + 50, "the module was not asked")
            await store.close()
        }

        @Test func aFilterIsInsideTheSearch() async throws {
            var random = SeededGenerator(seed: 2)
            let store = try await Self.open(try Self.configuration())
            let spots = Self.spots(2_000, &random)
            try await Self.put(spots, store)
            try await Self.waitUntilBuilt(store)
            let few = spots.filter { $0.group == 7 }
            let inJSON = Filter.equal(FieldPath("note", ["group"]), .int(7))
            for _ in 0..<10 {
                let question = Self.vector(&random)
                // Five of 2,000, by a field, by an index whose members begin with it, and by what only this side can test.
                for (filter, limit) in [(Filter.equal("group", .int(7)), 10), (inJSON, 10), (inJSON, 3)] {
                    let found = try await Self.nearest(store, question, filter, limit: limit)
                    let expected = Self.expected(few, question, limit: limit)
                    #expect(found.ids == expected.map(\.id))
                    #expect(found.scores == expected.map(\.score))
                }
                // A third of them.
                let third = spots.filter { $0.group < 133 }
                let found = try await Self.nearest(store, question, .less("group", .int(133)))
                #expect(found.ids.count == 10)
                #expect(Set(found.ids).intersection(Self.expected(third, question).map(\.id)).count >= 9)
            }
            await store.close()
        }

        @Test func partitionsOfHostileNamesAreApart() async throws {
            var random = SeededGenerator(seed: 3)
            let store = try await Self.open(try Self.configuration())
            let names = ["a b", "a|b", "a}b{c", "*", "@place:{x}", "ä-ö\"'\\", "a:r:spot:s1", "%3A", "-", "$vector"]
            var all: [[Spot]] = []
            for name in names {
                let spots = Self.spots(150, &random)
                try await Self.put(spots, store, in: Partition(name))
                all.append(spots)
            }
            try await Self.waitUntilBuilt(store)
            let before = try Self.searches()
            for (name, spots) in zip(names, all) {
                let question = Self.vector(&random)
                let found = try await Self.nearest(store, question, in: Partition(name))
                #expect(found.scores == Self.expected(spots, question).map(\.score), "\(name)")
            }
            #expect(try Self.searches() >= before + names.count)
            await store.close()
        }

        @Test func vectorsChangeAndGo() async throws {
            var random = SeededGenerator(seed: 4)
            let store = try await Self.open(try Self.configuration())
            var spots = Self.spots(600, &random)
            try await Self.put(spots, store)
            try await Self.waitUntilBuilt(store)
            let question = Self.vector(&random)
            // By a patch, by a put, and by a patch that takes the vector away.
            spots[5].vector = question
            try await store.commit(
                Batch(Self.partition, [.patch(Key("spot", [.text("s5")]), [.set("place", .vector(question))])]))
            #expect(try await Self.nearest(store, question).ids.first == "s5")
            spots[5].vector = question.map { -$0 }
            try await store.commit(Batch(Self.partition, [spots[5].write]))
            for _ in 0..<10 {
                let expected = Self.expected(spots, question)
                let found = try await Self.nearest(store, question)
                #expect(found.ids == expected.map(\.id))
                guard let first = found.ids.first, let place = spots.firstIndex(where: { $0.id == first }) else {
                    break
                }
                let key = Key("spot", [.text(first)])
                let write: Write = place % 2 == 0 ? .delete(key) : .patch(key, [.set("place", .null)])
                try await store.commit(Batch(Self.partition, [write]))
                spots.remove(at: place)
            }
            await store.close()
        }

        @Test func equalVectorsComeByKeyAndThoseWithoutDirectionAreFound() async throws {
            let store = try await Self.open(try Self.configuration())
            let unit = [Float](repeating: 0, count: Self.dimensions - 1)
            var spots = (0..<200).map { Spot(id: "e\($0)", group: 1, vector: [1] + unit) }
            spots += (0..<200).map { Spot(id: "n\($0)", group: 2, vector: [-1] + unit) }
            spots += (0..<50).map { Spot(id: "z\($0)", group: 3, vector: [0] + unit) }
            try await Self.put(spots, store)
            try await Self.waitUntilBuilt(store)
            let found = try await Self.nearest(store, [1] + unit)
            #expect(found.ids == Self.expected(spots, [1] + unit).map(\.id))
            let all = try await Self.nearest(store, [1] + unit, limit: 260)
            #expect(all.ids == Self.expected(spots, [1] + unit, limit: 260).map(\.id))
            #expect(try await Self.nearest(store, [0] + unit).scores == [Double](repeating: 0, count: 10))
            await store.close()
        }

        @Test func openDimensionsAreIndexedByTheOption() async throws {
            var random = SeededGenerator(seed: 5)
            let configuration = try Self.configuration()
            let port = try Self.server.get().port
            let url = "redis://127.0.0.1:\(port)?prefix=\(configuration.keyPrefix)"
            for wrong in ["index-dimension=0", "index-dimension=32769", "index=flat"] {
                #expect(throws: StoreError.self) { _ = try RedisConfiguration(url: url + "&" + wrong) }
            }
            let store = try await Self.open(try RedisConfiguration(url: url + "&index-dimension=8"))
            #expect(
                try Self.indexes(configuration) == [
                    "{\(configuration.keyPrefix)}#near:spot:free:8", "{\(configuration.keyPrefix)}#near:spot:place:16",
                ])
            let eight = (0..<300).map { Spot(id: "a\($0)", group: 0, vector: Self.vector(&random, 8)) }
            let five = (0..<300).map { Spot(id: "b\($0)", group: 0, vector: Self.vector(&random, 5)) }
            try await Self.put(eight + five, store, as: "free")
            try await Self.waitUntilBuilt(store, "free:8")
            for dimensions in [8, 5] {
                let before = try Self.searches()
                let question = Self.vector(&random, dimensions)
                let found = try await Self.nearest(store, question, as: "free")
                #expect(found.scores == Self.expected(eight + five, question).map(\.score))
                #expect(try Self.searches() == before + (dimensions == 8 ? 1 : 0))
            }
            // Who wants no index looks at every vector.
            let plain = try await Self.open(try RedisConfiguration(url: url + "&index=none"))
            #expect(!plain.capabilities.hasNativeVectors)
            let before = try Self.searches()
            let other = Self.vector(&random, 8)
            let found = try await Self.nearest(plain, other, as: "free")
            let same = try await Self.nearest(store, other, as: "free")
            #expect(found.ids == same.ids && found.scores == same.scores)
            #expect(try Self.searches() == before + 1)
            await plain.close()
            // A vector that changes its dimensions changes sides.
            let question = Self.vector(&random, 8)
            let set = { (vector: [Float]) in
                Batch(Self.partition, [.patch(Key("spot", [.text("a0")]), [.set("free", .vector(vector))])])
            }
            try await store.commit(set(question))
            #expect(try await Self.nearest(store, question, as: "free").ids.first == "a0")
            try await store.commit(set([1, 2, 3, 4, 5]))
            #expect(try await !Self.nearest(store, question, limit: 20, as: "free").ids.contains("a0"))
            #expect(try await Self.nearest(store, [1, 2, 3, 4, 5], as: "free").ids.first == "a0")
            await store.close()
        }

        @Test func severalPrepareAtOnce() async throws {
            let configuration = try Self.configuration()
            let stores = try await withThrowingTaskGroup(of: RedisRecords.self) { tasks in
                for _ in 0..<4 { tasks.addTask { try await Self.open(configuration) } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(stores.allSatisfy { $0.capabilities.hasNativeVectors })
            #expect(try Self.indexes(configuration) == ["{\(configuration.keyPrefix)}#near:spot:place:16"])
            for store in stores { await store.close() }
        }

        /// Records of a server that had no module, or of a program that did not mark them, are found once there is an index.
        @Test func whatWasThereBeforeIsIndexed() async throws {
            var random = SeededGenerator(seed: 6)
            let configuration = try Self.configuration()
            let first = try await Self.open(configuration)
            let spots = Self.spots(700, &random)
            try await Self.put(spots, first)
            await first.close()
            let server = try Self.server.get()
            try server.command("FT.DROPINDEX", "{\(configuration.keyPrefix)}#near:spot:place:16")
            let script = "local n = 0 for i = 0, 699 do n = n + redis.call('HDEL', ARGV[1] .. i, ARGV[2]) end return n"
            let records = "{\(configuration.keyPrefix):0}:app/user:r:spot:s"
            #expect(try server.command("EVAL", script, "0", records, "spot_NEAR_place") == "700")
            try server.command("HDEL", "{\(configuration.keyPrefix)}#schema", "marked:spot:place")
            let second = try await Self.open(configuration)
            #expect(try Self.indexes(configuration).count == 1)
            try await Self.waitUntilBuilt(second)
            let before = try Self.searches()
            for _ in 0..<5 {
                let question = Self.vector(&random)
                let found = try await Self.nearest(second, question)
                #expect(found.ids == Self.expected(spots, question).map(\.id))
            }
            #expect(try Self.searches() == before + 5)
            #expect(
                try server.command("HGET", "{\(configuration.keyPrefix):0}:app/user:r:spot:s1", "spot_NEAR_place").count
                    == 16)
            // An index that somebody removes meanwhile takes nothing with it.
            try server.command("FT.DROPINDEX", "{\(configuration.keyPrefix)}#near:spot:place:16")
            let question = Self.vector(&random)
            #expect(try await Self.nearest(second, question).ids == Self.expected(spots, question).map(\.id))
            await second.close()
        }

        @Test func withoutTheModuleEveryVectorIsLookedAt() async throws {
            var random = SeededGenerator(seed: 7)
            let server = try RedisServer()
            defer { server.kill() }
            let store = try await Self.open(server.configuration)
            #expect(!store.capabilities.hasNativeVectors)
            let spots = Self.spots(300, &random)
            try await Self.put(spots, store)
            let question = Self.vector(&random)
            #expect(try await Self.nearest(store, question).ids == Self.expected(spots, question).map(\.id))
            await store.close()
        }

        @Test func aUserWithoutTheCommandsLooksAtEveryVector() async throws {
            var random = SeededGenerator(seed: 8)
            var configuration = try Self.configuration()
            let owner = try await Self.open(configuration)
            let spots = Self.spots(300, &random)
            try await Self.put(spots, owner)
            try Self.server.get().command(
                "ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", "-FT.SEARCH", "-FT.INFO", "-FT._LIST",
                "-FT.CREATE")
            configuration.user = "plain"
            configuration.password = "secret"
            let store = try await Self.open(configuration)
            #expect(!store.capabilities.hasNativeVectors)
            // What it writes is seen by those who may.
            let question = Self.vector(&random)
            let mine = Spot(id: "mine", group: 0, vector: question)
            try await store.commit(Batch(Self.partition, [mine.write]))
            let expected = Self.expected(spots + [mine], question).map(\.id)
            #expect(try await Self.nearest(store, question).ids == expected)
            #expect(try await Self.nearest(owner, question).ids == expected)
            await store.close()
            await owner.close()
        }

        @Test func afterARestartTheIndexIsThere() async throws {
            var random = SeededGenerator(seed: 9)
            let server = try RedisServer(.redisSearch())
            defer { server.kill() }
            let store = try await Self.open(server.configuration)
            let spots = Self.spots(500, &random)
            try await Self.put(spots, store)
            server.kill()
            try server.restart()
            for _ in 0..<20 {
                let question = Self.vector(&random)
                let found = try await Self.nearest(store, question)
                #expect(found.ids == Self.expected(spots, question).map(\.id))
            }
            await store.close()
        }
    }
#endif
