import Graph
import Owners
import Records

/// Two who are to become one, two others, and all kinds of relations between them.
struct MergingPeople {
    let owner: Owner
    /// The one that goes, the one that stays, and two others.
    let going: String, staying: String, carl: String, dora: String

    init(_ graph: GraphStore, _ owner: Owner = .first) async throws {
        self.owner = owner
        going = try await graph.add(
            NewEntity(
                name: "Annie", type: "person", aliases: ["A", "Anna S."], description: "Sings.",
                properties: ["age": .int(30), "eyes": .string("blue")]), in: owner
        ).entity.id
        staying = try await graph.add(
            NewEntity(
                name: "Anna", type: "person", aliases: ["Anna s."],
                properties: ["age": .int(31), "city": .string("Berlin")]), in: owner
        ).entity.id
        (carl, dora) = (
            try await graph.people("Carl", in: owner)[0], try await graph.people("Dora", in: owner)[0]
        )
        try await relate(graph, going, "knows", carl, ["m1"])
        try await relate(graph, staying, "knows", carl, ["m2"])
        try await relate(graph, dora, "knows", going, ["m3"])
        try await relate(graph, dora, "knows", staying, ["m4"])
        try await relate(graph, going, "likes", dora, ["m5"])
        try await relate(graph, carl, "likes", going, ["m6"])
        try await relate(graph, going, "knows", staying, ["m7"])
        try await relate(graph, staying, "knows", going, ["m8"])
        let wrong = try await relate(graph, going, "hates", carl, ["m9"])
        try await graph.retract(wrong.id, in: owner)
    }

    @discardableResult
    func relate(
        _ graph: GraphStore, _ source: String, _ kind: String, _ target: String, _ episodes: [String]
    ) async throws -> Relation {
        try await graph.relate(
            NewRelation(source: source, kind: kind, target: target, episodes: episodes), in: owner
        ).relation
    }

    /// Relations as `source kind target: episodes`, the two as one.
    func facts(_ graph: GraphStore) async throws -> Set<String> {
        let names = [going: "A", staying: "A", carl: "C", dora: "D"]
        return Set(
            try await graph.all(.everything, in: owner).map {
                "\(names[$0.source] ?? "?") \($0.kind) \(names[$0.target] ?? "?"): \($0.episodes.sorted())"
            })
    }

    static let merged: Set = [
        #"A knows C: ["m1", "m2"]"#, #"D knows A: ["m3", "m4"]"#, #"A likes D: ["m5"]"#, #"C likes A: ["m6"]"#,
        #"A hates C: ["m9"]"#,
    ]
}
