import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("What was true, and what was believed") struct BeliefTests {
    /// When a test's clock starts, and later.
    private func clockAt(_ day: Int) -> StepClock { StepClock(Timestamp.day(day).microseconds / 1_000_000) }
    private static let day: Int64 = 86_400

    @Test("After an end, both axes answer as they did and as they should", arguments: TestBackend.all)
    func end(_ backend: TestBackend) async throws {
        let clock = clockAt(10)
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Berlin")
        let first = try await graph.relate(
            NewRelation(
                source: ids[0], kind: "lives_in", target: ids[1], fact: "f", properties: ["p": .int(1)],
                episodes: ["m"], validFrom: .day(2)), in: .first
        ).relation
        clock.advance(seconds: 10 * Self.day)
        let second = try await graph.end(first.id, at: .day(15), in: .first)
        #expect(second.id != first.id && second.validFrom == .day(2) && second.validUntil == .day(15))
        #expect(second.recordedAt == .day(20) && second.isBelieved)
        #expect(second.fact == "f" && second.properties == ["p": .int(1)] && second.episodes == ["m"])
        var old = first
        old.retractedAt = .day(20)
        old.replacedBy = second.id
        #expect(try await graph.relation(first.id, in: .first) == old)
        clock.advance(seconds: 10 * Self.day)
        /// Valid at, known at, what is seen.
        let cases: [(Int?, Int?, [Relation])] = [
            (nil, nil, [second]), (1, nil, []), (2, nil, [second]), (14, nil, [second]), (15, nil, []), (25, nil, []),
            (nil, 9, []), (2, 9, []), (nil, 10, [old]), (14, 10, [old]), (15, 10, [old]), (18, 19, [old]),
            (1, 19, []), (nil, 20, [second]), (14, 20, [second]), (15, 20, []), (15, 25, []),
        ]
        for (valid, known, expected) in cases {
            let view = GraphView(validAt: valid.map { .day($0) }, knownAt: known.map { .day($0) })
            #expect(try await graph.all(view) == expected, "valid \(valid ?? 0), known \(known ?? 0)")
            #expect(try await graph.all(view, of: ids[1]) == expected)
            let walk = try await graph.walk(GraphWalk(from: [ids[0]], view: view), in: .first)
            #expect(walk.relations == expected && walk.entities.count == expected.count)
        }
        #expect(try await graph.all(.everything) == [old, second])
        #expect(try await graph.all(GraphView(.ever, validAt: .day(15))) == [old])
    }

    @Test("What was never true is gone from now on, and stays for what was believed", arguments: TestBackend.all)
    func retract(_ backend: TestBackend) async throws {
        let clock = clockAt(10)
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben")
        let new = NewRelation(source: ids[0], kind: "knows", target: ids[1])
        let first = try await graph.relate(new, in: .first).relation
        clock.advance(seconds: Self.day)
        let retracted = try await graph.retract(first.id, in: .first)
        #expect(retracted.retractedAt == .day(11) && retracted.replacedBy == nil)
        clock.advance(seconds: Self.day)
        #expect(try await graph.retract(first.id, in: .first) == retracted)
        #expect(try await graph.all().isEmpty)
        #expect(try await graph.all(GraphView(validAt: .day(10))).isEmpty)
        #expect(try await graph.all(GraphView(knownAt: .day(10))) == [retracted])
        #expect(try await graph.all(GraphView(knownAt: .day(11))).isEmpty)
        #expect(try await graph.all(.everything) == [retracted])
        #expect(await failure { try await graph.end(first.id, at: .day(11), in: .first) }.code == .conflict)
        // It can be believed again.
        let again = try await graph.relate(new, in: .first)
        #expect(again.created && again.relation.id != first.id)
        #expect(try await graph.all() == [again.relation])
        #expect(await failure { try await graph.retract("unknown", in: .first) }.code == .notFound)
    }

    @Test(
        "An end again changes nothing, another corrects; an old id means what took its place",
        arguments: TestBackend.all)
    func endAgain(_ backend: TestBackend) async throws {
        let clock = clockAt(10)
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben")
        let first = try await graph.relate(
            NewRelation(source: ids[0], kind: "knows", target: ids[1], validFrom: .day(1)), in: .first
        ).relation
        let second = try await graph.end(first.id, at: .day(5), in: .first)
        clock.advance()
        #expect(try await graph.end(first.id, at: .day(5), in: .first) == second)
        #expect(try await graph.end(second.id, at: .day(5), in: .first) == second)
        #expect(try await graph.all(.everything).count == 2)
        let third = try await graph.end(first.id, at: .day(7), in: .first)
        #expect(third.validUntil == .day(7))
        #expect(try await graph.relation(second.id, in: .first).replacedBy == third.id)
        #expect(try await graph.all() == [third])
        for early in [1, 0] {
            #expect(await failure { try await graph.end(first.id, at: .day(early), in: .first) }.code == .invalid)
        }
        #expect(await failure { try await graph.end("unknown", at: .day(5), in: .first) }.code == .notFound)
        #expect(try await graph.retract(first.id, in: .first).id == third.id)
        #expect(try await graph.all().isEmpty)
    }

    @Test("A clock that goes back makes no belief end before it began", arguments: TestBackend.all)
    func clockGoesBack(_ backend: TestBackend) async throws {
        let clock = clockAt(10)
        let graph = try await backend.makeGraph(clock)
        let ids = try await graph.people("Anna", "Ben", "Carl")
        let first = try await graph.relate(NewRelation(source: ids[0], kind: "k", target: ids[1]), in: .first).relation
        clock.advance(seconds: -3 * Self.day)
        let second = try await graph.end(first.id, at: .day(5), in: .first)
        #expect(try await graph.relation(first.id, in: .first).retractedAt == .day(10))
        #expect(second.recordedAt == .day(10))
        #expect(try await graph.retract(second.id, in: .first).retractedAt == .day(10))
    }

    @Test("A relation without begin or end was always true, and stays so", arguments: TestBackend.all)
    func undated(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        let ids = try await graph.people("Anna", "Ben")
        let relation = try await graph.relate(NewRelation(source: ids[0], kind: "k", target: ids[1]), in: .first)
            .relation
        for moment in [-1_000, 1, 1_000] {
            #expect(try await graph.all(GraphView(validAt: .day(moment))) == [relation])
        }
    }
}
