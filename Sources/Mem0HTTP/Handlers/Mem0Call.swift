import Access
import HTTPServer
import Memories
import Projects
import Records

/// One request and what its caller may touch.
struct Mem0Call: Sendable {
    let project: Project
    let request: Mem0Request

    var caller: Caller { project.caller }

    /// The answer.
    /// - Throws: ``MemoryError``, which the client is told in mem0's form.
    func answer(_ route: Mem0Route) async throws(MemoryError) -> HTTPResponse {
        switch route {
        case .ping: try ping()
        case .add: try await add()
        case .addHosted: try await addHosted()
        case .search(let version): try await search(version)
        case .searchHosted: try await searchHosted()
        case .list(let version): try await list(version)
        case .listByQuery: try await listByQuery()
        case .listHosted: try await listHosted()
        case .listOfEntity(let kind, let name): try await list(of: kind, name)
        case .get(let id): try await get(id)
        case .update(let id): try await update(id)
        case .updateHosted(let id): try await updateHosted(id)
        case .delete(let id): try await delete(id, message: "Memory deleted successfully!")
        case .deleteHosted(let id): try await delete(id, message: "Memory deleted successfully")
        case .history(let id): try await history(id)
        case .allHistory: try await allHistory()
        case .deleteAll: try await deleteAll()
        case .deleteAllHosted: try await deleteAllHosted()
        case .reset: try await reset()
        case .batchUpdate: try await batchUpdate()
        case .batchDelete: try await batchDelete()
        case .entities: try await entities()
        case .entitiesHosted: try await entitiesHosted()
        case .entity(let kind, let name): try await entity(kind, name)
        case .deleteEntity(let kind, let name): try await deleteEntity(kind, name)
        case .addEntity(let kind): try await addEntity(kind)
        case .stats: try await stats()
        case .events: try await events()
        case .event(let id): try await event(id)
        case .createExport: try await createExport()
        case .getExport: try await getExport()
        case .summary: try await summary()
        case .feedback: try await feedback()
        case .profile(let name): try profile(name)
        case .profileJob(let id): try profileJob(id)
        case .createProfileJob: try createProfileJob()
        case .profileSettings: try await profileSettings()
        case .updateProfileSettings: try await updateProfileSettings()
        case .organizations: try organizations()
        case .organization: try organization()
        case .organizationMembers, .members: try members()
        case .changeMembers: throw Self.managedByKeys
        case .projects: try await projects()
        case .createProject: throw Self.managedByKeys
        case .project(let name): try await project(name)
        case .updateProject(let name): try await updateProject(name)
        case .deleteProject(let name): try await deleteProject(name)
        case .webhooks(let name): try await webhooks(name)
        case .createWebhook(let name): try await createWebhook(name)
        case .updateWebhook(let id): try await updateWebhook(id)
        case .deleteWebhook(let id): try await deleteWebhook(id)
        case .setupStatus: Mem0Answer.object(["needsSetup": .bool(false)])
        case .configuration: try configuration()
        case .instructions: throw Self.needsModel
        case .accounts: throw Self.managedByKeys
        case .models: throw Self.configuredByOperator
        case .start: HTTPResponse(status: 307, headers: [("Location", "/docs")])
        }
    }

    static let managedByKeys = MemoryError(
        .unsupported,
        "this server has no accounts: who may do what is decided by its keys, which agent-memory keys manages; "
            + "a project is the app that a key is for")
    static let configuredByOperator = MemoryError(
        .unsupported, "the models of this server are set when it is started: agent-memory serve --embedder …")
    static let needsModel = MemoryError(.unsupported, "no language model is configured on this server")

    /// What clients ask first: it names the organisation and the project, without which they do not start.
    private func ping() throws(MemoryError) -> HTTPResponse {
        Mem0Answer.object([
            "status": .string("ok"), "org_id": .string(Self.organizationID), "project_id": .string(project.app),
            "user_email": .string("local@localhost"),
        ])
    }

    static let organizationID = "local"
}
