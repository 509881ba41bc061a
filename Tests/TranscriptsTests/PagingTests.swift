import Records
import Synchronization
import TestStores
import Testing
import Transcripts

@Suite struct PagingTests {
    private static let kinds = ["note", "step", "mark"]

    /// Thirty events of three kinds in turn; two runs by turns of five.
    private func filled(_ backend: TestBackend) async throws -> (TranscriptStore, FaultyRecords, [AppendedEvent]) {
        let (store, faults) = try await backend.openFaulty()
        try await store.createSession(NewSession(id: "s"), in: .test)
        for run in ["r", "q"] { try await store.startRun(NewRun(id: run, agent: "a", session: "s"), in: .test) }
        var appended: [AppendedEvent] = []
        for start in stride(from: 0, to: 30, by: 5) {
            let events = (start..<(start + 5)).map { number in
                var event = NewEvent.custom(Self.kinds[number % 3])
                event.labels = ["half": number < 15 ? "first" : "second"]
                return event
            }
            appended += try await store.append(events, to: .run(start % 10 == 0 ? "r" : "q"), in: .test).events
        }
        return (store, faults, appended)
    }

    private func walk(
        _ store: TranscriptStore, _ log: EventLog, _ types: Set<EventType>, isDescending: Bool, limit: Int,
        labels: [String: String] = [:]
    ) async throws -> [Int64] {
        var found: [Int64] = []
        var next: Int64?
        repeat {
            let page = try await store.events(
                in: log, of: .test, types: types, labels: labels, after: isDescending ? nil : next,
                before: isDescending ? next : nil, isDescending: isDescending, limit: limit)
            #expect(page.events.count == limit || page.next == nil)
            found += page.events.map(\.sequence)
            next = page.next
        } while next != nil
        return found
    }

    @Test(arguments: backends) func pagesGoBothWaysAndEnd(_ backend: TestBackend) async throws {
        let (store, _, _) = try await filled(backend)
        let runR = (Int64(1)...30).filter { ($0 - 1) / 5 % 2 == 0 }
        let two: Set<EventType> = [EventType(rawValue: "note"), EventType(rawValue: "mark")]
        for limit in [1, 4, 5, 30, 100] {
            for isDescending in [false, true] {
                func expected(_ sequence: [Int64]) -> [Int64] { isDescending ? sequence.reversed() : sequence }
                let all = try await walk(store, .session("s"), [], isDescending: isDescending, limit: limit)
                #expect(all == expected(Array(1...30)))
                let run = try await walk(store, .run("r"), [], isDescending: isDescending, limit: limit)
                #expect(run == expected(runR))
                let kinds = try await walk(store, .session("s"), two, isDescending: isDescending, limit: limit)
                #expect(kinds == expected((1...30).filter { $0 % 3 != 2 }))
                let runKinds = try await walk(store, .run("r"), two, isDescending: isDescending, limit: limit)
                #expect(runKinds == expected(runR.filter { $0 % 3 != 2 }))
                let half = try await walk(
                    store, .session("s"), [], isDescending: isDescending, limit: limit, labels: ["half": "second"])
                #expect(half == expected(Array(16...30)))
            }
        }
    }

    @Test(arguments: backends) func boundsAreExclusive(_ backend: TestBackend) async throws {
        let (store, _, _) = try await filled(backend)
        for isDescending in [false, true] {
            let page = try await store.events(
                in: .session("s"), of: .test, after: 10, before: 14, isDescending: isDescending, limit: 2)
            #expect(page.events.map(\.sequence) == (isDescending ? [13, 12] : [11, 12]))
            #expect(page.next == (isDescending ? 12 : 12))
            let last = try await store.events(
                in: .session("s"), of: .test, after: 12, before: 14, isDescending: isDescending, limit: 2)
            #expect(last.events.map(\.sequence) == [13])
            #expect(last.next == nil)
        }
        for after in [Int64(30), .max] {
            #expect(try await store.events(in: .session("s"), of: .test, after: after).events.isEmpty)
        }
        #expect(try await store.events(in: .session("s"), of: .test, before: .min, isDescending: true).events.isEmpty)
        await expect(.invalid, "limit must be 1 to 1000") {
            _ = try await store.events(in: .session("s"), of: .test, limit: 0)
        }
        await expect(.invalid, "types has 17") {
            let types = Set((0..<17).map { EventType(rawValue: "t\($0)") })
            _ = try await store.events(in: .session("s"), of: .test, types: types)
        }
        await expect(.notFound) { _ = try await store.events(in: .session("t"), of: .test) }
        await expect(.notFound) { _ = try await store.events(in: .run("t"), of: .test) }
    }

    @Test(arguments: backends) func theLatestOfAKind(_ backend: TestBackend) async throws {
        let (store, _, _) = try await filled(backend)
        let mark = EventType(rawValue: "mark")
        #expect(try await store.latestEvent(of: mark, in: .session("s"), of: .test)?.sequence == 30)
        #expect(try await store.latestEvent(of: mark, in: .run("r"), of: .test)?.sequence == 24)
        #expect(try await store.latestEvent(of: .thinking, in: .run("r"), of: .test) == nil)
    }

    @Test(arguments: backends) func aWindowLiesAroundItsEvent(_ backend: TestBackend) async throws {
        let (store, _, appended) = try await filled(backend)
        let window = try await store.eventWindow(around: appended[11].id, of: .test, before: 3, after: 2)
        #expect(window.before.map(\.sequence) == [9, 10, 11])
        #expect(window.anchor.sequence == 12)
        #expect(window.after.map(\.sequence) == [13, 14])
        let inRun = try await store.eventWindow(
            around: appended[11].id, of: .test, before: 3, after: 5, isWithinRun: true)
        #expect(inRun.before.map(\.sequence) == [4, 5, 11])
        #expect(inRun.after.map(\.sequence) == [13, 14, 15, 21, 22])
        let ofKind = try await store.eventWindow(
            around: appended[0].id, of: .test, before: 5, after: 2, types: [EventType(rawValue: "mark")])
        #expect(ofKind.before.isEmpty)
        #expect(ofKind.after.map(\.sequence) == [3, 6])
        let alone = try await store.eventWindow(around: appended[29].id, of: .test, before: 0, after: 9)
        #expect(alone.before.isEmpty)
        #expect(alone.after.isEmpty)
        await expect(.notFound) { _ = try await store.eventWindow(around: "x", of: .test) }
        await expect(.invalid, "before must be 0 to 1000") {
            _ = try await store.eventWindow(around: appended[0].id, of: .test, before: -1)
        }
    }

    @Test(arguments: backends) func aSnapshotIsARunAtOneMoment(_ backend: TestBackend) async throws {
        let (store, _, _) = try await filled(backend)
        try await store.updateRun("r", RunUpdate(metadata: ["m": .int(1)]), in: .test)
        let snapshot = try await store.snapshot(ofRun: "r", in: .test)
        #expect(snapshot.events.count == 15)
        #expect(snapshot.meta == ["m": .int(1)])
        #expect(snapshot.run?.id == "r")
        #expect(snapshot.events(of: EventType(rawValue: "note")).map(\.sequence) == [1, 4, 13, 22, 25])
        #expect(snapshot.latest(of: EventType(rawValue: "note"))?.sequence == 25)
        try await store.append([.custom("note")], to: .run("r"), in: .test)
        #expect(snapshot.events.count == 15)
        let unknown = try await store.snapshot(ofRun: "nobody", in: .test)
        #expect(unknown.run == nil)
        #expect(unknown.events.isEmpty)
        #expect(unknown.meta.isEmpty)
        #expect(unknown.id == "nobody")
        let small = try await TranscriptStore(
            store.records, configuration: .lexical { $0.maximumSnapshotEvents = 15 })
        await expect(.limit, "maximumSnapshotEvents") { _ = try await small.snapshot(ofRun: "r", in: .test) }
        #expect(try await small.snapshot(ofRun: "q", in: .test).events.count == 15)
    }

    @Test(arguments: backends) func aLongSnapshotIsReadInPages(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.startRun(NewRun(id: "r", agent: "a"), in: .test)
        for _ in 0..<10 {
            try await store.append(Array(repeating: .custom("n"), count: 250), to: .run("r"), in: .test)
        }
        #expect(try await store.snapshot(ofRun: "r", in: .test).events.map(\.sequence) == Array(1...2_500))
    }

    /// What a declared index answers without skipping costs O(page + log n), however long the log is.
    @Test(arguments: backends) func everyReadFollowsADeclaredIndex(_ backend: TestBackend) async throws {
        let (store, faults, appended) = try await filled(backend)
        faults.queries.withLock { $0 = [] }
        let note = EventType(rawValue: "note")
        for log in [EventLog.session("s"), .run("r")] {
            for types in [[], [note], [note, .thinking]] as [Set<EventType>] {
                _ = try await store.events(in: log, of: .test, types: types, after: 20, limit: 3)
                _ = try await store.events(in: log, of: .test, types: types, before: 20, isDescending: true, limit: 3)
            }
            _ = try await store.latestEvent(of: note, in: log, of: .test)
        }
        _ = try await store.eventWindow(around: appended[9].id, of: .test)
        _ = try await store.snapshot(ofRun: "r", in: .test)
        _ = try await store.state(of: "s", in: .test)
        _ = try await store.runs(matching: RunQuery(session: "s", statuses: [.running]), in: .test)
        try await store.append([.said("x", key: "k", [StateChange("x", .int(1))])], to: .session("s"), in: .test)
        try await store.append([.said("x", key: "k", [StateChange("x", .int(1))])], to: .session("s"), in: .test)
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test, events: [.said("done", key: "k")])
        let queries = faults.queries.withLock { $0 }
        #expect(queries.count > 20)
        for query in queries { #expect(isServed(query), "\(query.type) \(query.filter) \(query.order)") }
    }

    private func isServed(_ query: Query) -> Bool {
        guard let type = TranscriptRecords.all.first(where: { $0.name == query.type }) else { return false }
        func fields(_ filter: Filter) -> [String]? {
            switch filter {
            case .all: return []
            case .equal(let place, _): return place.path.isEmpty ? [place.field] : nil
            case .and(let parts):
                let all = parts.map(fields)
                return all.contains { $0 == nil } ? nil : all.flatMap { $0 ?? [] }
            default: return nil
            }
        }
        guard let fixed = fields(query.filter) else { return false }
        switch query.order {
        case .key: return fixed.isEmpty
        case .field(let order):
            return type.indexes.contains { $0.order == order && Set($0.equal) == Set(fixed) }
        case .nearest: return false
        }
    }
}
