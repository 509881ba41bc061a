import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Walks") struct WalkTests {
    /// Entities named 0, 1, … with relations of kind `k` between them.
    private func filled(
        _ graph: GraphStore, _ count: Int, _ edges: [(Int, Int)]
    ) async throws -> (ids: [String], relations: [Relation]) {
        var ids: [String] = []
        for number in 0..<count {
            ids.append(try await graph.add(NewEntity(name: "\(number)", type: "n"), in: .first).entity.id)
        }
        var relations: [Relation] = []
        for (source, target) in edges {
            relations.append(
                try await graph.relate(NewRelation(source: ids[source], kind: "k", target: ids[target]), in: .first)
                    .relation)
        }
        return (ids, relations)
    }

    private func names(_ subgraph: Subgraph) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: subgraph.entities.map { ($0.entity.name, $0.distance) })
    }

    @Test("By distance, breadth first, every relation once, without the start", arguments: TestBackend.all)
    func distances(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        // A circle 0-1-2-3-0 with a tail 2-4-5-6-7, and two relations between 0 and 1.
        let (ids, relations) = try await filled(
            graph, 9, [(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (4, 5), (5, 6), (6, 7), (1, 0)])
        let expected: [Int: ([String: Int], [Int])] = [
            1: (["1": 1, "3": 1], [0, 3, 8]),
            2: (["1": 1, "3": 1, "2": 2], [0, 1, 2, 3, 8]),
            3: (["1": 1, "3": 1, "2": 2, "4": 3], [0, 1, 2, 3, 4, 8]),
            5: (["1": 1, "3": 1, "2": 2, "4": 3, "5": 4, "6": 5], [0, 1, 2, 3, 4, 5, 6, 8]),
        ]
        for (depth, (distances, edges)) in expected {
            let found = try await graph.walk(GraphWalk(from: [ids[0]], depth: depth), in: .first)
            #expect(names(found) == distances)
            #expect(found.entities.map(\.distance) == found.entities.map(\.distance).sorted())
            #expect(found.relations.map(\.id).sorted() == edges.map { relations[$0].id }.sorted())
            #expect(!found.isTruncated)
        }
        // Between entities of the last distance nothing is followed; they are whole all the same.
        let one = try await graph.walk(GraphWalk(from: [ids[2]], depth: 1), in: .first)
        #expect(one.entities.map(\.entity).contains(try await graph.entity(ids[4], in: .first)))
        // Several starts: each is at distance 0, what is between them is there, doubles count once.
        let several = try await graph.walk(GraphWalk(from: [ids[0], ids[3], ids[0]], depth: 1), in: .first)
        #expect(names(several) == ["1": 1, "2": 1])
        #expect(several.relations.map(\.id).sorted() == [0, 2, 3, 8].map { relations[$0].id }.sorted())
        let lonely = try await graph.walk(GraphWalk(from: [ids[8]], depth: 5), in: .first)
        #expect(lonely.entities.isEmpty && lonely.relations.isEmpty && !lonely.isTruncated)
    }

    @Test("Along the direction and the kinds that were asked for", arguments: TestBackend.all)
    func directions(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let (ids, _) = try await filled(graph, 5, [(0, 1), (1, 2), (3, 0)])
        try await graph.relate(NewRelation(source: ids[0], kind: "l", target: ids[4]), in: .first)
        func walk(_ direction: Direction, _ kinds: [String] = []) async throws -> [String: Int] {
            names(
                try await graph.walk(
                    GraphWalk(from: [ids[0]], depth: 3, direction: direction, kinds: kinds), in: .first))
        }
        #expect(try await walk(.outgoing) == ["1": 1, "2": 2, "4": 1])
        #expect(try await walk(.incoming) == ["3": 1])
        #expect(try await walk(.both) == ["1": 1, "2": 2, "3": 1, "4": 1])
        #expect(try await walk(.outgoing, ["k"]) == ["1": 1, "2": 2])
        #expect(try await walk(.both, ["l", "m"]) == ["4": 1])
        #expect(try await walk(.both, ["k", "l"]) == ["1": 1, "2": 2, "3": 1, "4": 1])
        #expect(try await walk(.both, ["none"]) == [:])
    }

    @Test("As of the view: what was retracted is not followed", arguments: TestBackend.all)
    func views(_ backend: TestBackend) async throws {
        let clock = StepClock(Timestamp.day(10).microseconds / 1_000_000)
        let graph = try await backend.makeGraph(clock)
        let (ids, relations) = try await filled(graph, 3, [(0, 1), (1, 2)])
        clock.advance(seconds: 86_400)
        try await graph.retract(relations[0].id, in: .first)
        func walk(_ view: GraphView) async throws -> [String: Int] {
            names(try await graph.walk(GraphWalk(from: [ids[0]], depth: 2, view: view), in: .first))
        }
        #expect(try await walk(GraphView()) == [:])
        #expect(try await walk(GraphView(knownAt: .day(10))) == ["1": 1, "2": 2])
        #expect(try await walk(.everything) == ["1": 1, "2": 2])
    }

    @Test("At most so many relations, near ones first, and a hub hides nobody", arguments: TestBackend.all)
    func limits(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        // 0 is a hub with 60 neighbours; 1 has two others; 2 leads on.
        let (ids, relations) = try await filled(
            graph, 64, (2..<62).map { (0, $0) } + [(1, 62), (1, 63), (2, 63)])
        for limit in [1, 20, 61, 62] {
            let found = try await graph.walk(GraphWalk(from: [ids[0], ids[1]], depth: 1, limit: limit), in: .first)
            #expect(found.isTruncated == (limit < 62))
            #expect(found.relations.count == limit)
            #expect(Set(found.relations.map(\.id)).count == limit)
            #expect(found.entities.count == limit)
            if limit >= 40 { #expect(found.relations.count { $0.source == ids[1] } == 2) }
        }
        // The limit falls on the end of a level: only what comes after tells.
        let exact = try await graph.walk(GraphWalk(from: [ids[0], ids[1]], depth: 2, limit: 63), in: .first)
        #expect(!exact.isTruncated && exact.relations.count == 63)
        let near = try await graph.walk(GraphWalk(from: [ids[0], ids[1]], depth: 2, limit: 62), in: .first)
        #expect(near.isTruncated && !near.relations.contains { $0.id == relations[62].id })
        let hub = try await graph.walk(GraphWalk(from: [ids[0]], depth: 1, limit: 5), in: .first)
        #expect(hub.entities.count == 5 && hub.relations.allSatisfy { $0.source == ids[0] })
    }

    @Test("One read a level, whatever the number of entities", arguments: TestBackend.all)
    func costs(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        let (ids, _) = try await filled(
            graph, 31, (1...15).map { (0, $0) } + (16...30).map { ($0 - 15, $0) })
        for depth in 1...3 {
            records.arm()
            let found = try await graph.walk(GraphWalk(from: [ids[0]], depth: depth), in: .first)
            #expect(found.entities.count == (depth == 1 ? 15 : 30))
            // Nothing is two steps behind the last level.
            #expect(records.reads == min(depth + 1, 3))
        }
    }

    @Test("More entities at one distance than one read asks about", arguments: TestBackend.all)
    func wide(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let (ids, _) = try await filled(graph, 2, [(0, 1)])
        for number in 0..<300 {
            let id = try await graph.add(NewEntity(name: "w\(number)", type: "w"), in: .first).entity.id
            try await graph.relate(NewRelation(source: ids[0], kind: "k", target: id), in: .first)
            if number > 280 { try await graph.relate(NewRelation(source: id, kind: "k", target: ids[1]), in: .first) }
        }
        let found = try await graph.walk(GraphWalk(from: [ids[0]], depth: 2), in: .first)
        #expect(found.entities.count == 301 && found.relations.count == 301 + 19 && !found.isTruncated)
    }

    @Test("An unknown start is told", arguments: TestBackend.all)
    func unknown(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let ids = try await graph.people("Anna")
        let error = await failure { _ = try await graph.walk(GraphWalk(from: [ids[0], "gone"]), in: .first) }
        #expect(error.code == .notFound && error.message.contains("gone"))
    }
}
