import Graph
import Owners
import Records
import TestStores
import Testing

/// Each race happens every time: somebody else acts right before the commit that must take it into account.
@Suite("Changes that come between") struct RaceTests {
    private struct Pair {
        let records: InterruptedRecords
        /// The one that is interrupted, and the one that comes between.
        let graph: GraphStore, other: GraphStore
        let ids: [String]

        init(_ backend: TestBackend) async throws {
            let base = try await backend.makeRecords()
            records = InterruptedRecords(base)
            graph = try await GraphStore(records)
            other = try await GraphStore(base)
            ids = try await other.people("Anna", "Ben", "Carl")
        }

        func relate(_ graph: GraphStore, _ episodes: String..., exclusive: Bool = false) async throws -> RelationOutcome
        {
            try await graph.relate(
                NewRelation(
                    source: ids[0], kind: "knows", target: ids[1], episodes: episodes, validFrom: .day(1),
                    isExclusive: exclusive), in: .first)
        }
    }

    @Test("Two that add to one entity both do", arguments: TestBackend.all)
    func additions(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        // The first commit finds the entity, the second adds to it.
        pair.records.arm(beforeCommit: { commit in
            guard commit == 2 else { return }
            _ = try await pair.other.add(
                NewEntity(name: "Anna", type: "person", aliases: ["theirs"], properties: ["theirs": .int(1)]),
                in: .first)
        })
        let mine = NewEntity(name: "Anna", type: "person", aliases: ["mine"], properties: ["mine": .int(1)])
        let entity = try await pair.graph.add(mine, in: .first).entity
        #expect(Set(entity.aliases) == ["mine", "theirs"] && entity.properties.count == 2)
        #expect(try await pair.other.entity(pair.ids[0], in: .first) == entity)
        for name in ["mine", "theirs"] { #expect(try await pair.other.found(name) == [entity.id]) }
    }

    @Test("Two that update one entity both do, unless one says which revision", arguments: TestBackend.all)
    func updates(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        for expected in [nil, Int64(3)] {
            pair.records.arm(beforeCommit: { commit in
                guard commit == 1 else { return }
                let properties: [String: FieldUpdate<JSONValue>] = ["theirs": .set(.bool(expected == nil))]
                _ = try await pair.other.update(pair.ids[0], EntityUpdate(properties: properties), in: .first)
            })
            let mine = EntityUpdate(
                properties: ["mine": .set(.bool(expected == nil))], expectedRevision: expected)
            if expected == nil {
                let entity = try await pair.graph.update(pair.ids[0], mine, in: .first)
                #expect(entity.properties == ["mine": .bool(true), "theirs": .bool(true)] && entity.revision == 3)
            } else {
                #expect(await failure { try await pair.graph.update(pair.ids[0], mine, in: .first) }.code == .conflict)
                let entity = try await pair.other.entity(pair.ids[0], in: .first)
                #expect(entity.properties == ["mine": .bool(true), "theirs": .bool(false)])
            }
        }
    }

    @Test("Exclusive decisions change no entity", arguments: TestBackend.all)
    func turns(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        let before = try await pair.other.entity(pair.ids[0], in: .first)
        _ = try await pair.relate(pair.graph, "m", exclusive: true)
        #expect(try await pair.other.entity(pair.ids[0], in: .first) == before)
        let update = EntityUpdate(description: "d", expectedRevision: 1)
        #expect(try await pair.other.update(pair.ids[0], update, in: .first).revision == 2)
    }

    @Test(
        "Episodes that two learn are both kept; what is retracted meanwhile is recorded anew",
        arguments: TestBackend.all)
    func episodes(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        let first = try await pair.relate(pair.other, "m0").relation
        pair.records.arm(beforeCommit: { commit in
            if commit == 2 { _ = try await pair.relate(pair.other, "theirs") }
        })
        #expect(try await Set(pair.relate(pair.graph, "mine").relation.episodes) == ["m0", "theirs", "mine"])
        pair.records.arm(beforeCommit: { commit in
            if commit == 2 { _ = try await pair.other.retract(first.id, in: .first) }
        })
        let again = try await pair.relate(pair.graph, "new")
        #expect(again.created && again.relation.id != first.id && again.relation.episodes == ["new"])
        #expect(try await pair.other.all() == [again.relation])
        #expect(try await !pair.other.relation(first.id, in: .first).episodes.contains("new"))
    }

    @Test("An end does not bring back what was retracted, and two ends are one", arguments: TestBackend.all)
    func ends(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        let first = try await pair.relate(pair.other).relation
        pair.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await pair.other.end(first.id, at: .day(3), in: .first) }
        })
        let ended = try await pair.graph.end(first.id, at: .day(5), in: .first)
        #expect(try await pair.other.all() == [ended] && ended.validUntil == .day(5))
        pair.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await pair.other.retract(first.id, in: .first) }
        })
        #expect(await failure { try await pair.graph.end(first.id, at: .day(7), in: .first) }.code == .conflict)
        #expect(try await pair.other.all().isEmpty)
        // And a retraction finds what was corrected meanwhile.
        let second = try await pair.relate(pair.other).relation
        pair.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await pair.other.end(second.id, at: .day(9), in: .first) }
        })
        #expect(try await pair.graph.retract(second.id, in: .first).validUntil == .day(9))
        #expect(try await pair.other.all().isEmpty)
    }

    @Test("An end of a relation whose entity has just left is refused", arguments: TestBackend.all)
    func endBesideRemoval(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        let removing = InterruptedRecords(pair.other.records)
        let remover = try await GraphStore(removing)
        for leaving in [0, 1] {
            let gone = try await pair.other.people("Gone")[0]
            let ends = leaving == 0 ? (gone, pair.ids[1]) : (pair.ids[0], gone)
            let relation = try await pair.other.relate(
                NewRelation(source: ends.0, kind: "k", target: ends.1), in: .first
            ).relation
            pair.records.arm(beforeCommit: { commit in
                guard commit == 1 else { return }
                // The removal stops after the entity: its relations are still there.
                removing.arm(failsFrom: 2)
                #expect(await failure { try await remover.remove(gone, in: .first) }.code == .unavailable)
            })
            let error = await failure { try await pair.graph.end(relation.id, at: .day(3), in: .first) }
            #expect(error.code == .notFound)
            #expect(try await count(GraphRecords.relation, in: pair.records) == 1)
            try await pair.other.remove(gone, in: .first)
        }
    }

    @Test("An exclusive relation brings back nothing that was retracted", arguments: TestBackend.all)
    func exclusive(_ backend: TestBackend) async throws {
        let pair = try await Pair(backend)
        let first = try await pair.relate(pair.other).relation
        let new = NewRelation(
            source: pair.ids[0], kind: "knows", target: pair.ids[2], validFrom: .day(5), isExclusive: true)
        pair.records.arm(beforeCommit: { commit in
            if commit == 1 { _ = try await pair.other.retract(first.id, in: .first) }
        })
        let outcome = try await pair.graph.relate(new, in: .first)
        #expect(outcome.created && outcome.superseded.isEmpty)
        #expect(try await pair.other.all() == [outcome.relation])
        #expect(try await pair.other.relation(first.id, in: .first).replacedBy == nil)
    }

    @Test("A merge loses nothing into a relation that is retracted meanwhile", arguments: TestBackend.all)
    func mergeIntoRetracted(_ backend: TestBackend) async throws {
        for moment in 1...5 {
            let pair = try await Pair(backend)
            _ = try await pair.relate(pair.other, "going")
            let staying = try await pair.other.relate(
                NewRelation(
                    source: pair.ids[2], kind: "knows", target: pair.ids[1], episodes: ["staying"], validFrom: .day(1)),
                in: .first
            ).relation
            pair.records.arm(beforeCommit: { commit in
                if commit == moment { _ = try await pair.other.retract(staying.id, in: .first) }
            })
            try await pair.graph.merge(pair.ids[0], into: pair.ids[2], in: .first)
            pair.records.arm()
            let relations = try await pair.other.all(.everything)
            let stayed = try #require(relations.first { $0.id == staying.id })
            // Either they were one before it was retracted, or only what the survivor had was retracted.
            if stayed.isBelieved || stayed.episodes.contains("going") {
                #expect(relations.count == 1)
                #expect(moment > 3)
            } else {
                #expect(relations.filter(\.isBelieved).map(\.episodes) == [["going"]])
            }
        }
    }
}
