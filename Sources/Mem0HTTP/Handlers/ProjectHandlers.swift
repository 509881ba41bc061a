import Access
import HTTPServer
import Memories
import Models
import Projects
import Records

extension Mem0Call {
    /// What clients may set. All of it is for language models, so it is kept and answered, and changes nothing here.
    private static let settingNames = [
        "name", "description", "custom_instructions", "custom_categories", "agent_custom_instructions", "multilingual",
        "decay", "memory_depth", "usecase_setting", "inclusion_prompt", "exclusion_prompt", "enable_graph", "version",
        "retrieval_criteria",
    ]

    /// The project's settings; those of a project that nobody changed are empty.
    func settings() async throws(MemoryError) -> ProjectDocument {
        try await project.documents.document(.settings, "settings", of: project.app)
            ?? ProjectDocument(.settings, "settings", [:], at: project.now)
    }

    /// `GET /api/v1/orgs/organizations/{org}/projects/{project}/?fields=…`
    func project(_ name: String) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        try project.check(name)
        let members = try await projectMembers()
        let fields = request.http.queryItems.filter { $0.name == "fields" }.map(\.value)
        guard !fields.isEmpty else { return Mem0Answer.object(members) }
        return Mem0Answer.object(members.filter { fields.contains($0.key) })
    }

    /// `GET /api/v1/orgs/organizations/{org}/projects/`
    func projects() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.json(.array([.object(try await projectMembers())]))
    }

    private func projectMembers() async throws(MemoryError) -> [String: JSONValue] {
        let settings = try await settings()
        var members: [String: JSONValue] = [
            "id": .string(project.app), "project_id": .string(project.app), "name": .string(project.app),
            "description": .null, "created_at": .string(settings.createdAt.description),
            "updated_at": .string(settings.updatedAt.description), "members": .array([.object(member)]),
            "custom_instructions": .null, "custom_categories": .null, "agent_custom_instructions": .null,
            "usecase": .null, "memory_depth": .null, "inclusion_prompt": .null, "exclusion_prompt": .null,
            "multilingual": .bool(false), "decay": .bool(false), "enable_graph": .bool(false),
            "version": .string("v3"), "is_default": .bool(true), "user_role": .string(role),
        ]
        for name in Self.settingNames { if let value = settings.members[name] { members[name] = value } }
        return members
    }

    /// `PATCH /api/v1/orgs/organizations/{org}/projects/{project}/`
    func updateProject(_ name: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.write)
        try project.check(name)
        var settings = try await settings()
        for name in Self.settingNames { if let value = request.body[name] { settings.members[name] = value } }
        guard JSONValue.object(settings.members).canonicalBytes.count <= 1 << 20 else {
            throw MemoryError(.invalid, "the project's settings have more than 1048576 bytes")
        }
        settings.updatedAt = project.now
        try await project.documents.replace(settings, of: project.app)
        return Mem0Answer.message("Project updated successfully")
    }

    /// `DELETE /api/v1/orgs/organizations/{org}/projects/{project}/`: its memories, settings and webhooks.
    func deleteProject(_ name: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.admin)
        try caller.require(.delete)
        try project.check(name)
        _ = try await removeAll(.all, as: "DELETE_PROJECT")
        for kind in [ProjectDocument.Kind.webhook, .settings, .feedback, .export, .entity] {
            let writes = try await project.documents.documents(kind, of: project.app).map(\.delete)
            try await project.documents.commit(writes, to: project.app)
        }
        return Mem0Answer.message("Project deleted successfully")
    }

    // MARK: Who may do what

    private var role: String { caller.permissions.contains(.write) ? "OWNER" : "READER" }

    private var member: [String: JSONValue] {
        ["user_id": .string(caller.name), "email": .string("local@localhost"), "role": .string(role)]
    }

    /// `GET …/members/`: whoever asks. Who else may is a matter of keys.
    func members() throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.object(["members": .array([.object(member)])])
    }

    private var organizationMembers: [String: JSONValue] {
        [
            "id": .string(Self.organizationID), "org_id": .string(Self.organizationID),
            "name": .string(Self.organizationID), "members": .array([.object(member)]),
        ]
    }

    /// `GET /api/v1/orgs/organizations/`
    func organizations() throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.json(.array([.object(organizationMembers)]))
    }

    /// `GET /api/v1/orgs/organizations/{org}/`
    func organization() throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.object(organizationMembers)
    }

    /// `GET /configure`: what the self-hosted server tells of its parts.
    func configuration() throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let embedder = project.store.configuration.embedder?.identifier
        return Mem0Answer.object([
            "version": .string("v1.1"), "llm": .null,
            "embedder": embedder.map { .object(["provider": .string("agent-memory"), "model": .string($0)]) } ?? .null,
            "vector_store": .object(["provider": .string("agent-memory")]),
        ])
    }
}
