import Graph
import InMemoryRecords
import Owners
import Records
import Testing

/// The example of docs/graph.md.
@Suite("The example") struct ExampleTests {
    @Test("It does what the document says") func example() async throws {
        let graph = try await GraphStore(InMemoryRecords())
        let owner = Owner(app: "assistant", user: "u1")
        func day(_ text: String) throws -> Timestamp { try #require(Self.times[text]) }

        let anna = try await graph.add(NewEntity(name: "Anna", type: "person", aliases: ["Annie"]), in: owner).entity
        let berlin = try await graph.add(NewEntity(name: "Berlin", type: "city"), in: owner).entity
        let munich = try await graph.add(NewEntity(name: "Munich", type: "city"), in: owner).entity
        for (city, since) in [(berlin, "2020"), (munich, "2024")] {
            try await graph.relate(
                NewRelation(
                    source: anna.id, kind: "lives_in", target: city.id, fact: "Anna lives in \(city.name).",
                    episodes: ["memory-\(since)"], validFrom: day(since), isExclusive: true), in: owner)
        }
        let then = RelationQuery(of: anna.id, kinds: ["lives_in"], view: GraphView(validAt: try day("2022")))
        let facts = try await graph.relations(then, in: owner).relations.map(\.fact)
        let around = try await graph.walk(GraphWalk(from: [anna.id], depth: 2), in: owner)

        #expect(facts == ["Anna lives in Berlin."])
        #expect(around.entities.map(\.entity.name).sorted() == ["Berlin", "Munich"])
        #expect(try await graph.entities(EntityQuery(name: "annie"), in: owner).entities == [anna])
    }

    private static let times: [String: Timestamp] = [
        "2020": Timestamp(microseconds: 1_577_836_800_000_000), "2022": Timestamp(microseconds: 1_640_995_200_000_000),
        "2024": Timestamp(microseconds: 1_704_067_200_000_000),
    ]
}
