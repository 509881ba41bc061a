import Memories
import MemoryAPI
import Records

/// A knowledge graph kept as memories: an entity, each of its observations and each relation is one, so that searching
/// memories finds them too.
struct KnowledgeGraph: Sendable {
    let store: MemoryStore
    let scope: Scope

    struct Entity: Sendable {
        var id: String
        var name: String
        var type: String
        var observations: [(id: String, text: String)] = []

        var json: JSONValue {
            .object([
                "name": .string(name), "entityType": .string(type),
                "observations": .array(observations.map { .string($0.text) }),
            ])
        }
    }

    struct Relation: Sendable, Hashable {
        var from: String
        var to: String
        var type: String

        var json: JSONValue {
            .object(["from": .string(from), "to": .string(to), "relationType": .string(type)])
        }
    }

    /// Everything that is stored.
    struct Contents: Sendable {
        /// By name, in the order in which they were made.
        var entities: [Entity] = []
        var relations: [(id: String, relation: Relation)] = []

        /// These entities, and the relations among them.
        func narrowed(to names: Set<String>) -> [String: JSONValue] {
            [
                "entities": .array(entities.filter { names.contains($0.name) }.map(\.json)),
                "relations": .array(
                    relations.filter { names.contains($0.relation.from) && names.contains($0.relation.to) }
                        .map(\.relation.json)),
            ]
        }
    }

    private static let part = "graph"

    func contents() async throws(MemoryError) -> Contents {
        var contents = Contents()
        var observations: [(entity: String, id: String, text: String)] = []
        var filter = MemoryFilter()
        filter.condition = try MemoryFilter.condition(.object([Self.part: .string("*")]))
        var cursor: Cursor?
        repeat {
            let page = try await store.list(in: scope, matching: filter, limit: 1_000, after: cursor)
            for memory in page.memories {
                func text(_ name: String) -> String {
                    if case .string(let text)? = memory.metadata[name] { text } else { "" }
                }
                switch memory.metadata[Self.part] {
                case .string("entity"):
                    contents.entities.append(
                        Entity(id: memory.id, name: text("entity"), type: text("entity_type")))
                case .string("observation"): observations.append((text("entity"), memory.id, memory.content))
                case .string("relation"):
                    contents.relations.append(
                        (memory.id, Relation(from: text("from"), to: text("to"), type: text("relation_type"))))
                default: continue
                }
            }
            cursor = page.next
        } while cursor != nil
        // Ids are in the order of their making; the list is in that of change.
        contents.entities.sort { $0.id < $1.id }
        contents.relations.sort { $0.id < $1.id }
        var places: [String: Int] = [:]
        for (place, entity) in contents.entities.enumerated() { places[entity.name] = place }
        for observation in observations.sorted(by: { $0.id < $1.id }) {
            guard let place = places[observation.entity] else { continue }
            contents.entities[place].observations.append((observation.id, observation.text))
        }
        return contents
    }

    /// The names of the entities that a search finds, best first.
    func names(matching query: String) async throws(MemoryError) -> [String] {
        var search = MemorySearch(query, limit: 100)
        search.filter.condition = try MemoryFilter.condition(.object([Self.part: .string("*")]))
        var names: [String] = []
        for hit in try await store.search(search, in: scope).hits {
            for member in ["entity", "from", "to"] {
                if case .string(let name)? = hit.memory.metadata[member], !names.contains(name) { names.append(name) }
            }
        }
        return names
    }

    func add(entity name: String, type: String) async throws(MemoryError) {
        try await store.add(
            NewMemory(
                "\(name) (\(type))", participants: [name],
                metadata: [Self.part: .string("entity"), "entity": .string(name), "entity_type": .string(type)]),
            in: scope)
    }

    func add(observation text: String, of entity: String) async throws(MemoryError) {
        try await store.add(
            NewMemory(
                text, participants: [entity],
                metadata: [Self.part: .string("observation"), "entity": .string(entity)]), in: scope)
    }

    func add(_ relation: Relation) async throws(MemoryError) {
        try await store.add(
            NewMemory(
                "\(relation.from) \(relation.type) \(relation.to)", participants: [relation.from, relation.to],
                metadata: [
                    Self.part: .string("relation"), "from": .string(relation.from), "to": .string(relation.to),
                    "relation_type": .string(relation.type),
                ]), in: scope)
    }

    /// Deletes memories; those that are gone already are no error.
    func delete(_ ids: [String]) async throws(MemoryError) {
        for id in ids {
            do throws(MemoryError) {
                try await store.delete(id, in: scope)
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
    }
}
