import Checkpoints
import Records
import TestStores
import Testing

@Suite("Listing checkpoints and threads") struct ListTests {
    private func filled(_ backend: TestBackend) async throws -> CheckpointStore {
        let store = try await backend.makeCheckpoints()
        for step in 0..<4 {
            try await store.put(
                .make(
                    "1\(step)", parent: step == 0 ? nil : "1\(step - 1)", changes: ["step": (Int64(step), "\(step)")],
                    metadata: [
                        "source": .string(step.isMultiple(of: 2) ? "input" : "loop"), "step": .int(Int64(step)),
                        "parents": .object(step == 3 ? ["child": .string("x")] : [:]),
                        "score": .double(Double(step) / 2),
                    ]), thread: "t")
        }
        try await store.put(.make("20", metadata: ["step": .int(9)]), thread: "t", namespace: "child:1")
        try await store.put(.make("11", metadata: ["source": .string("input")]), thread: "other")
        return store
    }

    @Test("Newest first, by thread and namespace", arguments: TestBackend.all)
    func order(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        #expect(try await store.ids("t", namespace: "") == ["13", "12", "11", "10"])
        #expect(try await store.ids("t", namespace: "child:1") == ["20"])
        #expect(try await store.ids("t") == ["20", "13", "12", "11", "10"])
        #expect(try await store.ids("unknown").isEmpty)
        let everywhere = try await store.list(CheckpointQuery()).tuples.map {
            "\($0.checkpoint.thread)/\($0.checkpoint.namespace)/\($0.checkpoint.id)"
        }
        #expect(Set(everywhere) == ["t/child:1/20", "t//13", "t//12", "t//11", "t//10", "other//11"])
        #expect(everywhere.first == "t/child:1/20" && everywhere.last == "t//10")
        let first = try #require(
            try await store.list(CheckpointQuery(thread: "t", namespace: "", limit: 1)).tuples.first)
        #expect(first.checkpoint.texts == ["step": "3"] && first.checkpoint.parent == "12")
    }

    @Test("Before, id and limit; cursors neither skip nor repeat", arguments: TestBackend.all)
    func pages(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        func ids(_ query: CheckpointQuery) async throws -> [String] {
            try await store.list(query).tuples.map(\.checkpoint.id)
        }
        #expect(try await ids(CheckpointQuery(thread: "t", namespace: "", before: "12")) == ["11", "10"])
        #expect(try await ids(CheckpointQuery(thread: "t", namespace: "", before: "13", limit: 1)) == ["12"])
        #expect(try await ids(CheckpointQuery(thread: "t", id: "11")) == ["11"])
        for query in [
            CheckpointQuery(thread: "t", namespace: "", limit: 1), CheckpointQuery(thread: "t", limit: 2),
            CheckpointQuery(limit: 1),
        ] {
            var query = query
            var pages: [String] = []
            repeat {
                let page = try await store.list(query)
                #expect(page.tuples.count <= query.limit)
                pages += page.tuples.map { "\($0.checkpoint.thread)/\($0.checkpoint.id)" }
                query.after = page.next
            } while query.after != nil
            var whole = query
            whole.limit = 1_000
            whole.after = nil
            let all = try await store.list(whole).tuples.map { "\($0.checkpoint.thread)/\($0.checkpoint.id)" }
            #expect(pages == all)
        }
    }

    @Test("Metadata filters: every member must be equal", arguments: TestBackend.all)
    func metadata(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        func ids(_ metadata: [String: JSONValue]) async throws -> [String] {
            try await store.list(CheckpointQuery(thread: "t", namespace: "", metadata: metadata)).tuples
                .map(\.checkpoint.id)
        }
        #expect(try await ids(["source": .string("input")]) == ["12", "10"])
        #expect(try await ids(["source": .string("input"), "step": .int(2)]) == ["12"])
        #expect(try await ids(["step": .double(1)]) == ["11"])
        #expect(try await ids(["score": .double(0.5)]) == ["11"])
        #expect(try await ids(["source": .string("update"), "step": .int(99)]).isEmpty)
        #expect(try await ids(["parents": .object(["child": .string("x")])]) == ["13"])
        #expect(try await ids(["parents": .object([:])]) == ["12", "11", "10"])
        #expect(try await ids(["missing": .null]) == ["13", "12", "11", "10"])
        #expect(try await ids(["source": .null]).isEmpty)
        // What only we can compare does not shorten pages.
        let page = try await store.list(
            CheckpointQuery(thread: "t", namespace: "", metadata: ["parents": .object([:])], limit: 2))
        #expect(page.tuples.map(\.checkpoint.id) == ["12", "11"])
        #expect(
            try await store.list(CheckpointQuery(metadata: ["source": .string("input")])).tuples.count == 3)
    }

    @Test("Writes are listed with their checkpoints", arguments: TestBackend.all)
    func writes(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        for id in ["10", "12"] {
            try await store.putWrites(
                [NewWrite("x", .text(id))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        let listed = try await store.list(CheckpointQuery(thread: "t", namespace: "")).tuples
        #expect(listed.map { $0.pendingWrites.map(\.value.string) } == [[], ["12"], [], ["10"]])
    }

    @Test("Threads by their last activity", arguments: TestBackend.all)
    func threads(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeCheckpoints(CheckpointStoreConfiguration(clock: { clock.now }))
        let start = clock.now
        for thread in ["a", "b", "c"] {
            try await store.put(.make("1"), thread: thread)
            clock.advance(seconds: 10)
        }
        try await store.put(.make("2"), thread: "a", namespace: "child:1")
        let threads = try await store.threads().threads
        #expect(threads.map(\.thread) == ["a", "c", "b"])
        #expect(threads[0].latest == "1" && threads[0].createdAt == start)
        #expect(threads[0].activeAt == start + 30_000_000)
        #expect(try await store.threads(idleSince: start + 15_000_000).threads.map(\.thread) == ["b"])
        #expect(try await store.threads(idleSince: start + 10_000_000).threads.map(\.thread) == ["b"])
        #expect(try await store.threads(idleSince: start + 9_999_999).threads.isEmpty)
        let first = try await store.threads(limit: 2)
        #expect(first.threads.map(\.thread) == ["a", "c"])
        #expect(try await store.threads(limit: 2, after: first.next).threads.map(\.thread) == ["b"])
    }
}
