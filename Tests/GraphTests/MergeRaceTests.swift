import Graph
import Owners
import Records
import TestStores
import Testing

@Suite("Merges that are not alone") struct MergeRaceTests {
    @Test("Wherever a merge stops nothing is lost, and repeating ends it", arguments: TestBackend.all)
    func interrupted(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        var stops = 0
        for stop in 1...40 {
            let people = try await MergingPeople(graph, Owner(app: "app", user: "\(stop)"))
            let before = try await people.facts(graph)
            records.arm(failsFrom: stop)
            do {
                try await graph.merge(people.going, into: people.staying, in: people.owner)
                break
            } catch {
                #expect(error.code == .unavailable)
                stops += 1
            }
            records.arm()
            for name in ["anna", "annie", "a", "anna s.", "carl", "dora"] {
                #expect(try await !graph.found(name, in: people.owner).isEmpty, "stop \(stop): \(name)")
            }
            // Nothing is known twice or not at all: each fact is one of before or of after.
            let between = try await people.facts(graph)
            #expect(between.isSubset(of: before.union(MergingPeople.merged)))
            for kind in ["A knows C", "D knows A", "A likes D", "C likes A", "A hates C"] {
                #expect(between.contains { $0.hasPrefix(kind) }, "stop \(stop): \(kind)")
            }
            let episodes = between.joined()
            for number in [1, 2, 3, 4, 5, 6, 9] { #expect(episodes.contains("m\(number)"), "stop \(stop): m\(number)") }
            try await graph.merge(people.going, into: people.staying, in: people.owner)
            #expect(try await people.facts(graph) == MergingPeople.merged)
            #expect(try await graph.entities(in: people.owner).entities.count == 3)
        }
        records.arm()
        #expect(stops >= 4)
    }

    @Test("What is recorded of the one that goes while it goes is the survivor's", arguments: TestBackend.all)
    func meanwhile(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        let other = try await GraphStore(records)
        for moment in 1...9 {
            let people = try await MergingPeople(graph, Owner(app: "app", user: "\(moment)"))
            records.arm(beforeCommit: { commit in
                guard commit == moment else { return }
                _ = try await people.relate(other, people.going, "late", people.carl, ["late"])
                _ = try await other.update(
                    people.going, EntityUpdate(properties: ["late": .set(.int(1))]), in: people.owner)
                _ = try await people.relate(other, people.going, "likes", people.dora, ["m0"])
            })
            let before = try await graph.all(.everything, in: people.owner).count
            try await graph.merge(people.going, into: people.staying, in: people.owner)
            records.arm()
            let facts = try await people.facts(graph)
            let isLate = facts.contains { $0.contains("late") }
            #expect(facts.isSuperset(of: MergingPeople.merged.subtracting([#"A likes D: ["m5"]"#])))
            #expect(facts.count == 5 + (isLate ? 1 : 0), "moment \(moment), \(before)")
            #expect(isLate == facts.contains(#"A likes D: ["m0", "m5"]"#))
            let survivor = try await graph.entity(people.staying, in: people.owner)
            #expect((survivor.properties["late"] != nil) == isLate)
            if moment == 1 { #expect(isLate) }
            #expect(try await graph.all(.everything, of: people.going, in: people.owner).isEmpty)
            #expect(try await count(GraphRecords.relation, in: records, people.owner) == facts.count)
        }
    }

    @Test("Two merges in opposite directions leave one of the two", arguments: TestBackend.all)
    func opposite(_ backend: TestBackend) async throws {
        let graph = try await backend.makeGraph()
        for number in 0..<4 {
            let people = try await MergingPeople(graph, Owner(app: "app", user: "\(number)"))
            let pairs = [(people.going, people.staying), (people.staying, people.going)]
            let failures = await withTaskGroup(of: GraphError?.self) { group in
                for (from, to) in pairs {
                    group.addTask {
                        do throws(GraphError) {
                            try await graph.merge(from, into: to, in: people.owner)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: [GraphError]()) { if let error = $1 { $0.append(error) } }
            }
            #expect(failures.allSatisfy { $0.code == .notFound || $0.code == .conflict })
            #expect(failures.count <= 1)
            let left = try await graph.entities(in: people.owner).entities.map(\.id)
            #expect(left.count { $0 == people.going || $0 == people.staying } == 1)
            // The loser finds out, and may have been half way: once more, to whoever is left.
            let survivor = left.contains(people.going) ? people.going : people.staying
            let gone = survivor == people.going ? people.staying : people.going
            try await graph.merge(gone, into: survivor, in: people.owner)
            #expect(try await people.facts(graph) == MergingPeople.merged)
        }
    }

    @Test("A survivor that leaves meanwhile is told, and the other stays", arguments: TestBackend.all)
    func survivorLeaves(_ backend: TestBackend) async throws {
        let records = InterruptedRecords(try await backend.makeRecords())
        let graph = try await GraphStore(records)
        for moment in 1...8 {
            let people = try await MergingPeople(graph, Owner(app: "app", user: "\(moment)"))
            records.arm(beforeCommit: { commit in
                if commit == moment { _ = try await graph.remove(people.staying, in: people.owner) }
            })
            do {
                try await graph.merge(people.going, into: people.staying, in: people.owner)
            } catch {
                #expect(error.code == .notFound)
                #expect(try await graph.entity(people.going, in: people.owner).name == "Annie")
            }
            records.arm()
            #expect(try await graph.found("carl", in: people.owner) == [people.carl])
        }
        let people = try await MergingPeople(graph, .second)
        #expect(await failure { try await graph.merge(people.going, into: "gone", in: .second) }.code == .notFound)
        #expect(
            await failure { try await graph.merge(people.going, into: people.going, in: .second) }.code == .invalid)
        #expect(try await graph.all(in: .second).count == 8)
    }
}
