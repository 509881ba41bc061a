import Graph
import Owners
import RecordStoreConformance
import Records
import TestStores
import Testing

@Suite("Random graphs") struct GraphPropertyTests {
    @Test("A graph answers as a naive model does", arguments: TestBackend.all, 1...5 as ClosedRange<UInt64>)
    func asTheModel(_ backend: TestBackend, _ seed: UInt64) async throws {
        let clock = StepClock(Timestamp.day(0).microseconds / 1_000_000)
        let records = try await backend.makeRecords()
        let configuration = GraphStoreConfiguration(clock: { clock.now })
        let graphs = [
            try await GraphStore(records, configuration: configuration),
            try await GraphStore(records, configuration: configuration),
        ]
        var random = SeededGenerator(seed: seed)
        var model = GraphModel()
        var day = 0
        for _ in 0..<70 {
            day += 1
            clock.advance(seconds: 86_400)
            let graph = graphs[Int.random(in: 0...1, using: &random)]
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<4: try await add(graph, &model, &random)
            case 4..<12: try await relate(graph, &model, day, &random)
            case 12..<15: try await end(graph, &model, day, &random)
            case 15: try await retract(graph, &model, day, &random)
            case 16:
                guard model.entities.count > 3, let id = model.ids.randomElement(using: &random) else { break }
                try await graph.remove(id, in: .first)
                model.remove(id)
            case 17:
                guard model.entities.count > 4, let from = model.ids.randomElement(using: &random),
                    let into = model.ids.randomElement(using: &random), from != into
                else { break }
                try await graph.merge(from, into: into, in: .first)
                model.merge(from, into: into)
            default: try await walk(graph, model, day, &random)
            }
            try await check(graph, model, day, &random)
        }
        try await walk(graphs[0], model, day, &random)
    }

    private func add(_ graph: GraphStore, _ model: inout GraphModel, _ random: inout SeededGenerator) async throws {
        let name = "N\(Int.random(in: 0..<9, using: &random))"
        let alias = "a\(Int.random(in: 0..<4, using: &random))"
        let outcome = try await graph.add(
            NewEntity(name: Bool.random(using: &random) ? name : name.lowercased(), type: "t", aliases: [alias]),
            in: .first)
        #expect(outcome.created == !model.entities.values.contains { $0.name == name.lowercased() })
        model.entities[outcome.entity.id, default: GraphModel.Node(name: name.lowercased())].aliases.insert(alias)
    }

    private func relate(
        _ graph: GraphStore, _ model: inout GraphModel, _ day: Int, _ random: inout SeededGenerator
    ) async throws {
        guard let source = model.ids.randomElement(using: &random),
            let target = model.ids.randomElement(using: &random), source != target
        else { return }
        // One kind is always exclusive, one never, one sometimes.
        let kind = ["lives", "knows", "works"].randomElement(using: &random) ?? ""
        let isExclusive = kind == "lives" || kind == "works" && Bool.random(using: &random)
        let from = Bool.random(using: &random) ? nil : Int.random(in: -10..<100, using: &random)
        var until: Int?
        if Int.random(in: 0..<3, using: &random) == 0 {
            until = (from ?? Int.random(in: -10..<100, using: &random)) + Int.random(in: 1..<30, using: &random)
        }
        let episode = "m\(Int.random(in: 0..<30, using: &random))"
        let outcome = try await graph.relate(
            NewRelation(
                source: source, kind: kind, target: target, episodes: [episode], validFrom: from.map { .day($0) },
                validUntil: until.map { .day($0) }, isExclusive: isExclusive), in: .first)
        let fact = GraphModel.Fact(
            source: source, kind: kind, target: target, from: from, until: until, episodes: [episode], recorded: day)
        let wasThere = isExclusive ? model.relateExclusively(fact, day) : model.relate(fact, day)
        #expect(outcome.created == !wasThere)
    }

    private func end(
        _ graph: GraphStore, _ model: inout GraphModel, _ day: Int, _ random: inout SeededGenerator
    ) async throws {
        guard let index = model.believed.randomElement(using: &random) else { return }
        let fact = model.facts[index]
        let relation = try #require(try await graph.all().first { GraphModel.Fact($0).says(fact) })
        let until = day + Int.random(in: -20..<20, using: &random)
        if let from = fact.from, until <= from {
            #expect(await failure { try await graph.end(relation.id, at: .day(until), in: .first) }.code == .invalid)
            return
        }
        let ended = try await graph.end(relation.id, at: .day(until), in: .first)
        #expect(ended.validUntil == .day(until))
        if fact.until != until { model.correct(index, until, day) }
    }

    private func retract(
        _ graph: GraphStore, _ model: inout GraphModel, _ day: Int, _ random: inout SeededGenerator
    ) async throws {
        guard let index = model.believed.randomElement(using: &random) else { return }
        let relation = try #require(try await graph.all().first { GraphModel.Fact($0).says(model.facts[index]) })
        try await graph.retract(relation.id, in: .first)
        model.facts[index].retracted = day
    }

    /// Entities, names and relations in several views.
    private func check(
        _ graph: GraphStore, _ model: GraphModel, _ day: Int, _ random: inout SeededGenerator
    ) async throws {
        let entities = try await graph.entities(EntityQuery(limit: 1_000), in: .first).entities
        #expect(entities.map(\.id).sorted() == model.ids)
        for entity in entities {
            #expect(Set(entity.aliases.map { $0.lowercased() }) == model.entities[entity.id]?.aliases)
        }
        let name = Bool.random(using: &random) ? "a1" : "n3"
        #expect(try await graph.found(name.uppercased()) == model.named(name))
        let known = Int.random(in: 0...day, using: &random)
        let valid = Int.random(in: -20..<120, using: &random)
        for view in [
            GraphView(), .everything, GraphView(validAt: .day(valid)), GraphView(knownAt: .day(known)),
            GraphView(validAt: .day(valid), knownAt: .day(known)),
        ] {
            let found = try await graph.all(view).map(GraphModel.Fact.init)
            #expect(GraphModel.sorted(found) == GraphModel.sorted(model.facts.filter { $0.isSeen(view) }))
        }
        // Whatever was said when: nobody lives in two places at once.
        var places: [String: Set<String>] = [:]
        for relation in try await graph.all(GraphView(validAt: .day(valid))) where relation.kind == "lives" {
            places[relation.source, default: []].insert(relation.target)
        }
        if model.mergers == 0 { #expect(places.values.allSatisfy { $0.count == 1 }) }
    }

    private func walk(
        _ graph: GraphStore, _ model: GraphModel, _ day: Int, _ random: inout SeededGenerator
    ) async throws {
        guard let start = model.ids.randomElement(using: &random) else { return }
        let view =
            [GraphView(), .everything, GraphView(validAt: .day(day))].randomElement(using: &random) ?? GraphView()
        let direction = Direction.allCases.randomElement(using: &random) ?? .both
        let kinds = [[], ["lives"], ["knows", "works"]].randomElement(using: &random) ?? []
        for depth in 1...4 {
            let found = try await graph.walk(
                GraphWalk(from: [start], depth: depth, direction: direction, kinds: kinds, view: view), in: .first)
            let expected = model.walk(from: start, depth, direction, kinds, view)
            #expect(
                Dictionary(uniqueKeysWithValues: found.entities.map { ($0.entity.id, $0.distance) })
                    == expected.distances)
            #expect(
                GraphModel.sorted(found.relations.map(GraphModel.Fact.init)) == GraphModel.sorted(expected.facts))
            guard expected.facts.count > 1 else { continue }
            let limit = Int.random(in: 1..<expected.facts.count, using: &random)
            let cut = try await graph.walk(
                GraphWalk(
                    from: [start], depth: depth, direction: direction, kinds: kinds, view: view, limit: limit),
                in: .first)
            #expect(cut.isTruncated && cut.relations.count == limit)
            #expect(Set(cut.relations).isSubset(of: Set(found.relations)))
            let ends = Set(cut.relations.flatMap { [$0.source, $0.target] }).subtracting([start])
            #expect(Set(cut.entities.map(\.entity.id)) == ends)
        }
    }
}
