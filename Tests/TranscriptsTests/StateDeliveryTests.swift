import Records
import TestStores
import Testing
import Transcripts

/// What a state holds when there is much of it, when its session is over, and when names look alike.
@Suite struct StateDeliveryTests {
    private func opened(_ backend: TestBackend) async throws -> (store: TranscriptStore, faults: FaultyRecords) {
        let made = try await backend.openFaulty()
        try await made.store.createSession(NewSession(id: "s"), in: .test)
        return made
    }

    private static func changes(_ names: Range<Int>, _ value: Int64) -> [StateChange] {
        names.map { StateChange(.app, "n\($0)", .int(value)) }
    }

    @Test(arguments: backends) func manyChangesOfOneCommitArrive(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        let events = (0..<5).map { NewEvent.said("\($0)", Self.changes($0 * 250..<($0 + 1) * 250, 1)) }
        #expect(try await !store.append(events, to: .session("s"), in: .test).isAppStatePending)
        #expect(try await store.appState(of: "app").count == 1_250)
        #expect(try await store.counts()["transcript_outbox"] == nil)
        #expect(try await store.sweep().deliveredChanges == 0)
    }

    /// A row that earlier versions wrote and no commit can carry: it arrives in pieces, each once, and holds up nothing.
    @Test(arguments: backends) func aRowTooLargeForOneCommitArrivesInPieces(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        let maximum = store.records.capabilities.maximumWrites
        let count = maximum * 2 + 10
        let document = JSONValue.array(
            (0..<count).map {
                .object(["scope": .string("app"), "name": .string("n\($0)"), "value": .int(1)])
            })
        let row: [Value] = [
            .next("transcript/outbox"), .text("app"), .text("user"), .json(document.canonical), .time(1),
        ]
        _ = await store.records.commit([Batch(Owner.test.partition, [.insert("transcript_outbox", row)])])
        // The second piece does not arrive: what the first brought stays, and the owner sees the rest.
        faults.set { batch in
            let isSecond = batch.guards.contains { if case .matches = $0 { true } else { false } }
            return batch.partition != Owner.test.partition && isSecond ? .refuse : nil
        }
        #expect(try await store.updateState([StateChange("app:last", .int(2))], in: .test))
        let arrived = try await store.appState(of: "app").count
        #expect(arrived > 0 && arrived < maximum)
        #expect(try await store.state(in: .test).app.count == count + 1)
        // What came later is neither hidden by what has arrived, nor overwritten.
        try await store.updateAppState([StateChange("app:n0", .int(9))], of: "app")
        #expect(try await store.state(in: .test).app["n0"] == .int(9))
        // An arrival that nobody is told of happens once, too.
        faults.forgetNext()
        _ = try? await store.deliverAppState(of: .test)
        faults.set(nil)
        try await store.updateAppState([StateChange("app:n\(maximum)", .int(9))], of: "app")
        #expect(try await store.sweep().deliveredChanges == 2)
        let app = try await store.appState(of: "app")
        #expect(app.count == count + 1 && app["last"] == .int(2))
        #expect(app["n0"] == .int(9) && app["n\(maximum)"] == .int(9) && app["n\(count - 1)"] == .int(1))
        #expect(try await store.counts()["transcript_outbox"] == nil)
        let left = try await store.records.read(
            [.query(Query("transcript_inbox"))], in: Owner.sharedPartition(of: "app"), atLeast: nil)[0].records
        #expect(left.count == 1)
        try await store.updateState([StateChange("app:n0", .int(3))], in: .test)
        #expect(try await store.appState(of: "app")["n0"] == .int(3))
    }

    @Test(arguments: backends) func temporaryStateEndsWithItsSession(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        try await store.updateState([StateChange("temp:x", .int(1))], of: "s", in: .test)
        try await store.endSession("s", in: .test)
        let change = StateChange("temp:x", .int(2))
        let result = try await store.append([.said("late", [change])], to: .run("r"), in: .test)
        #expect(result.sessionStatus == .ended)
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test, events: [.said("end", [change])])
        #expect(try await store.state(of: "s", in: .test).temporary.isEmpty)
    }

    @Test(arguments: backends) func namesThatAreCanonicallyEqualAreOne(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        // Composed, decomposed, and neither.
        let spellings = ["\u{e9}\u{e9}", "e\u{301}e\u{301}", "\u{e9}e\u{301}"]
        for scope in [StateScope.session, .user, .app, .temporary] {
            for (number, name) in (spellings + spellings.reversed()).enumerated() {
                let value = JSONValue.int(Int64(number))
                try await store.updateState([StateChange(scope, name, value)], of: "s", in: .test)
                let state = try await store.state(of: "s", in: .test)
                let values = [
                    StateScope.session: state.session, .user: state.user, .app: state.app,
                    .temporary: state.temporary,
                ][scope]
                #expect(values?.count == 1 && values?[name] == value)
            }
        }
        #expect(try await store.counts()["transcript_state"] == 2)
        // The spelling set last comes back, and a document has what the state has.
        try await store.updateState([StateChange(.session, spellings[1], .int(7))], of: "s", in: .test)
        let content = try await store.exportSession("s", in: .test)
        #expect(content.state.count == 1)
        #expect(content.state.keys.first.map { Array($0.utf8) } == Array(spellings[1].utf8))
        for scope in [StateScope.session, .user, .app] {
            try await store.updateState([StateChange(scope, spellings[0], nil)], of: "s", in: .test)
        }
        #expect(try await store.counts()["transcript_state"] == nil)
        #expect(try await store.appState(of: "app").isEmpty)
    }

    /// Two spellings that an earlier version kept side by side: the value written last is read, and a write leaves one.
    @Test(arguments: backends) func spellingsThatAreThereAreRead(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        for (name, time) in [("\u{e9}", Int64(1)), ("e\u{301}", 2), ("o\u{301}", 1), ("\u{f3}", 2)] {
            let row: [Value] = [.text("s"), .text(name), .json("\(time)"), .time(time)]
            _ = await store.records.commit([Batch(Owner.test.partition, [.insert("transcript_state", row)])])
        }
        #expect(try await store.state(of: "s", in: .test).session == ["\u{e9}": .int(2), "\u{f3}": .int(2)])
        try await store.updateState(
            [StateChange(.session, "\u{e9}", .int(3)), StateChange(.session, "\u{f3}", nil)], of: "s", in: .test)
        #expect(try await store.state(of: "s", in: .test).session == ["\u{e9}": .int(3)])
        #expect(try await store.counts()["transcript_state"] == 1)
    }
}
