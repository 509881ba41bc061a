import Access
import HTTPServer
import Memories
import Projects
import Records

extension Mem0Call {
    /// `GET /v1/entities/`.
    func entities() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let all = try await project.entities()
        func total(_ kind: EntityKind) -> JSONValue { .int(Int64(all.count { $0.kind == kind })) }
        // Clients delete everybody who is on the page, so without a page it is everybody.
        var page = all
        var paging: Paging?
        if request.http.queryValue("page") != nil || request.http.queryValue("page_size") != nil {
            let asked = try Paging(request)
            page = asked.slice(all)
            paging = asked
        }
        var members: [String: JSONValue] = [
            "count": .int(Int64(all.count)), "next": .null, "previous": .null,
            "results": .array(page.map { .object($0.members) }), "total_users": total(.user),
            "total_agents": total(.agent), "total_apps": total(.app), "total_runs": total(.run),
        ]
        if let paging, paging.number * paging.size < all.count {
            members["next"] = .string("/v1/entities/?page=\(paging.number + 1)&page_size=\(paging.size)")
        }
        return Mem0Answer.object(members)
    }

    /// `GET /entities`.
    func entitiesHosted() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.json(.array(try await project.entities().map { .object($0.members) }))
    }

    /// `GET /v2/entities/{type}/{id}/`: a list of one, or of none.
    func entity(_ kind: EntityKind, _ name: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let found = try await project.entities().filter { $0.kind == kind && $0.name.hasSameBytes(as: name) }
        return Mem0Answer.json(.array(found.map { .object($0.members) }))
    }

    /// `DELETE /v1|v2/entities/{type}/{id}/`: everything that names them. Deleting somebody twice is no error.
    func deleteEntity(_ kind: EntityKind, _ name: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.delete)
        let done = try await removeAll(.entity(kind, .isIn([name])), as: "DELETE_ENTITY")
        let id = Project.entityID(kind, name)
        if let made = try await project.documents.document(.entity, id, of: project.app), isVisible(made) {
            try await project.documents.commit([made.delete], to: project.app)
        }
        return Mem0Answer.object([
            "message": .string("Entity deleted successfully!"), "event_id": .string(done.event),
            "count": .int(Int64(done.count)),
        ])
    }

    /// `POST /v1/users|agents|apps|runs/`: somebody before their first memory.
    func addEntity(_ kind: EntityKind) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.write)
        guard let name = try request.text(kind.field, "name") else {
            throw MemoryError(.invalid, "\(kind.field) is required")
        }
        var ids = EntityIDs()
        ids[kind] = name
        let placement = try Placement(ids, boundTo: caller.user)
        _ = try project.scope(of: placement.owner, agent: placement.agent, session: placement.session)
        let now = project.now
        let metadata = try request.object("metadata") ?? [:]
        let document = ProjectDocument(
            .entity, Project.entityID(kind, name), user: placement.owner.user,
            ["type": .string(kind.rawValue), "name": .string(name), "metadata": .object(metadata)], at: now)
        try await project.documents.commit([document.put], to: project.app)
        let entity = EntityCount(kind: kind, name: name, createdAt: now, updatedAt: now, metadata: metadata)
        return Mem0Answer.object(entity.members, status: 201)
    }

    /// `GET /v1/stats/`.
    func stats() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let all = try await project.entities()
        var members: [String: JSONValue] = [
            "total_memories": .int(Int64(try await project.count(Selection(all: .all)))),
            "total_events": .int(
                Int64(try await project.documents.count(.event, of: project.app, for: caller.user))),
        ]
        for kind in EntityKind.allCases {
            members["total_\(kind.rawValue)s"] = .int(Int64(all.count { $0.kind == kind }))
        }
        return Mem0Answer.object(members)
    }

    /// Whether a document is the caller's to see.
    func isVisible(_ document: ProjectDocument) -> Bool {
        guard let user = caller.user else { return true }
        return document.user.map { $0.hasSameBytes(as: user) } ?? false
    }
}
