import Access
import HTTPServer
import Memories
import Projects
import Records

extension Mem0Call {
    /// `GET /v1/events/`.
    func events() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let paging = try Paging(request)
        let count = try await project.documents.count(.event, of: project.app, for: caller.user)
        let found = try await project.documents.documents(
            .event, of: project.app, for: caller.user, limit: paging.number * paging.size)
        return Mem0Answer.page(
            paging.slice(found).map { .object(Self.members(of: $0)) }, count: count, paging, of: request.http)
    }

    /// `GET /v1/event/{id}/`, with what the memories say now: an event keeps no texts of its own.
    func event(_ id: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        guard let document = try await project.documents.document(.event, id, of: project.app), isVisible(document)
        else {
            throw MemoryError(.notFound, "Event not found or you don't have permission to access it.")
        }
        var members = Self.members(of: document)
        guard case .array(let results)? = members["results"] else { return Mem0Answer.object(members) }
        var filled: [JSONValue] = []
        for case .object(var result) in results {
            if case .string(let id)? = result["id"] {
                do {
                    let text = JSONValue.string(try await project.memory(id).memory.content)
                    result["memory"] = text
                    result["data"] = .object(["memory": text])
                } catch {
                    guard error.code == .notFound else { throw error }
                }
            }
            filled.append(.object(result))
        }
        members["results"] = .array(filled)
        return Mem0Answer.object(members)
    }

    private static func members(of document: ProjectDocument) -> [String: JSONValue] {
        var members = document.members
        let time = JSONValue.string(document.createdAt.description)
        members["id"] = .string(document.id)
        // What is asked for here is done before it is answered.
        members["status"] = .string("SUCCEEDED")
        members["payload"] = .object([:])
        members["created_at"] = members["started_at"] ?? time
        members["updated_at"] = time
        members["completed_at"] = time
        members["graph_status"] = .null
        members["error"] = .null
        return members
    }
}
