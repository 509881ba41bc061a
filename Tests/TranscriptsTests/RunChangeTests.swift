import Records
import TestStores
import Testing
import Transcripts

@Suite struct RunChangeTests {
    private func opened(_ backend: TestBackend) async throws -> TranscriptStore {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(
            NewRun(id: "r", agent: "a", session: "s", labels: ["l": "1"], metadata: ["m": .int(1)]), in: .test)
        return store
    }

    @Test(arguments: backends) func theEndIsWrittenOnce(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let outcome = RunOutcome(result: "{\"x\":1.0}", errorCode: "c", errorMessage: "e\u{301}")
        let end = RunUpdate(status: .failed, phase: .failed, outcome: outcome)
        let proof = NewEvent.custom("failed", key: "end")
        let first = try await store.updateRun("r", end, in: .test, events: [proof])
        #expect(first.isChanged)
        #expect(first.run.outcome == outcome)
        #expect(first.run.endedAt != nil)
        let again = try await store.updateRun("r", end, in: .test, events: [proof])
        #expect(!again.isChanged)
        #expect(again.run == first.run)
        #expect(again.events.map(\.id) == first.events.map(\.id))
        #expect(try await store.run("r", in: .test) == first.run)
        await expect(.conflict) { try await store.updateRun("r", RunUpdate(status: .completed), in: .test) }
        await expect(.conflict) {
            let other = RunOutcome(result: "{\"x\":1.0}", errorCode: "c", errorMessage: "é")
            try await store.updateRun("r", RunUpdate(status: .failed, outcome: other), in: .test)
        }
        await expect(.conflict) { try await store.updateRun("r", RunUpdate(phase: .planning), in: .test) }
        await expect(.runNotActive) { try await store.updateRun("r", RunUpdate(status: .running), in: .test) }
        await expect(.runNotActive) {
            try await store.updateRun("r", end, in: .test, events: [.custom("failed", key: "another key")])
        }
        // What people note beside it may still change.
        let noted = try await store.updateRun("r", RunUpdate(labels: ["seen": "1"]), in: .test)
        #expect(noted.run.labels == ["seen": "1"])
        #expect(noted.run.outcome == outcome)
        #expect(noted.run.status == .failed)
        #expect(try await store.session("s", in: .test).activeRunCount == 0)
        for update in [RunUpdate(outcome: outcome), RunUpdate(status: .paused, outcome: outcome)] {
            await expect(.invalid, "status that ends the run") { try await store.updateRun("r", update, in: .test) }
        }
        await expect(.invalid, "outcome has") {
            let large = RunOutcome(result: JSONText(String(repeating: "x", count: 1 << 20)))
            try await store.startRun(NewRun(id: "q", agent: "a"), in: .test)
            try await store.updateRun("q", RunUpdate(status: .completed, outcome: large), in: .test)
        }
    }

    @Test(arguments: backends) func whatBeganStays(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let began = try await store.run("r", in: .test)
        try await store.updateRun(
            "r", RunUpdate(status: .paused, startedAt: Timestamp(microseconds: 1)), in: .test, expecting: 1)
        try await store.updateRun("r", RunUpdate(status: .running), in: .test, expecting: 2)
        let run = try await store.run("r", in: .test)
        #expect(run.startedAt == began.startedAt)
        #expect(run.createdAt == began.createdAt)
        #expect(run.updatedAt > began.updatedAt)
        #expect(run.labels == ["l": "1"])
        #expect(run.metadata == ["m": .int(1)])
        #expect(run.revision == 3)
        await expect(.conflict, "revision 3") {
            try await store.updateRun("r", RunUpdate(status: .paused), in: .test, expecting: 2)
        }
        await expect(.notFound) { try await store.updateRun("q", RunUpdate(status: .paused), in: .test) }
    }

    @Test(arguments: backends) func exactlyOneOfManyEndsIsStored(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let ends = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let status: RunStatus = number % 2 == 0 ? .completed : .failed
                    let change = try? await store.updateRun(
                        "r", RunUpdate(status: status, outcome: RunOutcome(errorCode: "\(number)")), in: .test,
                        events: [.custom("end \(number)")])
                    return change?.isChanged ?? false
                }
            }
            return await group.reduce(into: 0) { count, isStored in count += isStored ? 1 : 0 }
        }
        #expect(ends == 1)
        #expect(try await store.events(in: .run("r"), of: .test).events.count == 1)
        #expect(try await store.session("s", in: .test).activeRunCount == 0)
    }

    @Test(arguments: backends) func cancellationIsAskedForOnce(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let proof = NewEvent.custom("cancellation", key: "c")
        let first = try await store.requestCancellation(of: "r", because: .userRequested, in: .test, events: [proof])
        #expect(first.isChanged)
        #expect(first.run.cancellationReason == .userRequested)
        #expect(first.run.status == .running)
        #expect(
            try await !store.requestCancellation(of: "r", because: .userRequested, in: .test, events: [proof]).isChanged
        )
        await expect(.conflict) { try await store.requestCancellation(of: "r", because: .sessionEnded, in: .test) }
        let end = try await store.updateRun(
            "r", RunUpdate(status: .canceled, cancellationReason: .engineCanceled), in: .test)
        #expect(end.run.cancellationReason == .userRequested)
        #expect(
            try await !store.requestCancellation(of: "r", because: .userRequested, in: .test, events: [proof]).isChanged
        )
        try await store.startRun(NewRun(id: "q", agent: "a"), in: .test)
        try await store.updateRun("q", RunUpdate(status: .completed), in: .test)
        await expect(.runNotActive) { try await store.requestCancellation(of: "q", because: .userRequested, in: .test) }
    }

    @Test(arguments: backends) func aSuspensionIsWrittenOnce(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        await expect(.notFound) { _ = try await store.suspension(of: "r", in: .test) }
        let checkpoint = RunSuspension(id: "c", data: [0, 255, 10])
        let update = RunUpdate(status: .suspended, suspension: checkpoint)
        #expect(try await store.updateRun("r", update, in: .test).run.suspensionID == "c")
        #expect(try await store.suspension(of: "r", in: .test) == checkpoint)
        #expect(try await !store.updateRun("r", update, in: .test).isChanged)
        for other in [RunSuspension(id: "d", data: [0, 255, 10]), RunSuspension(id: "c", data: [])] {
            await expect(.conflict) {
                try await store.updateRun("r", RunUpdate(status: .suspended, suspension: other), in: .test)
            }
        }
        try await store.startRun(NewRun(id: "q", agent: "a"), in: .test)
        await expect(.invalid, "needs the status suspended") {
            try await store.updateRun("q", RunUpdate(status: .completed, suspension: checkpoint), in: .test)
        }
        try await store.updateRun("q", RunUpdate(status: .suspended), in: .test)
        await expect(.conflict) { try await store.updateRun("q", update, in: .test) }
        await expect(.invalid, "suspension has") {
            let large = RunSuspension(id: "l", data: [UInt8](repeating: 0, count: 4 << 20 + 1))
            try await store.updateRun("q", RunUpdate(status: .suspended, suspension: large), in: .test)
        }
    }

    @Test(arguments: backends) func aSuspensionIsRepeatedWithOtherChanges(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let checkpoint = RunSuspension(id: "c", data: [1])
        try await store.updateRun("r", RunUpdate(status: .suspended, suspension: checkpoint), in: .test)
        let noted = try await store.updateRun(
            "r", RunUpdate(status: .suspended, labels: ["seen": "1"], suspension: checkpoint), in: .test)
        #expect(noted.isChanged && noted.run.labels == ["seen": "1"] && noted.run.status == .suspended)
        let upserted = try await store.upsertRun(
            NewRun(id: "r", agent: "a", session: "s"),
            RunUpdate(status: .suspended, labels: ["seen": "2"], suspension: checkpoint), in: .test)
        #expect(upserted.run.labels == ["seen": "2"])
        #expect(try await store.suspension(of: "r", in: .test) == checkpoint)
        await expect(.conflict, "another checkpoint") {
            let other = RunSuspension(id: "d", data: [1])
            try await store.updateRun(
                "r", RunUpdate(status: .suspended, labels: [:], suspension: other), in: .test)
        }
    }

    @Test(arguments: backends) func aRepairTellsWhatItFound(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let end = RunUpdate(status: .completed, outcome: RunOutcome(result: "1"))
        let proof = NewEvent.custom("completed", key: "end")
        #expect(try await store.repairRun("r", end, in: .test, events: [proof]) == .stored)
        #expect(try await store.repairRun("r", end, in: .test, events: [proof]) == .alreadyStored)
        #expect(try await store.repairRun("r", RunUpdate(status: .failed), in: .test) == .differentTerminal)
        #expect(
            try await store.repairRun("r", end, in: .test, events: [.custom("completed", key: "other")])
                == .differentTerminal)
        #expect(try await store.events(in: .run("r"), of: .test).events.count == 1)
        await expect(.notFound) { _ = try await store.repairRun("q", end, in: .test) }
        await expect(.invalid) { _ = try await store.repairRun("r", RunUpdate(status: .paused), in: .test) }
        // A conflict that is not about the end is an error.
        try await store.startRun(NewRun(id: "q", agent: "a"), in: .test)
        try await store.append([.custom("other", key: "end")], to: .run("q"), in: .test)
        await expect(.conflict) { _ = try await store.repairRun("q", end, in: .test, events: [proof]) }
    }

    @Test(arguments: backends) func aChildIsLinkedOnce(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        for id in ["c", "d"] { try await store.startRun(NewRun(id: id, agent: "b", session: "s"), in: .test) }
        try await store.startRun(NewRun(id: "own", agent: "b"), in: .test)
        let proof = NewEvent.custom("child_run_linked", key: "c")
        #expect(try await store.linkRun("c", toParent: "r", in: .test, events: [proof]).run.parent == "r")
        #expect(try await !store.linkRun("c", toParent: "r", in: .test, events: [proof]).isChanged)
        #expect(try await store.events(in: .run("r"), of: .test).events.count == 1)
        await expect(.conflict, "another parent") { try await store.linkRun("c", toParent: "d", in: .test) }
        await expect(.conflict, "different sessions") { try await store.linkRun("own", toParent: "r", in: .test) }
        await expect(.notFound) { try await store.linkRun("c", toParent: "nobody", in: .test) }
        await expect(.notFound) { try await store.linkRun("nobody", toParent: "r", in: .test) }
        await expect(.conflict) { try await store.linkRun("c", toParent: "c", in: .test) }
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test)
        #expect(try await !store.linkRun("c", toParent: "r", in: .test, events: [proof]).isChanged)
        await expect(.runNotActive) {
            try await store.linkRun("d", toParent: "r", in: .test, events: [.custom("child_run_linked", key: "d")])
        }
    }

    @Test(arguments: backends) func anUpsertErasesNothing(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let began = try await store.run("r", in: .test)
        let new = NewRun(id: "r", agent: "a", session: "s")
        let change = try await store.upsertRun(
            new, RunUpdate(status: .completed, startedAt: Timestamp(microseconds: 1)), in: .test,
            events: [.custom("completed")])
        #expect(change.run.labels == ["l": "1"])
        #expect(change.run.metadata == ["m": .int(1)])
        #expect(change.run.startedAt == began.startedAt)
        #expect(change.run.status == .completed)
        #expect(try await store.events(in: .run("r"), of: .test).events.count == 1)
        #expect(try await !store.upsertRun(new, RunUpdate(status: .completed), in: .test).isChanged)
        for other in [NewRun(id: "r", agent: "b", session: "s"), NewRun(id: "r", agent: "a")] {
            await expect(.conflict, "another agent or session") { try await store.upsertRun(other, in: .test) }
        }
        let late = NewRun(id: "q", agent: "a", session: "later", labels: ["x": "y"])
        await expect(.notFound) { try await store.upsertRun(late, in: .test) }
        let created = try await store.upsertRun(
            late, RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1])), in: .test,
            events: [.custom("suspended")], createsSession: true)
        #expect(created.run.status == .suspended)
        #expect(created.run.labels == ["x": "y"])
        #expect(try await store.suspension(of: "q", in: .test).data == [1])
        #expect(try await store.session("later", in: .test).activeRunCount == 0)
        await expect(.invalid, "run is required") { try await store.upsertRun(NewRun(agent: "a"), in: .test) }
    }

    @Test(arguments: backends) func concurrentUpsertsMakeOneRun(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await store.upsertRun(
                        NewRun(id: "q", agent: "a", session: "new"), RunUpdate(labels: ["n": "\(number)"]), in: .test,
                        events: [.custom("upsert \(number)")], createsSession: true)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.events(in: .run("q"), of: .test).events.map(\.sequence) == Array(1...10))
        #expect(try await store.session("new", in: .test).activeRunCount == 1)
    }
}
