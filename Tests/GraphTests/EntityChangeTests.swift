import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Changing entities") struct EntityChangeTests {
    @Test("An update changes what it names, and only that", arguments: TestBackend.all)
    func update(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let graph = try await backend.makeGraph(clock)
        let first = try await graph.add(
            NewEntity(
                name: "Anna", type: "person", aliases: ["A"], description: "One.",
                properties: ["a": .int(1), "b": .int(2), "c": .int(3)]), in: .first
        ).entity
        try await graph.add(NewEntity(name: "Ben", type: "person"), in: .first)
        clock.advance()
        let second = try await graph.update(
            first.id,
            EntityUpdate(properties: ["a": .set(.int(9)), "b": .clear, "c": .keep, "d": .clear], expectedRevision: 1),
            in: .first)
        #expect(second.properties == ["a": .int(9), "c": .int(3)] && second.revision == 2)
        #expect(second.name == "Anna" && second.aliases == ["A"] && second.description == "One.")
        #expect(second.updatedAt == clock.now && second.createdAt == first.createdAt)
        clock.advance()
        #expect(try await graph.update(first.id, EntityUpdate(name: "Anna"), in: .first) == second)
        let stale = await failure {
            try await graph.update(first.id, EntityUpdate(name: "X", expectedRevision: 1), in: .first)
        }
        #expect(stale.code == .conflict)
        let taken = await failure { try await graph.update(first.id, EntityUpdate(name: "BEN"), in: .first) }
        #expect(taken.code == .conflict)
        #expect(try await graph.found("ben") == [taken.existing])
        #expect(try await graph.entity(first.id, in: .first) == second)
        let other = try await graph.update(
            first.id, EntityUpdate(name: "A", type: "robot", description: ""), in: .first)
        #expect(other.name == "A" && other.type == "robot" && other.aliases.isEmpty && other.description.isEmpty)
        #expect(await failure { try await graph.update("unknown", EntityUpdate(), in: .first) }.code == .notFound)
    }

    @Test("Who adds the same at once gets the same, and nothing is lost", arguments: TestBackend.all)
    func concurrent(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let graphs = [try await GraphStore(records), try await GraphStore(records)]
        let outcomes = try await withThrowingTaskGroup(of: EntityOutcome.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await graphs[number % 2].add(
                        NewEntity(
                            name: "Anna", type: "person", aliases: ["alias \(number)"],
                            properties: ["p\(number)": .int(Int64(number))]), in: .first)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.created } == 1)
        #expect(Set(outcomes.map(\.entity.id)).count == 1)
        let entity = try await graphs[0].entity(outcomes[0].entity.id, in: .first)
        #expect(Set(entity.aliases) == Set((0..<12).map { "alias \($0)" }))
        #expect(entity.properties.count == 12)
        for number in 0..<12 { #expect(try await graphs[1].found("ALIAS \(number)") == [entity.id]) }
    }

    @Test("An id that is taken is not used again")
    func takenIdentifier() async throws {
        let ids = ["same", "same", "other"]
        let next = StepClock(0)
        let graph = try await GraphStore(
            try await TestBackend.inMemoryRecords(),
            configuration: GraphStoreConfiguration(makeIdentifier: { _ in
                defer { next.advance() }
                return ids[min(2, Int(next.now.microseconds / 1_000_000))]
            }))
        #expect(try await graph.people("Anna", "Ben") == ["same", "other"])
    }

    @Test("An entity that would grow too large is told, and stays as it is", arguments: TestBackend.all)
    func growth(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let many = (0..<200).map { "alias \($0)" }
        let text = JSONValue.string(String(repeating: "x", count: 600_000))
        let old = try await graph.add(
            NewEntity(name: "Anna", type: "person", aliases: many, properties: ["a": text]), in: .first
        ).entity
        let aliases = NewEntity(name: "Anna", type: "person", aliases: (300..<400).map { "alias \($0)" })
        #expect(await failure { try await graph.add(aliases, in: .first) }.code == .limit)
        let properties = NewEntity(name: "Anna", type: "person", properties: ["b": text])
        #expect(await failure { try await graph.add(properties, in: .first) }.code == .limit)
        let update = EntityUpdate(properties: ["b": .set(text)])
        #expect(await failure { try await graph.update(old.id, update, in: .first) }.code == .limit)
        #expect(try await graph.entity(old.id, in: .first) == old)
        #expect(try await graph.found("alias 300").isEmpty)
    }
}
