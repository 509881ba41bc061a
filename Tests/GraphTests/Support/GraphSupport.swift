import Graph
import InMemoryRecords
import Owners
import Records
import TestStores
import Testing

extension TestBackend {
    /// A graph in an empty store.
    func makeGraph(_ clock: StepClock = StepClock()) async throws -> GraphStore {
        try await GraphStore(try await makeRecords(), configuration: GraphStoreConfiguration(clock: { clock.now }))
    }
}

extension Owner {
    static let first = Owner(app: "app", user: "first")
    static let second = Owner(app: "app", user: "second")
}

extension Timestamp {
    /// A day of 2024, from 1; days before and after count on.
    static func day(_ number: Int) -> Timestamp {
        Timestamp(microseconds: 1_704_067_200_000_000 + Int64(number - 1) * 86_400_000_000)
    }
}

extension GraphStore {
    /// Adds entities of one type and answers their ids.
    func people(_ names: String..., in owner: Owner = .first) async throws -> [String] {
        var ids: [String] = []
        for name in names { ids.append(try await add(NewEntity(name: name, type: "person"), in: owner).entity.id) }
        return ids
    }

    /// The relations of a view, in the order in which they were recorded.
    func all(_ view: GraphView = GraphView(), of entity: String? = nil, in owner: Owner = .first) async throws
        -> [Relation]
    {
        var query = RelationQuery(of: entity, view: view, limit: 1_000)
        var found: [Relation] = []
        repeat {
            let page = try await relations(query, in: owner)
            found += page.relations
            query.after = page.next
        } while query.after != nil
        return found.reversed()
    }

    /// The targets of the relations of a view, in order of their ids.
    func targets(_ view: GraphView = GraphView(), of entity: String, in owner: Owner = .first) async throws -> [String]
    {
        try await relations(
            RelationQuery(of: entity, direction: .outgoing, view: view, limit: 1_000), in: owner
        ).relations.map(\.target).sorted()
    }

    /// The ids of the entities that have a name.
    func found(_ name: String, type: String? = nil, in owner: Owner = .first) async throws -> [String] {
        try await entities(EntityQuery(name: name, type: type), in: owner).entities.map(\.id)
    }
}

/// How many records of the graph's types a partition has.
func count(_ type: RecordType? = nil, in records: any RecordStore, _ owner: Owner = .first) async throws -> Int {
    var count = 0
    for type in type.map({ [$0] }) ?? GraphRecords.all {
        count += try await records.read(.count(type.name, .all), in: owner.partition).count
    }
    return count
}

/// Runs a call and answers the error it must throw.
@discardableResult
func failure(_ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async -> GraphError {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: location)
    } catch let error as GraphError {
        return error
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
    return GraphError(GraphError.Code(rawValue: "none"), "")
}

extension TestBackend {
    /// A store in memory, for what no backend does differently.
    static func inMemoryRecords() async throws -> any RecordStore { InMemoryRecords() }

    static func inMemoryGraph() async throws -> GraphStore { try await GraphStore(try await inMemoryRecords()) }
}
