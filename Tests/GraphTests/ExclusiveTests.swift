import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Relations of which there is one at a time") struct ExclusiveTests {
    private struct Places {
        let graph: GraphStore
        let clock: StepClock
        let records: InterruptedRecords
        let anna: String
        var berlin: String, munich: String, paris: String

        init(_ backend: TestBackend) async throws {
            clock = StepClock(Timestamp.day(100).microseconds / 1_000_000)
            let clock = clock
            records = InterruptedRecords(try await backend.makeRecords())
            graph = try await GraphStore(records, configuration: GraphStoreConfiguration(clock: { clock.now }))
            let ids = try await graph.people("Anna", "Berlin", "Munich", "Paris")
            (anna, berlin, munich, paris) = (ids[0], ids[1], ids[2], ids[3])
        }

        @discardableResult
        func live(
            _ place: String, _ from: Int? = nil, _ until: Int? = nil, isExclusive: Bool = true, episodes: [String] = []
        ) async throws -> RelationOutcome {
            try await graph.relate(
                NewRelation(
                    source: anna, kind: "lives_in", target: place, episodes: episodes, validFrom: from.map { .day($0) },
                    validUntil: until.map { .day($0) }, isExclusive: isExclusive), in: .first)
        }

        /// What is believed, as `place from…until`, by begin.
        func believed(_ view: GraphView = GraphView()) async throws -> [String] {
            let names = [berlin: "B", munich: "M", paris: "P"]
            func day(_ time: Timestamp?) -> String {
                time.map { String(($0.microseconds - Timestamp.day(0).microseconds) / 86_400_000_000) } ?? ""
            }
            return try await graph.relations(RelationQuery(of: anna, view: view), in: .first).relations
                .sorted {
                    ($0.validFrom?.microseconds ?? .min, $0.target) < ($1.validFrom?.microseconds ?? .min, $1.target)
                }
                .map { "\(names[$0.target] ?? "?") \(day($0.validFrom))…\(day($0.validUntil))" }
        }
    }

    @Test("A new one ends the one before, in the same commit", arguments: TestBackend.all)
    func moves(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        let first = try await places.live(places.berlin, 10, episodes: ["m1"]).relation
        places.clock.advance()
        places.records.arm()
        let second = try await places.live(places.munich, 20)
        #expect(places.records.commits == 1)
        #expect(second.created && second.superseded.map(\.id) == [first.id])
        #expect(try await places.believed() == ["B 10…20", "M 20…"])
        let old = try await places.graph.relation(first.id, in: .first)
        let rest = try await places.graph.relation(try #require(old.replacedBy), in: .first)
        #expect(old == second.superseded[0] && old.retractedAt == places.clock.now)
        #expect(rest.target == places.berlin && rest.episodes == ["m1"] && rest.validUntil == .day(20))
        #expect(try await places.believed(GraphView(validAt: .day(19))) == ["B 10…20"])
        #expect(try await places.believed(GraphView(validAt: .day(20))) == ["M 20…"])
        #expect(try await places.believed(GraphView(knownAt: .day(100))) == ["B 10…"])
        #expect(try await places.graph.targets(GraphView(validAt: .day(50)), of: places.anna) == [places.munich])
    }

    @Test("Without a begin the new one begins now, where there was another", arguments: TestBackend.all)
    func undated(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        let first = try await places.live(places.berlin, episodes: ["m1"])
        #expect(try await places.believed() == ["B …"])
        places.clock.advance(seconds: 86_400)
        #expect(try await places.live(places.munich).relation.validFrom == .day(101))
        #expect(try await places.believed() == ["B …101", "M 101…"])
        // The same again, though it names no begin.
        places.clock.advance(seconds: 86_400)
        #expect(try await !places.live(places.munich, episodes: ["m2"]).created)
        #expect(try await places.live(places.munich).relation.episodes == ["m2"])
        #expect(try await places.believed() == ["B …101", "M 101…"])
        // And back.
        let back = try await places.live(places.berlin)
        #expect(back.created && back.relation.id != first.relation.id)
        #expect(try await places.believed() == ["B …101", "M 101…102", "B 102…"])
    }

    @Test("What is learned late ends where the next begins", arguments: TestBackend.all)
    func late(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        try await places.live(places.munich, 50)
        let late = try await places.live(places.berlin, 10)
        #expect(late.relation.validUntil == .day(50) && late.superseded.isEmpty)
        #expect(try await places.believed() == ["B 10…50", "M 50…"])
        // A future one does not end what is said of now.
        try await places.graph.clear(.first)
        let again = try await Places(backend)
        try await again.live(again.munich, 150)
        try await again.live(again.berlin)
        #expect(try await again.believed() == ["B …150", "M 150…"])
    }

    @Test("A time in between leaves what was before and after", arguments: TestBackend.all)
    func between(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        try await places.live(places.berlin, 10)
        try await places.live(places.munich, 20, 30)
        #expect(try await places.believed() == ["B 10…20", "M 20…30", "B 30…"])
        // One that covers others leaves nothing of them.
        let paris = try await places.live(places.paris, 15, 40)
        #expect(try await places.believed() == ["B 10…15", "P 15…40", "B 40…"])
        #expect(paris.superseded.count == 3)
        #expect(paris.superseded.contains { $0.target == places.munich && $0.replacedBy == nil })
        // The same begin: the new statement wins.
        try await places.live(places.munich, 40)
        #expect(try await places.believed() == ["B 10…15", "P 15…40", "M 40…"])
    }

    @Test(
        "It ends relations that were not exclusive, and only those of its source and kind", arguments: TestBackend.all)
    func others(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        let ben = try await places.graph.people("Ben")[0]
        try await places.live(places.berlin, 10, isExclusive: false)
        try await places.live(places.paris, 20, isExclusive: false)
        try await places.live(places.munich, 5, 8, isExclusive: false)
        let kept = [
            NewRelation(source: ben, kind: "lives_in", target: places.berlin, validFrom: .day(1)),
            NewRelation(source: places.anna, kind: "likes", target: places.berlin, validFrom: .day(1)),
        ]
        for relation in kept { try await places.graph.relate(relation, in: .first) }
        try await places.live(places.munich, 30)
        let believed = try await places.graph.all()
        #expect(believed.count { $0.validUntil == nil } == 3)
        for relation in kept {
            #expect(
                believed.contains { $0.source == relation.source && $0.kind == relation.kind && $0.validUntil == nil })
        }
        #expect(believed.filter { $0.kind == "lives_in" && $0.source == places.anna }.count == 4)
        #expect(
            try await places.graph.relations(
                RelationQuery(
                    of: places.anna, direction: .outgoing, kinds: ["lives_in"], view: GraphView(validAt: .day(40))),
                in: .first
            ).relations.map(\.target) == [places.munich])
    }

    @Test("Two rests that say the same are one", arguments: TestBackend.all)
    func sameRests(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        try await places.live(places.berlin, isExclusive: false)
        try await places.live(places.berlin, nil, 150, isExclusive: false)
        try await places.live(places.berlin, nil, isExclusive: false)
        try await places.live(places.munich, 20)
        #expect(try await places.believed() == ["B …20", "M 20…"])
    }

    @Test("Of rests that begin at once the longest stays", arguments: TestBackend.all)
    func longestRest(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        try await places.live(places.munich, 30, 50, isExclusive: false)
        try await places.live(places.munich, 45, 57, isExclusive: false, episodes: ["m"])
        try await places.live(places.paris, 35, 47)
        #expect(try await places.believed() == ["M 30…35", "P 35…47", "M 47…57"])
        // Also where one of them begins there, and is not cut itself.
        try await places.live(places.berlin, 100, 104, isExclusive: false)
        try await places.live(places.berlin, 90, 120, isExclusive: false)
        try await places.live(places.paris, 95, 100)
        let all = ["M 30…35", "P 35…47", "M 47…57", "B 90…95", "P 95…100", "B 100…120"]
        #expect(try await places.believed() == all)
    }

    @Test("A known end corrects an exclusive relation too", arguments: TestBackend.all)
    func knownEnd(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        let first = try await places.live(places.berlin, 10, episodes: ["m1"]).relation
        let second = try await places.live(places.berlin, 10, 30, episodes: ["m2"])
        #expect(second.created && second.superseded.map(\.id) == [first.id])
        #expect(second.relation.episodes == ["m1", "m2"])
        #expect(try await places.believed() == ["B 10…30"])
        #expect(try await !places.live(places.berlin, 10).created)
        #expect(try await places.believed() == ["B 10…30"])
    }

    @Test("However many are decided at once, one is true at a time", arguments: TestBackend.all)
    func concurrent(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        let targets = [places.berlin, places.munich, places.paris]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<9 {
                group.addTask {
                    let from = 10 + number * 5
                    try await places.live(targets[number % 3], from, number.isMultiple(of: 2) ? nil : from + 12)
                }
            }
            try await group.waitForAll()
        }
        for day in [12, 17, 22, 27, 33, 38, 42, 48, 52, 57, 63, 90] {
            let there = try await places.graph.targets(GraphView(validAt: .day(day)), of: places.anna)
            #expect(Set(there).count <= 1, "day \(day)")
        }
        #expect(try await places.graph.targets(GraphView(validAt: .day(51)), of: places.anna).count == 1)
    }

    @Test("Another decision that comes between is taken into account", arguments: TestBackend.all)
    func interrupted(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        // The other has the same right before this one's commit, where nothing was when it looked.
        places.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await places.live(places.paris, 15, 25) }
        })
        try await places.live(places.munich, 20, 30)
        #expect(try await places.believed() == ["P 15…20", "M 20…30"])
    }

    @Test("A target that is being removed is neither counted nor kept", arguments: TestBackend.all)
    func removedTarget(_ backend: TestBackend) async throws {
        let places = try await Places(backend)
        try await places.live(places.berlin, 10)
        places.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await places.graph.remove(places.berlin, in: .first) }
        })
        try await places.live(places.munich, 20)
        #expect(try await places.believed() == ["M 20…"])
        #expect(try await count(GraphRecords.relation, in: places.records) == 1)
    }
}
