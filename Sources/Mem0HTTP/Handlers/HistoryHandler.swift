import Access
import HTTPServer
import Memories
import Records

extension Mem0Call {
    /// `GET /v1/memories/{id}/history/`, of deleted memories too.
    func history(_ id: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let found = try await project.owner(of: id)
        do {
            return Mem0Answer.json(.array(try await history(found.id, of: found.owner).map { .object($0) }))
        } catch {
            throw error.code == .notFound ? Project.absent : error
        }
    }

    /// `GET /v1/memories/events/`: the history of every memory that there is, newest first.
    func allHistory() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let paging = try Paging(request)
        let filter = try request.idFilter(query: true) ?? .all
        var entries: [[String: JSONValue]] = []
        for memory in try await project.memories(Selection(all: filter)) {
            entries += try await history(memory.memory.id, of: memory.owner)
        }
        func time(_ entry: [String: JSONValue]) -> String {
            if case .string(let text)? = entry["created_at"] { text } else { "" }
        }
        entries.sort { time($0) > time($1) }
        return Mem0Answer.page(
            paging.slice(entries).map { .object($0) }, count: entries.count, paging, of: request.http)
    }

    private func history(_ id: String, of owner: Owner) async throws(MemoryError) -> [[String: JSONValue]] {
        let scope = try project.scope(of: owner)
        let versions = try await project.store.history(id, in: scope)
        // Versions do not say whose they are; the memory does, while it is there.
        var ids = EntityIDs()
        ids[owner.kind] = owner.name
        if let memory = try? await project.store.get(id, in: scope) { ids = Mem0Memory(memory).ids }
        return versions.map { Self.entry($0, of: id, ids) }
    }

    private static func entry(_ version: MemoryVersion, of id: String, _ ids: EntityIDs) -> [String: JSONValue] {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        var metadata: [String: JSONValue] = [:]
        if case .object(let members)? = version.details["metadata"] { metadata = members }
        let event =
            switch version.event {
            case "update": "UPDATE"
            case "delete": "DELETE"
            default: "ADD"
            }
        let input = version.content.map { content in
            JSONValue.object([
                "role": .string(Attributes(in: metadata).role ?? "user"), "content": .string(content),
            ])
        }
        let time = JSONValue.string(version.recordedAt.description)
        return [
            "id": .string(PlainIdentifier.derived(from: "\(id):\(version.revision)")), "memory_id": .string(id),
            "input": .array(input.map { [$0] } ?? []), "old_memory": text(version.previousContent),
            "new_memory": text(version.content), "event": .string(event), "user_id": text(ids[.user]),
            "agent_id": text(ids[.agent]), "app_id": text(ids[.app]), "run_id": text(ids[.run]),
            "session_id": text(ids[.run]), "categories": version.details["topics"] ?? .array([]),
            "metadata": .object(Attributes.visible(metadata)), "created_at": time, "updated_at": time,
        ]
    }
}
