import Access
import Memories
import Projects
import Records

/// Somebody, and how much is remembered of them.
struct EntityCount: Sendable {
    var kind: EntityKind
    var name: String
    var count = 0
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var metadata: [String: JSONValue] = [:]

    var members: [String: JSONValue] {
        [
            "id": .string(name), "name": .string(name), "type": .string(kind.rawValue),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
            "total_memories": .int(Int64(count)), "owner": .string(Mem0Call.organizationID),
            "metadata": .object(metadata),
        ]
    }
}

extension Project {
    /// Everybody whom a memory names, or who was made by hand: the latest first.
    /// - Complexity: O(memories of the app).
    func entities() async throws(MemoryError) -> [EntityCount] {
        var found: [Owner: EntityCount] = [:]
        for owner in try await owners() {
            for memory in try await memories(of: owner, Selection(all: .all)) {
                for kind in EntityKind.allCases {
                    guard let name = memory.ids[kind] else { continue }
                    let times = (memory.createdAt, memory.memory.updatedAt)
                    var entity =
                        found[Owner(kind, name)]
                        ?? EntityCount(kind: kind, name: name, createdAt: times.0, updatedAt: times.1)
                    entity.count += 1
                    entity.createdAt = min(entity.createdAt, times.0)
                    entity.updatedAt = max(entity.updatedAt, times.1)
                    found[Owner(kind, name)] = entity
                }
            }
        }
        for document in try await documents.documents(.entity, of: app, for: caller.user) {
            guard case .string(let type)? = document.members["type"], let kind = EntityKind(rawValue: type),
                case .string(let name)? = document.members["name"]
            else { continue }
            var entity =
                found[Owner(kind, name)]
                ?? EntityCount(kind: kind, name: name, createdAt: document.createdAt, updatedAt: document.updatedAt)
            entity.createdAt = min(entity.createdAt, document.createdAt)
            if case .object(let metadata)? = document.members["metadata"] { entity.metadata = metadata }
            found[Owner(kind, name)] = entity
        }
        return found.values.sorted {
            $0.updatedAt == $1.updatedAt
                ? ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) : $0.updatedAt > $1.updatedAt
        }
    }

    /// The document of somebody who was made by hand.
    static func entityID(_ kind: EntityKind, _ name: String) -> String {
        kind.rawValue + "-" + PlainIdentifier.hash(name)
    }
}
