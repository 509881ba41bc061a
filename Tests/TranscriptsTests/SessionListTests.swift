import Records
import TestStores
import Testing
import Transcripts

@Suite struct SessionListTests {
    /// Five sessions a second apart, the last two at the same moment.
    private func filled(_ backend: TestBackend) async throws -> TranscriptStore {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        for (number, name) in ["a", "b", "c", "d", "e"].enumerated() {
            try await store.createSession(
                NewSession(
                    id: name, agent: number % 2 == 0 ? "even" : "odd", labels: ["parity": "\(number % 2)", "all": "1"],
                    createdAt: Timestamp(microseconds: Int64(min(number, 3)) * 1_000_000)), in: .test)
        }
        return store
    }

    private func ids(_ store: TranscriptStore, _ query: SessionQuery) async throws -> String {
        try await store.sessions(matching: query, in: .test).sessions.map(\.id).joined()
    }

    @Test(arguments: backends) func filtersNarrow(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        try await store.endSession("b", in: .test)
        try await store.say("news", in: "a")
        #expect(try await ids(store, SessionQuery()) == "abedc")
        #expect(try await ids(store, SessionQuery(isDescending: false)) == "cdeba")
        #expect(try await ids(store, SessionQuery(status: .ended)) == "b")
        #expect(try await ids(store, SessionQuery(status: .active, order: .created, isDescending: false)) == "acde")
        #expect(try await ids(store, SessionQuery(agent: "odd", order: .created)) == "db")
        #expect(try await ids(store, SessionQuery(labels: ["parity": "0", "all": "1"], order: .created)) == "eca")
        #expect(try await ids(store, SessionQuery(labels: ["parity": "2"])) == "")
    }

    @Test(arguments: backends) func timesAreInclusiveInBothDirections(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        let (one, two) = (Timestamp(microseconds: 1_000_000), Timestamp(microseconds: 2_000_000))
        for isDescending in [false, true] {
            let query = SessionQuery(from: one, through: two, order: .created, isDescending: isDescending)
            #expect(try await ids(store, query) == (isDescending ? "cb" : "bc"))
        }
        #expect(try await ids(store, SessionQuery(from: two, order: .created, isDescending: false)) == "cde")
        #expect(try await ids(store, SessionQuery(through: one, order: .created)) == "ba")
    }

    @Test(arguments: backends) func pagesSkipAndRepeatNothing(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        for isDescending in [false, true] {
            for from in [nil, Timestamp(microseconds: 0)] {
                var query = SessionQuery(
                    from: from, through: Timestamp(microseconds: 9_000_000), order: .created,
                    isDescending: isDescending, limit: 2)
                var found = ""
                while true {
                    let page = try await store.sessions(matching: query, in: .test)
                    found += page.sessions.map(\.id).joined()
                    guard let next = page.next else { break }
                    query.after = next
                }
                #expect(found == (isDescending ? "edcba" : "abcde"))
            }
        }
        await expect(.invalid, "limit") { _ = try await ids(store, SessionQuery(limit: 0)) }
        await expect(.invalid, "limit must be 1 to 1000") { _ = try await ids(store, SessionQuery(limit: 1_001)) }
    }

    @Test(arguments: backends) func whatHasExpiredLeavesPagesFull(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        for (number, name) in ["a", "b", "c", "d", "e"].enumerated() {
            try await store.createSession(NewSession(id: name, timeToLive: number % 2 == 0 ? 10 : nil), in: .test)
            clock.advance(seconds: 1)
        }
        for name in ["f", "g"] { try await store.createSession(NewSession(id: name), in: .test) }
        clock.advance(seconds: 20)
        for isSurvey in [false, true] {
            var query = SessionQuery(order: .created, isDescending: false, limit: 3)
            var pages: [String] = []
            while true {
                let page =
                    try await isSurvey
                    ? store.surveySessions(matching: query) : store.sessions(matching: query, in: .test)
                pages.append(page.sessions.map(\.id).joined())
                guard let next = page.next else { break }
                query.after = next
            }
            #expect(pages.filter { !$0.isEmpty } == ["bdf", "g"])
        }
    }

    @Test(arguments: backends) func aSurveySeesAllOwners(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        let elsewhere = Owner(app: "elsewhere", user: "user")
        for owner in [Owner.test, .other, elsewhere] {
            try await store.createSession(NewSession(id: "shared"), in: owner)
            try await store.createSession(NewSession(id: "own " + owner.user), in: owner)
        }
        try await store.endSession("shared", in: .other)
        #expect(try await store.surveySessions().sessions.count == 6)
        #expect(try await store.surveySessions(app: "app").sessions.count == 4)
        let ended = try await store.surveySessions(matching: SessionQuery(status: .ended)).sessions
        #expect(ended.map(\.owner) == [.other])
        let found = try await store.findSessions("shared")
        #expect(Set(found.map(\.owner)) == [.test, .other, elsewhere])
        #expect(try await store.findSessions("shared", app: "elsewhere").map(\.owner) == [elsewhere])
        #expect(try await store.findSessions("nobody's").isEmpty)
        var query = SessionQuery(order: .created, isDescending: false, limit: 4)
        let first = try await store.surveySessions(matching: query)
        query.after = first.next
        let second = try await store.surveySessions(matching: query)
        #expect(first.sessions.count == 4)
        #expect(second.sessions.count == 2)
        #expect(second.next == nil)
        let names = (first.sessions + second.sessions).map { "\($0.owner.app) \($0.owner.user) \($0.id)" }
        #expect(Set(names).count == 6)
    }
}
