#if MongoDB
    @testable import MongoRecords
    import Records
    import TestStores
    import Testing

    @Suite("Collections and indexes")
    struct SchemaTests {
        /// The names of the indexes that the engine's plan for a query uses.
        private func plan(_ store: MongoRecords, _ query: Query) async throws -> Set<String> {
            let shape = try StoreShape(store.configuration).adding([note], prefix: "")
            let layout = try #require(shape.layouts[query.type])
            let plan = try PagePlan(query, layout, owner)
            let filter = try FilterDocument(query.filter, layout)
            let find: BSON = [
                "find": .text(layout.collection), "filter": .document(plan.find(filter.query)),
                "sort": .document(plan.sort),
            ]
            return Self.indexes(in: try await store.command(["explain": find, "verbosity": "queryPlanner"]))
        }

        private static func indexes(in document: Document) -> Set<String> {
            var names: Set<String> = []
            for (name, value) in document.fields {
                if name == "indexName", let index = value.text { names.insert(index) }
                for inner in [value] + (value.array ?? []) {
                    if let inner = inner.document { names.formUnion(indexes(in: inner)) }
                }
            }
            return names
        }

        @Test func declaredIndexesAnswerWhatTheyAreDeclaredFor() async throws {
            let store = try await makeStore()
            for number in 0..<40 {
                try await store.commit(
                    Batch(
                        Partition("app/\(number % 4)"),
                        [
                            .insert(
                                "note",
                                values(
                                    "\(number)", kind: "k\(number % 3)", rank: Int64(number), words: ["w\(number % 5)"],
                                    hash: [UInt8(number)]))
                        ]))
            }
            let byRank = Query("note", .equal("kind", .text("k1")), order: .field("rank"))
            #expect(try await plan(store, byRank) == ["by_kind.rank"])
            #expect(
                try await plan(store, Query("note", .has("words", anyOf: ["w1"]), order: .field("due"))) == [
                    "terms_words"
                ])
            let feed: BSON = [
                "find": "note", "filter": ["partition": .text(owner.name), "stamp": ["$gt": 3]], "sort": ["stamp": 1],
            ]
            let explained = try await store.command(["explain": feed, "verbosity": "queryPlanner"])
            #expect(Self.indexes(in: explained) == ["feed"])
            let names = try await store.command(["listIndexes": "note", "cursor": [:]])
            let found = (names["cursor"]?.document?["firstBatch"]?.array ?? []).compactMap {
                $0.document?["name"]?.text
            }
            #expect(
                Set(found) == [
                    "_id_", "unique_tag", "unique_kind.hash", "by_kind.rank", "all_due", "by_due", "by_hash", "feed",
                    "terms_words",
                ])
            await store.close()
        }

        @Test func documentsAreNative() async throws {
            let store = try await makeStore()
            try await store.commit(
                Batch(
                    owner,
                    [
                        .insert(
                            "note",
                            values("a", rank: 7, due: 1_700_000_000_123_456, words: ["x", "y"], place: [0.5, -1]))
                    ]))
            let reply = try await store.command(["find": "note", "filter": ["id": "a"]])
            let document = try #require(reply["cursor"]?.document?["firstBatch"]?.array?.first?.document)
            #expect(document["partition"]?.text == "app/user")
            #expect(document["rank"]?.integer == 7)
            #expect(document["due"]?.integer == 1_700_000_000_123_456)
            #expect(document["words"]?.array?.compactMap(\.text) == ["x", "y"])
            #expect(document["kind"] == nil)
            guard case .bytes(.vector, let bytes)? = document["place"] else {
                Issue.record("the vector has another form")
                return
            }
            #expect(bytes == [0x27, 0, 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf])
            await store.close()
        }

        @Test func aLaterVersionAddsAndDropsUniqueKeysAndOrdersByBytes() async throws {
            var first = note
            first.unique = [["tag"]]
            first.indexes = []
            let store = try await makeStore([first])
            try await store.commit(
                Batch(
                    owner,
                    [("a", [2, 0]), ("b", [10]), ("c", [2])].map {
                        .insert("note", values($0.0, kind: "k", tag: $0.0, hash: $0.1))
                    }))
            var second = first
            second.version = 2
            second.unique = [["kind"]]
            let refused = try await storeError { try await store.prepare([second]) }
            #expect(refused?.code == .schema, "three records of one kind")
            var third = first
            third.version = 3
            third.unique = []
            third.indexes = [Index(order: "hash")]
            try await store.prepare([third])
            try await store.commit(Batch(owner, [insert("d", tag: "a")]))
            // By bytes, not by length, and the same from page to page.
            var query = Query("note", .exists("hash"), order: .field("hash"), limit: 2)
            let page = try await store.read(.query(query), in: owner)
            query.after = page.next
            #expect(page.next != nil)
            #expect(try await store.ids(Query("note", .exists("hash"), order: .field("hash"))) == ["c", "a", "b"])
            #expect(try await store.ids(query) == ["b"])
            #expect(try await store.ids(Query("note", .less("hash", .bytes([2, 0])))) == ["c"])
            await store.close()
        }

        @Test func manyProcessesPrepareAtOnce() async throws {
            let database = MongoServer.freshDatabase()
            let configuration = try TestBackend.mongoServer.get().configuration(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let store = try await MongoRecords.open(configuration)
                        try await store.prepare([note])
                        try await store.commit(Batch(owner, [insert("\(number)"), .count("c", 1, atMost: nil)]))
                        await store.close()
                    }
                }
                try await group.waitForAll()
            }
            let store = try await makeStore { $0.database = database }
            #expect(try await store.read(.counter("c"), in: owner).count == 6)
            #expect(try await store.ids(Query("note")).count == 6)
            await store.close()
        }
    }
#endif
