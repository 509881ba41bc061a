import Records
import TestStores
import Testing
import Transcripts

/// Runs by what they are, types of attributes included.
@Suite struct RunListTests {
    @Test(arguments: backends) func runsAreListedByWhatTheyAre(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        try await store.createSession(NewSession(id: "s"), in: .test)
        let start = clock.now
        for (number, id) in ["a", "b", "c", "d", "e"].enumerated() {
            clock.advance(seconds: 1)
            let attributes: [String: SearchAttribute] = [
                "n": .int(Int64(number)), "half": .double(Double(number) / 2), "even": .bool(number % 2 == 0),
                "word": .keyword("w\(number / 2)"), "when": .time(Timestamp(microseconds: Int64(number))),
                "words": .keywords(["x\(number)", "y"]),
            ]
            try await store.startRun(
                NewRun(
                    id: id, agent: number < 3 ? "low" : "high", session: number % 2 == 0 ? "s" : nil,
                    status: number == 4 ? .pending : .running, labels: ["l": "\(number % 2)"], attributes: attributes),
                in: .test)
        }
        try await store.updateRun("c", RunUpdate(status: .completed), in: .test)
        func ids(_ query: RunQuery) async throws -> String {
            try await store.runs(matching: query, in: .test).runs.map(\.id).joined()
        }
        #expect(try await ids(RunQuery()) == "abcde")
        #expect(try await ids(RunQuery(isDescending: true)) == "edcba")
        #expect(try await ids(RunQuery(session: "s")) == "ace")
        #expect(try await ids(RunQuery(session: "s", statuses: [.running])) == "a")
        #expect(try await ids(RunQuery(statuses: [.running])) == "abd")
        #expect(try await ids(RunQuery(statuses: [.pending, .completed])) == "ce")
        #expect(try await ids(RunQuery(agent: "high")) == "de")
        #expect(try await ids(RunQuery(labels: ["l": "1"])) == "bd")
        let one = Timestamp(microseconds: start.microseconds + 2_000_000)
        let two = Timestamp(microseconds: start.microseconds + 4_000_000)
        #expect(try await ids(RunQuery(from: one, through: two)) == "bcd")
        #expect(try await ids(RunQuery(from: one, through: two, isDescending: true)) == "dcb")
        let wanted: [(SearchAttribute, String, String)] = [
            (.int(3), "n", "d"), (.double(3), "n", ""), (.double(1), "half", "c"), (.bool(true), "even", "ace"),
            (.int(1), "half", ""), (.int(4), "when", ""), (.double(4), "when", ""), (.keyword("x1"), "words", ""),
            (.time(Timestamp(microseconds: 3)), "n", ""), (.keywords(["w0"]), "word", ""),
            (.keyword("w0"), "word", "ab"), (.time(Timestamp(microseconds: 4)), "when", "e"),
            (.keywords(["x1", "x3"]), "words", "bd"), (.keywords(["y"]), "words", "abcde"), (.keyword("y"), "n", ""),
        ]
        for (value, name, expected) in wanted {
            #expect(try await ids(RunQuery(attributes: [name: value])) == expected, "\(name) \(value)")
        }
        var query = RunQuery(labels: ["l": "0"], from: start, limit: 2)
        let first = try await store.runs(matching: query, in: .test)
        query.after = first.next
        let second = try await store.runs(matching: query, in: .test)
        #expect(first.runs.map(\.id) == ["a", "c"])
        #expect(second.runs.map(\.id) == ["e"])
        #expect(second.next == nil)
        try await store.startRun(NewRun(id: "z", agent: "low"), in: .other)
        #expect(
            try await store.surveyRuns(matching: RunQuery(statuses: [.running])).runs.map(\.id) == ["a", "b", "d", "z"])
        #expect(try await store.surveyRuns(matching: RunQuery(agent: "low", limit: 3), app: "app").runs.count == 3)
        #expect(try await store.surveyRuns(app: "elsewhere").runs.isEmpty)
        await expect(.invalid, "must be finite") { _ = try await ids(RunQuery(attributes: ["n": .double(.infinity)])) }
    }

    @Test(arguments: backends) func attributesOfAnotherTypeAreAnotherStart(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        let due = NewRun(id: "r", agent: "a", attributes: ["due": .time(Timestamp(microseconds: 5))])
        try await store.startRun(due, in: .test)
        #expect(try await !store.startRun(due, in: .test).isNew)
        await expect(.conflict, "started otherwise") {
            try await store.startRun(NewRun(id: "r", agent: "a", attributes: ["due": .int(5)]), in: .test)
        }
        // A run that an earlier version started, which did not look at the types.
        let earlier = "5867deabbc259d2aa6b1889da8c842c27558d57d4ece121a19d39cb6252de24b"
        let patch = Write.patch(Key(TranscriptRecords.run.name, "r"), [.set("identity", .text(earlier))])
        _ = await store.records.commit([Batch(Owner.test.partition, [patch])])
        #expect(try await !store.startRun(due, in: .test).isNew)
        await expect(.conflict, "started otherwise") {
            try await store.startRun(NewRun(id: "r", agent: "a", attributes: ["due": .int(6)]), in: .test)
        }
    }
}
