import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Entities") struct EntityTests {
    @Test("What was added comes back, with its times and a fresh id", arguments: TestBackend.all)
    func roundTrip(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let made = try await backend.make()
        let configuration = GraphStoreConfiguration(clock: { clock.now }, ownsRecords: true)
        var graph = try await GraphStore(made.store, configuration: configuration)
        let new = NewEntity(
            name: "Ånna  Schmidt", type: "person", aliases: ["Anni", "ÅNNA schmidt", "anni", "A. Schmidt"],
            description: "An engineer.", properties: ["age": .int(31), "tags": .array([.string("a"), .null])])
        let added = try await graph.add(new, in: .first)
        #expect(added.created)
        #expect(added.entity.name == new.name && added.entity.type == "person")
        #expect(added.entity.aliases == ["Anni", "A. Schmidt"])
        #expect(added.entity.description == new.description && added.entity.properties == new.properties)
        #expect(added.entity.createdAt == clock.now && added.entity.updatedAt == clock.now)
        #expect(added.entity.revision == 1)
        #expect(added.entity.id.utf8.count == 36 && Array(added.entity.id.utf8)[14] == UInt8(ascii: "7"))
        #expect(try await graph.entity(added.entity.id, in: .first) == added.entity)
        #expect(await failure { _ = try await graph.entity("unknown", in: .first) }.code == .notFound)
        if let reopen = made.reopen {
            graph = try await GraphStore(try await reopen(), configuration: configuration)
            #expect(try await graph.entity(added.entity.id, in: .first) == added.entity)
        }
        await graph.close()
        await graph.close()
        #expect(await failure { _ = try await graph.entity(added.entity.id, in: .first) }.code == .closed)
        #expect(await failure { try await graph.add(new, in: .first) }.code == .closed)
    }

    @Test("Adding the same again answers the one there is, with what is new", arguments: TestBackend.all)
    func sameAgain(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let first = try await graph.add(
            NewEntity(
                name: "Acme", type: "company", aliases: ["ACME Inc."], description: "Makes things.",
                properties: ["size": .int(1), "city": .string("Berlin")]), in: .first
        ).entity
        clock.advance()
        let second = try await graph.add(
            NewEntity(
                name: " aCME ", type: "company", aliases: ["acme inc.", "Acme Holding"],
                properties: ["size": .int(2), "new": .bool(true)]), in: .first)
        #expect(!second.created && second.entity.id == first.id && second.entity.name == "Acme")
        #expect(second.entity.aliases == ["ACME Inc.", "Acme Holding"])
        #expect(
            second.entity.properties == ["size": .int(2), "city": .string("Berlin"), "new": .bool(true)])
        #expect(second.entity.description == "Makes things." && second.entity.revision == 2)
        #expect(second.entity.createdAt == first.createdAt && second.entity.updatedAt == clock.now)
        clock.advance()
        let third = try await graph.add(NewEntity(name: "ACME", type: "company"), in: .first)
        #expect(third == EntityOutcome(entity: second.entity, created: false))
        let replaced = try await graph.add(
            NewEntity(name: "ACME", type: "company", description: "Makes more."), in: .first)
        #expect(replaced.entity.description == "Makes more.")
        #expect(try await graph.entity(first.id, in: .first) == replaced.entity)
        #expect(try await graph.add(NewEntity(name: "Acme", type: "product"), in: .first).created)
    }

    @Test("Case, Unicode form and white space of a name make no difference, other letters do")
    func folding() async throws {
        let graph = try await TestBackend.inMemoryGraph()
        for (left, right) in [
            ("Straße", "STRASSE"), ("Café", "Cafe\u{301}"), ("ΟΔΟΣ", "οδος"), ("New\u{a0}York", " new \t york\n"),
            ("ΰ", "Υ\u{308}\u{301}"), ("Ⅷ", "ⅷ"),
        ] {
            let first = try await graph.add(NewEntity(name: left, type: "t"), in: .first)
            #expect(first.created)
            #expect(try await graph.add(NewEntity(name: right, type: "t"), in: .first).entity.id == first.entity.id)
            #expect(try await graph.found(right) == [first.entity.id])
        }
        for name in ["Cafe", "NewYork", "Strasse 1", "🙂", "東京"] {
            #expect(try await graph.add(NewEntity(name: name, type: "t"), in: .first).created)
        }
    }

    @Test("Properties never change who an entity is", arguments: TestBackend.all)
    func identity(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let hostile: [String: JSONValue] = [
            "id": .string("other"), "name": .string("other"), "type": .string("other"), "folded_name": .string("other"),
            "partition": .string("other"), "revision": .int(99), "created_at": .int(0), "a.b": .int(1), "$set": .null,
        ]
        let first = try await graph.add(NewEntity(name: "Anna", type: "person", properties: hostile), in: .first).entity
        let again = try await graph.add(NewEntity(name: "Anna", type: "person", properties: hostile), in: .first)
        #expect(again == EntityOutcome(entity: first, created: false))
        #expect(first.name == "Anna" && first.type == "person" && first.id != "other" && first.revision == 1)
        #expect(try await graph.entity(first.id, in: .first).properties == hostile)
        let other = try await graph.people("Ben")[0]
        let relation = try await graph.relate(
            NewRelation(
                source: first.id, kind: "knows", target: other,
                properties: hostile.merging(["source": .string(other), "retracted_at": .int(1)]) { $1 }), in: .first
        ).relation
        let stored = try await graph.relation(relation.id, in: .first)
        #expect(stored == relation && stored.source == first.id && stored.target == other && stored.isBelieved)
    }

    @Test("An entity is found by every name it has, and by none that it had", arguments: TestBackend.all)
    func names(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let anna = try await graph.add(NewEntity(name: "Anna", type: "person", aliases: ["Boss"]), in: .first).entity.id
        let ben = try await graph.add(NewEntity(name: "Ben", type: "person", aliases: ["boss"]), in: .first).entity.id
        let dog = try await graph.add(NewEntity(name: "Boss", type: "dog"), in: .first).entity.id
        #expect(try await graph.found("ANNA") == [anna])
        #expect(Set(try await graph.found("boss")) == [anna, ben, dog])
        #expect(Set(try await graph.found("boss", type: "person")) == [anna, ben])
        #expect(try await graph.found("nobody").isEmpty)
        var query = EntityQuery(name: "boss", limit: 1)
        var paged: [String] = []
        repeat {
            let page = try await graph.entities(query, in: .first)
            #expect(page.entities.count <= 1)
            paged += page.entities.map(\.id)
            query.after = page.next
        } while query.after != nil
        #expect(paged == [anna, ben, dog].sorted())
        try await graph.update(anna, EntityUpdate(name: "Anne", aliases: ["Chief"]), in: .first)
        #expect(try await graph.found("Anna").isEmpty)
        #expect(Set(try await graph.found("boss")) == [ben, dog])
        #expect(try await graph.found("anne") == [anna])
        #expect(try await graph.found("chief") == [anna])
    }

    @Test("Lists: the last updated first, by type; cursors neither skip nor repeat", arguments: TestBackend.all)
    func lists(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        var ids: [String] = []
        for number in 0..<7 {
            ids.append(
                try await graph.add(
                    NewEntity(name: "e\(number)", type: number.isMultiple(of: 2) ? "even" : "odd"), in: .first
                ).entity.id)
            // Two have each moment.
            if number.isMultiple(of: 2) { clock.advance() }
        }
        clock.advance()
        try await graph.update(ids[3], EntityUpdate(description: "new"), in: .first)
        for type in [nil, "even", "odd", "none"] {
            for limit in [1, 2, 1_000] {
                var query = EntityQuery(type: type, limit: limit)
                var found: [Entity] = []
                repeat {
                    let page = try await graph.entities(query, in: .first)
                    #expect(page.entities.count <= limit)
                    found += page.entities
                    query.after = page.next
                } while query.after != nil
                let order = found.sorted { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
                #expect(found == order)
                let expected = ids.indices.filter { type == nil || (type == "even") == $0.isMultiple(of: 2) }
                #expect(Set(found.map(\.id)) == Set(type == "none" ? [] : expected.map { ids[$0] }))
                #expect(Set(found.map(\.id)).count == found.count)
                if type == nil { #expect(found.first?.id == ids[3]) }
            }
        }
    }

    @Test("Owners never see each other's", arguments: TestBackend.all)
    func owners(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let mine = try await graph.people("Anna", "Ben")
        let relation = try await graph.relate(NewRelation(source: mine[0], kind: "k", target: mine[1]), in: .first)
            .relation
        let theirs = try await graph.people("Anna", in: .second)
        #expect(theirs[0] != mine[0])
        #expect(try await graph.found("anna", in: .second) == theirs)
        #expect(try await graph.entities(in: .second).entities.map(\.id) == theirs)
        #expect(try await graph.relations(in: .second).relations.isEmpty)
        #expect(await failure { _ = try await graph.entity(mine[0], in: .second) }.code == .notFound)
        #expect(await failure { _ = try await graph.relation(relation.id, in: .second) }.code == .notFound)
        #expect(await failure { _ = try await graph.end(relation.id, at: .day(1), in: .second) }.code == .notFound)
        #expect(await failure { _ = try await graph.walk(GraphWalk(from: [mine[0]]), in: .second) }.code == .notFound)
        let crossing = NewRelation(source: theirs[0], kind: "k", target: mine[1])
        #expect(await failure { try await graph.relate(crossing, in: .second) }.code == .notFound)
        #expect(try await graph.remove(mine[0], in: .second) == GraphRemoval())
        #expect(try await graph.clear(.second).entities == 1)
        #expect(try await graph.entities(in: .first).entities.count == 2)
        #expect(try await graph.all() == [relation])
    }
}
