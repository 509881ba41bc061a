import Access
import HTTPServer
import Memories
import Projects
import Records

/// Profiles are written by a language model. There is none, and every answer says so in mem0's own words.
extension Mem0Call {
    private static let status = JSONValue.string("not_enabled")

    /// `GET /v2/entities/user/{id}/profile/`.
    func profile(_ name: String) throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        _ = try project.scope(of: Owner(.user, name))
        return Mem0Answer.object([
            "profile": .null, "status": Self.status, "entity_type": .string("user"), "entity_id": .string(name),
            "updated_at": .null, "generation_count": .int(0),
        ])
    }

    /// `POST /v2/profiles/jobs/`: a job that is over before it began.
    func createProfileJob() throws(MemoryError) -> HTTPResponse {
        try caller.require(.write)
        let operation = try request.text("operation") ?? "trigger"
        let id = PlainIdentifier.derived(from: "profile:\(project.app)")
        var members: [String: JSONValue] = [
            "job_id": .string(id), "status": Self.status, "status_url": .string("/v2/profiles/jobs/\(id)/"),
            "operation": .string(operation), "entity_type": .string("user"), "entity_count_reserved": .int(0),
            "event_id": .null, "replayed": .bool(false), "detail": .string(Self.needsModel.message),
        ]
        if operation == "sample" {
            members["sampled"] = .int(0)
            members["entity_ids"] = .array([])
        }
        return Mem0Answer.object(members)
    }

    /// `GET /v2/profiles/jobs/{id}/`.
    func profileJob(_ id: String) throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        guard id == PlainIdentifier.derived(from: "profile:\(project.app)") else {
            throw MemoryError(.notFound, "Profile job not found!")
        }
        var job: [String: JSONValue] = ["status": Self.status, "enumeration_complete": .bool(true)]
        for name in ["total", "completed", "succeeded", "failed", "skipped"] { job[name] = .int(0) }
        return Mem0Answer.object(["job": .object(job)])
    }

    /// `GET /v2/profiles/settings/`.
    func profileSettings() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        return Mem0Answer.object(Self.members(of: try await settings()))
    }

    /// `POST /v2/profiles/settings/`: the wish is kept, the answer stays that nothing is generated.
    func updateProfileSettings() async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.write)
        if try request.bool("enabled") == true { throw Self.needsModel.asInvalid }
        var settings = try await settings()
        if case .object(let user)? = try request.object("entities")?["user"] {
            var kept: [String: JSONValue] = [:]
            if case .object(let old)? = settings.members["profiles"] { kept = old }
            for name in ["schema", "custom_instructions"] where user[name] != nil { kept[name] = user[name] }
            settings.members["profiles"] = .object(kept)
        }
        settings.updatedAt = project.now
        try await project.documents.replace(settings, of: project.app)
        return Mem0Answer.object(Self.members(of: settings))
    }

    private static func members(of settings: ProjectDocument) -> [String: JSONValue] {
        var user: [String: JSONValue] = ["schema": .null, "custom_instructions": .null]
        if case .object(let kept)? = settings.members["profiles"] { user.merge(kept) { $1 } }
        return [
            "enabled": .bool(false), "capabilities": .object(["profiles": .bool(false)]),
            "entities": .object(["user": .object(user)]), "detail": .string(needsModel.message),
        ]
    }
}

extension MemoryError {
    /// The same sentence for who asked for something that cannot be switched on.
    fileprivate var asInvalid: MemoryError { MemoryError(.invalid, message) }
}
