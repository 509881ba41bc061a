import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Merging entities") struct MergeTests {
    @Test("Names, aliases and relations become the survivor's, whose own word counts", arguments: TestBackend.all)
    func merge(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graph = try await GraphStore(records)
        let people = try await MergingPeople(graph)
        let done = try await graph.merge(people.going, into: people.staying, in: .first)
        #expect(done.moved == 3 && done.vanished == 4)
        let survivor = try await graph.entity(people.staying, in: .first)
        #expect(done.survivor == survivor)
        #expect(survivor.name == "Anna" && survivor.aliases == ["Anna s.", "Annie", "A"])
        #expect(survivor.description == "Sings.")
        #expect(
            survivor.properties == ["age": .int(31), "city": .string("Berlin"), "eyes": .string("blue")])
        for name in ["anna", "annie", "a", "anna s."] { #expect(try await graph.found(name) == [people.staying]) }
        #expect(await failure { _ = try await graph.entity(people.going, in: .first) }.code == .notFound)
        #expect(try await people.facts(graph) == MergingPeople.merged)
        #expect(try await graph.all(.everything).count == 5)
        let hated = try await graph.all(.everything).filter { !$0.isBelieved }
        #expect(hated.count == 1 && hated[0].source == people.staying)
        #expect(try await count(GraphRecords.entity, in: records) == 3)
        #expect(try await count(GraphRecords.name, in: records) == 6)
        // Again.
        let again = try await graph.merge(people.going, into: people.staying, in: .first)
        #expect(
            again
                == {
                    var same = done; same.moved = 0; same.vanished = 0; return same
                }())
        // The same is still the same.
        let same = try await people.relate(graph, people.staying, "likes", people.dora, ["m5"])
        #expect(try await graph.all().contains(same))
        #expect(try await graph.all(.everything).count == 5)
    }

    @Test("Ids and times of relations stay, so earlier beliefs do too", arguments: TestBackend.all)
    func history(_ backend: TestBackend) async throws {
        let clock = StepClock(Timestamp.day(10).microseconds / 1_000_000)
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Annie", "Anna", "Carl")
        let first = try await graph.relate(
            NewRelation(source: ids[0], kind: "knows", target: ids[2], validFrom: .day(1)), in: .first
        ).relation
        clock.advance(seconds: 86_400)
        let second = try await graph.end(first.id, at: .day(5), in: .first)
        clock.advance(seconds: 86_400)
        try await graph.merge(ids[0], into: ids[1], in: .first)
        let known = try await graph.all(GraphView(knownAt: .day(10)))
        #expect(known.map(\.id) == [first.id] && known[0].source == ids[1] && known[0].replacedBy == second.id)
        #expect(try await graph.all().map(\.id) == [second.id])
        #expect(try await graph.end(first.id, at: .day(5), in: .first).id == second.id)
    }

    @Test("An entity that would grow too large is told, and both stay as they are", arguments: TestBackend.all)
    func growth(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        var ids: [String] = []
        for name in ["a", "b"] {
            let aliases = (0..<200).map { "\(name) \($0)" }
            ids.append(try await graph.add(NewEntity(name: name, type: "t", aliases: aliases), in: .first).entity.id)
        }
        #expect(await failure { try await graph.merge(ids[0], into: ids[1], in: .first) }.code == .limit)
        for (id, name) in zip(ids, ["a", "b"]) {
            #expect(try await graph.entity(id, in: .first).revision == 1)
            #expect(try await graph.found("\(name) 7") == [id])
        }
    }

    @Test("More relations than one piece", arguments: TestBackend.all)
    func many(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let ids = try await graph.people("Annie", "Anna", "Carl")
        for number in 0..<120 {
            try await graph.relate(NewRelation(source: ids[0], kind: "k\(number)", target: ids[2]), in: .first)
            if number.isMultiple(of: 10) {
                try await graph.relate(NewRelation(source: ids[1], kind: "k\(number)", target: ids[2]), in: .first)
            }
        }
        let done = try await graph.merge(ids[0], into: ids[1], in: .first)
        #expect(done.moved == 108 && done.vanished == 12)
        #expect(try await graph.all(.everything, of: ids[1]).count == 120)
    }
}
