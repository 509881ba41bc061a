import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Wrong inputs") struct BoundsTests {
    @Test("They are refused by field and limit, and nothing is done", arguments: TestBackend.all)
    func bounds(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        let ids = try await graph.people("Anna", "Ben")
        records.arm()
        func refused(_ part: String, _ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation)
            async
        {
            let error = await failure(body, location)
            #expect(error.code == .invalid, "\(error)", sourceLocation: location)
            #expect(error.message.contains(part), "\(error)", sourceLocation: location)
        }
        func long(_ count: Int) -> String { String(repeating: "x", count: count) }
        var deep = JSONValue.null
        for _ in 0..<2_000 { deep = .array([deep]) }
        let entities: [(String, NewEntity)] = [
            ("name must not be empty", NewEntity(name: "", type: "t")),
            ("name must not be only white space", NewEntity(name: " \n\u{a0}", type: "t")),
            ("name has 513 bytes; the limit is 512", NewEntity(name: long(513), type: "t")),
            ("name has 1024 bytes when it is folded", NewEntity(name: String(repeating: "և", count: 256), type: "t")),
            ("name must not contain U+0000", NewEntity(name: "a\0b", type: "t")),
            ("type must not be empty", NewEntity(name: "a", type: "")),
            ("type has 256 bytes", NewEntity(name: "a", type: long(256))),
            ("an alias must not be empty", NewEntity(name: "a", type: "t", aliases: [""])),
            ("aliases has 257 elements", NewEntity(name: "a", type: "t", aliases: (0..<257).map { "\($0)" })),
            ("description has 65537 bytes", NewEntity(name: "a", type: "t", description: long(65_537))),
            ("description must not contain U+0000", NewEntity(name: "a", type: "t", description: "\0")),
            ("NaN", NewEntity(name: "a", type: "t", properties: ["n": .array([.double(.nan)])])),
            ("infinity", NewEntity(name: "a", type: "t", properties: ["n": .double(-.infinity)])),
            ("U+0000", NewEntity(name: "a", type: "t", properties: ["n": .object(["\0": .null])])),
            ("512 levels", NewEntity(name: "a", type: "t", properties: ["n": deep])),
            ("the limit is 1048576", NewEntity(name: "a", type: "t", properties: ["n": .string(long(1 << 20))])),
        ]
        for (part, entity) in entities { await refused(part) { try await graph.add(entity, in: .first) } }
        let good = NewEntity(name: "a", type: "t")
        await refused("app must not be empty") { try await graph.add(good, in: Owner(app: "", user: "u")) }
        await refused("user has 256 bytes") { try await graph.add(good, in: Owner(app: "a", user: long(256))) }
        for (part, update) in [
            ("name must not be empty", EntityUpdate(name: "")), ("type has 256 bytes", EntityUpdate(type: long(256))),
            ("an alias", EntityUpdate(aliases: ["\t"])), ("description", EntityUpdate(description: "\0")),
            ("NaN", EntityUpdate(properties: ["n": .set(.double(.nan))])),
        ] {
            await refused(part) { try await graph.update(ids[0], update, in: .first) }
        }
        let relations: [(String, NewRelation)] = [
            ("source must not be empty", NewRelation(source: "", kind: "k", target: ids[1])),
            ("target has 129 bytes", NewRelation(source: ids[0], kind: "k", target: long(129))),
            ("target must be another", NewRelation(source: ids[0], kind: "k", target: ids[0])),
            ("kind must not be empty", NewRelation(source: ids[0], kind: "", target: ids[1])),
            ("kind has 256 bytes", NewRelation(source: ids[0], kind: long(256), target: ids[1])),
            ("fact has 65537 bytes", NewRelation(source: ids[0], kind: "k", target: ids[1], fact: long(65_537))),
            ("NaN", NewRelation(source: ids[0], kind: "k", target: ids[1], properties: ["n": .double(.nan)])),
            ("an episode must not be empty", NewRelation(source: ids[0], kind: "k", target: ids[1], episodes: [""])),
            (
                "episodes has 1001 elements",
                NewRelation(source: ids[0], kind: "k", target: ids[1], episodes: (0...1_000).map { "\($0)" })
            ),
            (
                "validUntil must be after validFrom",
                NewRelation(source: ids[0], kind: "k", target: ids[1], validFrom: .day(2), validUntil: .day(2))
            ),
        ]
        for (part, relation) in relations {
            for isExclusive in [false, true] {
                var relation = relation
                relation.isExclusive = isExclusive
                await refused(part) { try await graph.relate(relation, in: .first) }
            }
        }
        for limit in [0, 1_001] {
            await refused("limit must be 1 to 1000, not \(limit)") {
                _ = try await graph.entities(EntityQuery(limit: limit), in: .first)
            }
            await refused("limit must be 1 to 1000, not \(limit)") {
                _ = try await graph.relations(RelationQuery(limit: limit), in: .first)
            }
        }
        await refused("name") { _ = try await graph.entities(EntityQuery(name: " "), in: .first) }
        await refused("a kind") { _ = try await graph.relations(RelationQuery(kinds: [""]), in: .first) }
        await refused("kinds has 65") {
            _ = try await graph.relations(RelationQuery(kinds: (0...64).map { "\($0)" }), in: .first)
        }
        for (part, walk) in [
            ("start must have 1 to 100 entities, not 0", GraphWalk(from: [])),
            ("not 101", GraphWalk(from: Array(repeating: ids[0], count: 101))),
            ("depth must be 1 to 5, not 0", GraphWalk(from: [ids[0]], depth: 0)),
            ("depth must be 1 to 5, not 6", GraphWalk(from: [ids[0]], depth: 6)),
            ("limit must be 1 to 10000, not 0", GraphWalk(from: [ids[0]], limit: 0)),
            ("limit must be 1 to 10000, not 10001", GraphWalk(from: [ids[0]], limit: 10_001)),
        ] {
            await refused(part) { _ = try await graph.walk(walk, in: .first) }
        }
        for id in ["", long(129), "\0"] {
            await refused("entity") { _ = try await graph.entity(id, in: .first) }
            await refused("entity") { try await graph.remove(id, in: .first) }
            await refused("survivor") { try await graph.merge(ids[0], into: id, in: .first) }
            await refused("relation") { _ = try await graph.relation(id, in: .first) }
            await refused("relation") { try await graph.end(id, at: .day(1), in: .first) }
            await refused("relation") { try await graph.retract(id, in: .first) }
        }
        #expect(records.commits == 0 && records.reads == 0)
    }

    @Test("The longest of everything is stored and found", arguments: TestBackend.all)
    func longest(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        func long(_ count: Int) -> String { String(repeating: "x", count: count) }
        let owner = Owner(app: long(255), user: long(255))
        let name = String(repeating: "և", count: 192)
        let first = try await graph.add(
            NewEntity(
                name: name, type: long(255), aliases: [long(512)], description: long(65_536),
                properties: ["n": .string(long((1 << 20) - 8))]), in: owner
        ).entity
        let second = try await graph.add(NewEntity(name: long(512), type: long(255)), in: owner).entity
        #expect(try await graph.entity(first.id, in: owner) == first)
        #expect(try await graph.found(long(512), in: owner) == [first.id, second.id].sorted())
        #expect(try await graph.found(name, in: owner) == [first.id])
        let relation = try await graph.relate(
            NewRelation(
                source: first.id, kind: long(255), target: second.id, fact: long(65_536),
                episodes: (1_000..<2_000).map { long(251) + "\($0)" }, validFrom: Timestamp(microseconds: .min),
                validUntil: Timestamp(microseconds: .max)), in: owner
        ).relation
        #expect(
            try await graph.relations(RelationQuery(of: second.id, kinds: [long(255)]), in: owner).relations
                == [relation])
    }
}
