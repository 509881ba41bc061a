import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Relations") struct RelationTests {
    @Test("What was related comes back", arguments: TestBackend.all)
    func roundTrip(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben")
        let new = NewRelation(
            source: ids[0], kind: "knows", target: ids[1], fact: "Anna knows Ben.",
            properties: ["strength": .double(0.5)], episodes: ["m1", "m2", "m1"], validFrom: .day(1),
            validUntil: .day(9))
        let outcome = try await graph.relate(new, in: .first)
        #expect(outcome.created && outcome.superseded.isEmpty)
        let relation = try await graph.relation(outcome.relation.id, in: .first)
        #expect(relation == outcome.relation)
        #expect(relation.source == ids[0] && relation.kind == "knows" && relation.target == ids[1])
        #expect(relation.fact == new.fact && relation.properties == new.properties)
        #expect(relation.episodes == ["m1", "m2"])
        #expect(relation.validFrom == .day(1) && relation.validUntil == .day(9))
        #expect(relation.recordedAt == clock.now && relation.isBelieved && relation.replacedBy == nil)
        #expect(try await graph.all() == [relation])
        #expect(await failure { _ = try await graph.relation("unknown", in: .first) }.code == .notFound)
    }

    @Test("A missing end is told by its name, and nothing is stored", arguments: TestBackend.all)
    func missingEnds(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graph = try await GraphStore(records)
        let anna = try await graph.people("Anna")[0]
        for isExclusive in [false, true] {
            let target = await failure {
                try await graph.relate(
                    NewRelation(source: anna, kind: "k", target: "gone", isExclusive: isExclusive), in: .first)
            }
            #expect(target.code == .notFound && target.message.hasPrefix("target gone"))
            let source = await failure {
                try await graph.relate(
                    NewRelation(source: "gone", kind: "k", target: anna, isExclusive: isExclusive), in: .first)
            }
            #expect(source.code == .notFound && source.message.hasPrefix("source gone"))
        }
        #expect(try await count(GraphRecords.relation, in: records) == 0)
    }

    @Test("The same again makes no second relation, and unites the episodes", arguments: TestBackend.all)
    func sameAgain(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben")
        for begin in [nil, Timestamp.day(3)] {
            var new = NewRelation(
                source: ids[0], kind: "knows", target: ids[1], fact: "First.", episodes: ["a"], validFrom: begin)
            let first = try await graph.relate(new, in: .first)
            #expect(first.created)
            clock.advance()
            new.fact = "Second."
            new.episodes = ["b", "a"]
            let second = try await graph.relate(new, in: .first)
            #expect(!second.created && second.relation.id == first.relation.id)
            #expect(second.relation.fact == "First." && second.relation.episodes == ["a", "b"])
            #expect(second.relation.recordedAt == first.relation.recordedAt)
            #expect(try await graph.relate(new, in: .first) == second)
            #expect(try await graph.relation(first.relation.id, in: .first) == second.relation)
        }
        #expect(try await graph.all(.everything).count == 2)
        for other in [
            NewRelation(source: ids[1], kind: "knows", target: ids[0]),
            NewRelation(source: ids[0], kind: "likes", target: ids[1]),
            NewRelation(source: ids[0], kind: "knows", target: ids[1], validFrom: .day(4)),
        ] {
            #expect(try await graph.relate(other, in: .first).created)
        }
    }

    @Test("A known end corrects what was believed without one", arguments: TestBackend.all)
    func knownEnd(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Acme")
        for begin in [nil, Timestamp.day(1)] {
            var new = NewRelation(
                source: ids[0], kind: "works_at", target: ids[1], fact: "Works.", properties: ["a": .int(1)],
                episodes: ["m1"], validFrom: begin)
            let first = try await graph.relate(new, in: .first).relation
            clock.advance()
            new.validUntil = .day(5)
            new.fact = ""
            new.properties = ["b": .int(2)]
            new.episodes = ["m2"]
            let second = try await graph.relate(new, in: .first)
            #expect(second.created && second.superseded.map(\.id) == [first.id])
            #expect(second.superseded.first?.retractedAt == clock.now)
            #expect(second.superseded.first?.replacedBy == second.relation.id)
            #expect(second.relation.validUntil == .day(5) && second.relation.fact == "Works.")
            #expect(second.relation.properties == ["a": .int(1), "b": .int(2)])
            #expect(second.relation.episodes == ["m1", "m2"])
            #expect(try await !graph.relate(new, in: .first).created)
            #expect(try await graph.all().filter { $0.validFrom == begin } == [second.relation])
        }
        // Where the begin is known, the end stays known as well.
        let known = NewRelation(source: ids[0], kind: "works_at", target: ids[1], validFrom: .day(1))
        #expect(try await graph.relate(known, in: .first).relation.validUntil == .day(5))
    }

    @Test("What has ended can be true again", arguments: TestBackend.all)
    func again(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben")
        let new = NewRelation(source: ids[0], kind: "dates", target: ids[1])
        for number in 1...3 {
            let outcome = try await graph.relate(new, in: .first)
            #expect(outcome.created)
            #expect(try await graph.relate(new, in: .first).relation == outcome.relation)
            clock.advance()
            try await graph.end(outcome.relation.id, at: .day(number), in: .first)
            clock.advance()
        }
        let open = try await graph.relate(new, in: .first).relation
        // The same end again: there is one such relation already, which takes its place.
        let ended = try await graph.end(open.id, at: .day(3), in: .first)
        #expect(try await graph.relation(open.id, in: .first).replacedBy == ended.id)
        #expect(Set(try await graph.all().compactMap(\.validUntil)) == [.day(1), .day(2), .day(3)])
        #expect(try await graph.all().count == 3)
    }

    @Test("Lists by entity, direction and kind; cursors neither skip nor repeat", arguments: TestBackend.all)
    func lists(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("a", "b", "c", "d")
        var made: [Relation] = []
        for (number, (source, target)) in [(0, 1), (1, 0), (0, 2), (2, 3), (3, 0), (0, 3), (1, 2)].enumerated() {
            for kind in ["k", "l", "m"] {
                made.append(
                    try await graph.relate(
                        NewRelation(source: ids[source], kind: kind, target: ids[target]), in: .first
                    ).relation)
            }
            // Several have each moment.
            if number.isMultiple(of: 2) { clock.advance() }
        }
        made.sort { ($0.recordedAt, $0.id) > ($1.recordedAt, $1.id) }
        for entity in [nil, ids[0], ids[2], "unknown"] {
            for direction in Direction.allCases {
                for kinds in [[], ["k"], ["k", "m"], ["none"]] {
                    let expected = made.filter { relation in
                        let matches =
                            switch direction {
                            case .outgoing: relation.source == entity
                            case .incoming: relation.target == entity
                            case .both: relation.source == entity || relation.target == entity
                            }
                        return (entity == nil || matches) && (kinds.isEmpty || kinds.contains(relation.kind))
                    }
                    for limit in [2, 1_000] {
                        var query = RelationQuery(of: entity, direction: direction, kinds: kinds, limit: limit)
                        var found: [Relation] = []
                        repeat {
                            let page = try await graph.relations(query, in: .first)
                            #expect(page.relations.count <= limit)
                            found += page.relations
                            query.after = page.next
                        } while query.after != nil
                        #expect(found == expected)
                    }
                }
            }
        }
        let page = try await graph.relations(RelationQuery(of: ids[0], limit: 1), in: .first)
        let foreign = RelationQuery(of: ids[1], limit: 1, after: page.next)
        #expect(await failure { _ = try await graph.relations(foreign, in: .first) }.code == .invalid)
    }

    @Test("Who relates the same at once gets the same, and no episode is lost", arguments: TestBackend.all)
    func concurrent(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graphs = [try await GraphStore(records), try await GraphStore(records)]
        let ids = try await graphs[0].people("Anna", "Ben")
        let outcomes = try await withThrowingTaskGroup(of: RelationOutcome.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await graphs[number % 2].relate(
                        NewRelation(source: ids[0], kind: "knows", target: ids[1], episodes: ["m\(number)"]),
                        in: .first)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.created } == 1)
        let relations = try await graphs[0].all(.everything)
        #expect(relations.count == 1)
        #expect(Set(relations.flatMap(\.episodes)) == Set((0..<12).map { "m\($0)" }))
    }

    @Test("What ends at once is not ended twice, and gains no second relation", arguments: TestBackend.all)
    func concurrentEnds(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let ids = try await graph.people("Anna", "Ben")
        let relation = try await graph.relate(NewRelation(source: ids[0], kind: "knows", target: ids[1]), in: .first)
            .relation
        let ended = try await withThrowingTaskGroup(of: Relation.self) { group in
            for _ in 0..<8 { group.addTask { try await graph.end(relation.id, at: .day(7), in: .first) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1.id) }
        }
        #expect(ended.count == 1)
        #expect(try await graph.all(.everything).count == 2)
        #expect(try await graph.all().map(\.validUntil) == [.day(7)])
    }

    @Test("The first thousand episodes are kept", arguments: TestBackend.all)
    func episodes(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let ids = try await graph.people("Anna", "Ben")
        var new = NewRelation(source: ids[0], kind: "k", target: ids[1], episodes: (0..<999).map { "m\($0)" })
        try await graph.relate(new, in: .first)
        new.episodes = ["m999", "m1000"]
        let grown = try await graph.relate(new, in: .first).relation
        #expect(grown.episodes == (0..<1_000).map { "m\($0)" })
        #expect(try await graph.relate(new, in: .first).relation == grown)
    }
}
