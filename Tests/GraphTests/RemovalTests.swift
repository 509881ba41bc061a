import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Removing entities") struct RemovalTests {
    /// Anna in the middle of some relations, one of them retracted, and some that are not hers.
    private func fill(_ graph: GraphStore, _ owner: Owner = .first) async throws -> (ids: [String], kept: Relation) {
        let anna = try await graph.add(NewEntity(name: "Anna", type: "person", aliases: ["A", "Annie"]), in: owner)
        let ids = [anna.entity.id] + (try await graph.people("Ben", "Carl", in: owner))
        func relate(_ source: Int, _ kind: String, _ target: Int) async throws -> Relation {
            try await graph.relate(NewRelation(source: ids[source], kind: kind, target: ids[target]), in: owner)
                .relation
        }
        _ = try await relate(0, "knows", 1)
        _ = try await relate(2, "knows", 0)
        let retracted = try await relate(0, "likes", 2)
        try await graph.retract(retracted.id, in: owner)
        let ended = try await relate(1, "likes", 0)
        try await graph.end(ended.id, at: .day(1), in: owner)
        return (ids, try await relate(1, "knows", 2))
    }

    @Test("An entity leaves with its names and all its relations", arguments: TestBackend.all)
    func remove(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graph = try await GraphStore(records)
        let (ids, kept) = try await fill(graph)
        #expect(try await graph.remove(ids[0], in: .first) == GraphRemoval(entities: 1, relations: 5))
        #expect(try await graph.remove(ids[0], in: .first) == GraphRemoval())
        #expect(try await graph.remove("unknown", in: .first) == GraphRemoval())
        #expect(await failure { _ = try await graph.entity(ids[0], in: .first) }.code == .notFound)
        for name in ["Anna", "A", "Annie"] { #expect(try await graph.found(name).isEmpty) }
        #expect(try await graph.all(.everything) == [kept])
        #expect(try await count(in: records) == 2 + 2 + 1)
        // The name is free again, for somebody else.
        let again = try await graph.add(NewEntity(name: "Anna", type: "person"), in: .first)
        #expect(again.created && again.entity.id != ids[0])
        #expect(try await graph.all(of: again.entity.id).isEmpty)
    }

    @Test("Wherever a removal stops, nothing of the entity is seen, and repeating ends it", arguments: TestBackend.all)
    func interrupted(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        var isOver = false
        for stop in 1...10 where !isOver {
            let owner = Owner(app: "app", user: "\(stop)")
            let (ids, kept) = try await fill(graph, owner)
            let before = try await graph.all(.everything, in: owner)
            records.arm(failsFrom: stop)
            do {
                try await graph.remove(ids[0], in: owner)
                isOver = true
                records.arm()
            } catch {
                #expect(error.code == .unavailable)
                records.arm()
                if stop == 1 {
                    #expect(try await graph.all(.everything, in: owner) == before)
                    continue
                }
                // Hidden in every way, though some of it is still stored.
                #expect(try await count(GraphRecords.relation, in: records, owner) > 1)
                #expect(try await graph.all(.everything, in: owner) == [kept])
                #expect(try await graph.all(.everything, of: ids[1], in: owner) == [kept])
                for relation in before where relation != kept {
                    #expect(await failure { _ = try await graph.relation(relation.id, in: owner) }.code == .notFound)
                    #expect(
                        await failure { try await graph.end(relation.id, at: .day(2), in: owner) }.code == .notFound)
                    #expect(await failure { try await graph.retract(relation.id, in: owner) }.code == .notFound)
                }
                let walk = GraphWalk(from: [ids[1]], depth: 3, view: .everything)
                let found = try await graph.walk(walk, in: owner)
                #expect(found.relations == [kept] && found.entities.map(\.entity.id) == [ids[2]])
                try await graph.remove(ids[0], in: owner)
            }
            #expect(try await count(GraphRecords.relation, in: records, owner) == 1)
        }
        #expect(isOver)
    }

    @Test("A relation that is recorded while its end leaves is refused", arguments: TestBackend.all)
    func relateMeanwhile(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        for isExclusive in [false, true] {
            let ids = try await graph.people("Anna", "Ben")
            for leaving in [0, 1] {
                let gone = try await graph.people("Gone")[0]
                let ends = leaving == 0 ? (gone, ids[1]) : (ids[0], gone)
                records.arm(beforeCommit: { commit in
                    if commit == 1 { _ = try await graph.remove(gone, in: .first) }
                })
                let error = await failure {
                    try await graph.relate(
                        NewRelation(source: ends.0, kind: "k", target: ends.1, isExclusive: isExclusive), in: .first)
                }
                #expect(error.code == .notFound)
                #expect(error.message.hasPrefix(leaving == 0 ? "source" : "target"))
                #expect(try await count(GraphRecords.relation, in: records) == 0)
            }
        }
    }

    @Test("An end that is told while its entity leaves leaves nothing behind", arguments: TestBackend.all)
    func endMeanwhile(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        let ids = try await graph.people("Anna", "Ben")
        let relation = try await graph.relate(NewRelation(source: ids[0], kind: "k", target: ids[1]), in: .first)
            .relation
        records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await graph.remove(ids[1], in: .first) }
        })
        #expect(await failure { try await graph.end(relation.id, at: .day(1), in: .first) }.code == .notFound)
        #expect(try await count(GraphRecords.relation, in: records) == 0)
    }

    @Test("A name that is added while its entity leaves leaves nothing behind", arguments: TestBackend.all)
    func updateMeanwhile(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        let other = try await GraphStore(records)
        for clears in [false, true] {
            let id = try await graph.people("Anna")[0]
            records.arm(beforeCommit: { commit in
                if commit == 1 { _ = try await other.update(id, EntityUpdate(aliases: ["late"]), in: .first) }
            })
            if clears { try await graph.clear(.first) } else { try await graph.remove(id, in: .first) }
            #expect(try await count(in: records) == 0)
            let gone = try await graph.people("Ben")[0]
            records.arm(beforeCommit: { commit in
                if commit == 1 { _ = try await other.remove(gone, in: .first) }
            })
            let update = EntityUpdate(aliases: ["late"])
            #expect(await failure { try await graph.update(gone, update, in: .first) }.code == .notFound)
            #expect(try await count(in: records) == 0)
        }
    }

    @Test("Clearing removes the owner's graph, and nothing else", arguments: TestBackend.all)
    func clear(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let neighbour = RecordType("neighbour", fields: [Field("id", .text(maximumBytes: 10))])
        try await records.prepare([neighbour] + GraphRecords.all)
        try await records.commit(Batch(Owner.first.partition, [.insert("neighbour", [.text("stays")])]))
        let graph = try await GraphStore(records)
        _ = try await fill(graph)
        let (_, kept) = try await fill(graph, .second)
        let removed = try await graph.clear(.first)
        #expect(removed.entities == 3 && removed.relations == 6)
        #expect(try await graph.clear(.first) == GraphRemoval())
        #expect(try await count(in: records) == 0)
        #expect(try await count(neighbour, in: records) == 1)
        #expect(try await graph.all(in: .second).contains(kept))
        #expect(try await graph.entities(in: .second).entities.count == 3)
    }

    @Test("More than one commit can hold", arguments: TestBackend.all)
    func many(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graph = try await GraphStore(records)
        let aliases = (0..<250).map { "alias \($0)" }
        let hub = try await graph.people("hub")[0]
        for number in 0..<6 {
            let id = try await graph.add(NewEntity(name: "e\(number)", type: "t", aliases: aliases), in: .first).entity
                .id
            for kind in 0..<20 {
                try await graph.relate(NewRelation(source: hub, kind: "k\(kind)", target: id), in: .first)
            }
        }
        let removed = try await graph.clear(.first)
        #expect(removed.entities == 7 && removed.relations == 120)
        #expect(try await count(in: records) == 0)
    }
}
