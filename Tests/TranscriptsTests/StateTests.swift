import Records
import TestStores
import Testing
import Transcripts

@Suite struct StateTests {
    private static let shared = Owner(app: "app", user: "user")

    private func opened(_ backend: TestBackend) async throws -> (store: TranscriptStore, faults: FaultyRecords) {
        let made = try await backend.openFaulty()
        try await made.store.createSession(NewSession(id: "s"), in: .test)
        return made
    }

    @Test(arguments: backends) func fourScopesAreMerged(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        let value = JSONValue.object(["list": .array([.int(1), .null])])
        let result = try await store.append(
            [
                .said("x", [StateChange("x", .int(1)), StateChange("user:x", .int(2))]),
                .said("y", [StateChange("app:x", value), StateChange("temp:x", .null)]),
            ], to: .session("s"), in: .test)
        #expect(!result.isAppStatePending)
        let state = try await store.state(of: "s", in: .test)
        #expect(state.session == ["x": .int(1)])
        #expect(state.user == ["x": .int(2)])
        #expect(state.app == ["x": value])
        #expect(state.temporary == ["x": .null])
        #expect(state.merged == ["x": .int(1), "user:x": .int(2), "app:x": value, "temp:x": .null])
        #expect(state["app:x"] == value)
        #expect(state["x"] == .int(1))
        #expect(state["y"] == nil)
        // Another session of the user, another user, and no session.
        try await store.createSession(NewSession(id: "t"), in: .test)
        #expect(try await store.state(of: "t", in: .test).merged == ["user:x": .int(2), "app:x": value])
        #expect(try await store.state(in: .test).merged == ["user:x": .int(2), "app:x": value])
        #expect(try await store.state(in: .other).merged == ["app:x": value])
        #expect(try await store.state(in: Owner(app: "elsewhere", user: "user")).merged.isEmpty)
        #expect(try await store.appState(of: "app") == ["x": value])
        await expect(.notFound) { _ = try await store.state(of: "nowhere", in: .test) }
    }

    @Test(arguments: backends) func nullIsAValueAndNilRemoves(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        let names = ["x", "user:x", "app:x", "temp:x"]
        try await store.updateState(names.map { StateChange($0, .int(1)) }, of: "s", in: .test)
        try await store.updateState(names.map { StateChange($0, .null) }, of: "s", in: .test)
        #expect(
            try await store.state(of: "s", in: .test).merged
                == Dictionary(uniqueKeysWithValues: names.map { ($0, .null) }))
        try await store.updateState(
            names.flatMap { [StateChange($0, .int(3)), StateChange($0, nil)] }, of: "s", in: .test)
        #expect(try await store.state(of: "s", in: .test).merged.isEmpty)
    }

    @Test(arguments: backends) func stateCommitsWithItsEventOrNotAtAll(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        let changes = [StateChange("x", .int(1)), StateChange("user:x", .int(1)), StateChange("app:x", .int(1))]
        faults.set { $0.partition == Owner.test.partition ? .refuse : nil }
        await expect(.unavailable) {
            try await store.append(
                [.said("x", changes + [StateChange("temp:x", .int(1))])], to: .session("s"), in: .test)
        }
        faults.set(nil)
        #expect(try await store.state(of: "s", in: .test).merged.isEmpty)
        try await store.append([.said("x", key: "k", changes)], to: .session("s"), in: .test)
        #expect(try await store.state(of: "s", in: .test).merged.count == 3)
        // A repeat changes nothing that came later.
        try await store.updateState(
            [StateChange("x", .int(2)), StateChange("user:x", .int(2)), StateChange("app:x", .int(2))], of: "s",
            in: .test)
        try await store.append([.said("x", key: "k", changes)], to: .session("s"), in: .test)
        #expect(
            try await store.state(of: "s", in: .test).merged
                == ["x": .int(2), "user:x": .int(2), "app:x": .int(2)])
    }

    @Test(arguments: backends) func temporaryStateIsNeverStored(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        let change = StateChange(.temporary, "x", .string("secret"))
        let id = try await store.append([.said("x", [change])], to: .session("s"), in: .test).events[0].id
        #expect(try await store.event(id, of: .test).stateChanges.isEmpty)
        #expect(try await store.counts()["transcript_state"] == nil)
        let elsewhere = try await TranscriptStore(store.records, configuration: .lexical)
        #expect(try await elsewhere.state(of: "s", in: .test).temporary.isEmpty)
        #expect(try await store.state(of: "s", in: .test).temporary == ["x": .string("secret")])
        try await store.endSession("s", in: .test)
        #expect(try await store.state(of: "s", in: .test).temporary.isEmpty)
    }

    @Test func temporaryStateIsBounded() async throws {
        let store = try await opened(inMemory).store
        for number in 0...1_024 {
            let name = "t\(number)"
            try await store.createSession(NewSession(id: name, state: [StateChange("temp:x", .int(1))]), in: .test)
        }
        #expect(try await store.state(of: "t0", in: .test).temporary.isEmpty)
        #expect(try await store.state(of: "t1", in: .test).temporary == ["x": .int(1)])
    }

    @Test(arguments: backends) func appStateOnItsWayIsSeenByItsOwner(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        faults.set { $0.partition == Owner.test.partition ? nil : .refuse }
        for number in 1...3 {
            let result = try await store.append(
                [.said("x", [StateChange("app:x", .int(Int64(number)))])], to: .session("s"), in: .test)
            #expect(result.isAppStatePending)
        }
        #expect(try await store.updateState([StateChange("app:y", .int(1))], in: .test))
        #expect(try await store.state(of: "s", in: .test).app == ["x": .int(3), "y": .int(1)])
        #expect(try await store.state(in: .other).app.isEmpty)
        await expect(.unavailable) { try await store.deliverAppState(of: .test) }
        faults.set(nil)
        #expect(try await store.sweep().deliveredChanges == 4)
        #expect(try await store.state(in: .other).app == ["x": .int(3), "y": .int(1)])
        #expect(try await store.deliverAppState(of: .test) == 0)
        #expect(try await store.counts()["transcript_outbox"] == nil)
    }

    @Test(arguments: backends) func appStateArrivesExactlyOnce(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        // It arrives, but the outbox cannot be cleared, as if the process had ended between.
        faults.set { batch in
            batch.writes.contains { if case .delete = $0 { true } else { false } } ? .refuse : nil
        }
        #expect(try await store.updateState([StateChange("app:x", .int(1))], in: .test))
        #expect(try await store.counts()["transcript_outbox"] == 1)
        try await store.updateAppState([StateChange("app:x", .int(2))], of: "app")
        faults.set(nil)
        // What arrived before is neither applied again nor shown over what came later.
        #expect(try await store.state(in: .test).app == ["x": .int(2)])
        #expect(try await store.deliverAppState(of: .test) == 0)
        #expect(try await store.state(in: .test).app == ["x": .int(2)])
        #expect(try await store.counts()["transcript_outbox"] == nil)
        // An arrival nobody was told of.
        faults.set { $0.partition == Owner.test.partition ? nil : .forget }
        #expect(try await store.updateState([StateChange("app:x", .int(3))], in: .test))
        faults.set(nil)
        try await store.updateAppState([StateChange("app:x", .int(4))], of: "app")
        try await store.sweep()
        #expect(try await store.appState(of: "app") == ["x": .int(4)])
    }

    @Test(arguments: backends) func concurrentDeliveriesKeepTheOrder(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        faults.set { $0.partition == Owner.test.partition ? nil : .refuse }
        for number in 1...150 { try await store.updateState([StateChange("app:x", .int(Int64(number)))], in: .test) }
        faults.set(nil)
        let delivered = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await store.deliverAppState(of: .test) } }
            return try await group.reduce(0, +)
        }
        #expect(delivered == 150)
        #expect(try await store.appState(of: "app") == ["x": .int(150)])
    }

    @Test(arguments: backends) func scopesThatNeedASessionSaySo(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.startRun(NewRun(id: "own", agent: "a"), in: .test)
        for name in ["x", "temp:x"] {
            await expect(.invalid, "needs a session") {
                try await store.updateState([StateChange(name, .int(1))], in: .test)
            }
            await expect(.conflict, "needs a session") {
                try await store.append([.said("x", [StateChange(name, .int(1))])], to: .run("own"), in: .test)
            }
        }
        try await store.append([.said("x", [StateChange("user:x", .int(1))])], to: .run("own"), in: .test)
        #expect(try await store.state(in: .test).user == ["x": .int(1)])
        await expect(.invalid, "scope app") {
            try await store.updateAppState([StateChange("user:x", .int(1))], of: "app")
        }
        await expect(.invalid, "state name is required") {
            try await store.updateState([StateChange("user:", .int(1))], in: .test)
        }
        await expect(.invalid, "U+0000") {
            try await store.updateState([StateChange("user:x", .string("\u{0}"))], in: .test)
        }
    }

    @Test(arguments: backends) func aLongStateIsReadWhole(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        for start in stride(from: 0, to: 1_100, by: 220) {
            let changes = (start..<(start + 220)).map { StateChange("user:n\($0)", .int(Int64($0))) }
            try await store.updateState(changes, in: .test)
        }
        #expect(try await store.state(of: "s", in: .test).user.count == 1_100)
    }
}
