import RecordStoreConformance
import Records
import TestStores
import Testing
import Transcripts

@Suite struct ConcurrencyTests {
    /// Sixteen tasks append to one session, half of them through runs; every fourth key is everybody's.
    @Test(arguments: backends, [UInt64(1), 2])
    func sixteenAppendersLeaveNoGapAndNoRepetition(_ backend: TestBackend, _ seed: UInt64) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        for run in ["r", "q"] { try await store.startRun(NewRun(id: run, agent: "a", session: "s"), in: .test) }
        let logs: [EventLog] = [.session("s"), .run("r"), .session("s"), .run("q")]
        let answers = try await withThrowingTaskGroup(of: [(key: String, AppendedEvent)].self) { group in
            for writer in 0..<16 {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 31 &+ UInt64(writer))
                    var answers: [(key: String, AppendedEvent)] = []
                    var number = 0
                    while number < 24 {
                        let events = (0..<min(24 - number, Int.random(in: 1...4, using: &random))).map { offset in
                            let place = number + offset
                            let key = place % 4 == 0 ? "shared \(place)" : "\(writer) \(place)"
                            return NewEvent.said(key, key: key)
                        }
                        number += events.count
                        let log = logs[writer % 4]
                        let result = try await store.append(events, to: log, in: .test)
                        for (event, appended) in zip(events, result.events) {
                            answers.append(("\(log) \(event.key ?? "")", appended))
                        }
                    }
                    return answers
                }
            }
            var all: [[(key: String, AppendedEvent)]] = []
            for try await answer in group { all.append(answer) }
            return all
        }
        // 18 events of every writer's own, and 6 shared ones in each of three logs.
        let total = 16 * 18 + 3 * 6
        let events = try await store.events(in: .session("s"), of: .test, limit: 1_000).events
        #expect(events.map(\.sequence) == (1...Int64(total)).map { $0 })
        #expect(Set(events.map(\.id)).count == total)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.stamp <= $1.stamp })
        var known: [String: Set<String>] = [:]
        for (key, appended) in answers.joined() {
            known[key, default: []].insert("\(appended.id) \(appended.sequence)")
        }
        #expect(known.count == total && known.values.allSatisfy { $0.count == 1 })
        #expect(answers.joined().filter { $0.1.isNew }.count == total)
        for answer in answers {
            // One writer's own events are in the order in which it wrote them.
            let own = answer.filter { !$0.key.contains("shared") }.map(\.1.sequence)
            #expect(own == own.sorted())
        }
    }

    @Test(arguments: backends) func pagesUnderAppendsHaveEachEventOnceInOrder(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for number in 0..<50 { try await store.say("\(number)") } }
            }
            group.addTask {
                var found: [Int64] = []
                while found.count < 200 {
                    let page = try await store.events(in: .session("s"), of: .test, after: found.last ?? 0, limit: 7)
                    found += page.events.map(\.sequence)
                    #expect(found == Array(1..<Int64(found.count + 1)))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: backends) func followersMissAndRepeatNothing(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        for _ in 0..<5 { try await store.say("before") }
        let found = try await withThrowingTaskGroup(of: [Int64]?.self) { group -> [[Int64]] in
            for start in [Int64(0), 3, 40] {
                group.addTask {
                    var found: [Int64] = []
                    for try await event in store.follow(.session("s"), of: .test, after: start) {
                        found.append(event.sequence)
                        if event.sequence == 105 { break }
                    }
                    return found
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    for number in 0..<25 { try await store.append([.said("\(number)")], to: .run("r"), in: .test) }
                    return nil
                }
            }
            var all: [[Int64]] = []
            for try await found in group { if let found { all.append(found) } }
            return all
        }
        let expected: Set<[Int64]> = [Array(1...105), Array(4...105), Array(41...105)]
        #expect(Set(found) == expected)
    }

    @Test(arguments: backends) func aFollowerOfWhatIsOverEnds(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let followers = [EventLog.session("s"), .run("r")].map { log in
            Task {
                var found: [Int64] = []
                for try await event in store.follow(log, of: .test, types: [.userMessage], endsWhenOver: true) {
                    found.append(event.sequence)
                }
                return found
            }
        }
        try await store.append([.said("1"), .custom("x"), .said("3")], to: .run("r"), in: .test)
        try await store.endSession("s", in: .test)
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test, events: [.said("last")])
        for follower in followers { #expect(try await follower.value == [1, 3, 4]) }
    }

    @Test(arguments: backends) func aFollowerWaitsForTheRunsOfAnEndedSession(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test, events: [.said("1")])
        try await store.endSession("s", in: .test)
        var follower = store.follow(.session("s"), of: .test, endsWhenOver: true).makeAsyncIterator()
        #expect(try await follower.next()?.sequence == 1)
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test, events: [.said("2")])
        #expect(try await follower.next()?.sequence == 2)
        #expect(try await follower.next() == nil)
    }

    @Test(arguments: backends) func aFollowerOfALongLogSeesItsEnd(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.startRun(NewRun(id: "r", agent: "a"), in: .test)
        for _ in 0..<3 {
            try await store.append((0..<200).map { .said("\($0)") }, to: .run("r"), in: .test)
        }
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test)
        var found: [Int64] = []
        for try await event in store.follow(.run("r"), of: .test, endsWhenOver: true) { found.append(event.sequence) }
        #expect(found == Array(1...600))
    }

    /// What is written while an export reads is in all of it or in none.
    @Test(arguments: backends) func anExportIsOfOneMoment(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        try await store.createSession(NewSession(id: "s"), in: .test)
        for number in 1...8 {
            faults.interrupt(beforeRead: number) {
                let count = try await store.events(in: .session("s"), of: .test).events.count
                try await store.append(
                    [.said("x", [StateChange("count", .int(Int64(count + 1)))])], to: .session("s"), in: .test)
            }
            let content = try await store.exportSession("s", in: .test)
            #expect(content.state["count"] ?? .int(0) == .int(Int64(content.events.count)))
        }
    }

    @Test(arguments: backends) func aFollowerEndsWithItsTaskItsStoreAndItsSession(_ backend: TestBackend) async throws {
        let store = try await backend.open(.lexical { $0.ownsRecords = true })
        try await store.createSession(NewSession(id: "s"), in: .test)
        func follow() -> Task<Int, any Error> {
            Task {
                var count = 0
                for try await _ in store.follow(.session("s"), of: .test) { count += 1 }
                return count
            }
        }
        try await store.say("1")
        let canceled = follow()
        canceled.cancel()
        #expect(try await canceled.value <= 1)
        await expect(.notFound) {
            for try await _ in store.follow(.session("nowhere"), of: .test) {}
        }
        var closed = store.follow(.session("s"), of: .test).makeAsyncIterator()
        #expect(try await closed.next()?.sequence == 1)
        await store.close()
        do {
            #expect(try await closed.next() == nil)
        } catch {
            #expect(error.code == .closed)
        }
    }
}
