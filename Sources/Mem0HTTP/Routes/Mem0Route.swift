import HTTPServer

/// What a request asks for, by its method and path.
enum Mem0Route: Sendable {
    /// Which generation of the API a path belongs to.
    enum Version: String, Sendable { case v1, v2, v3 }

    case ping
    case add, addHosted
    case search(Version), searchHosted
    case list(Version), listByQuery, listHosted, listOfEntity(EntityKind, String)
    case get(String), update(String), delete(String), history(String), allHistory
    case updateHosted(String), deleteHosted(String)
    case deleteAll, deleteAllHosted, reset
    case batchUpdate, batchDelete
    case entities, entity(EntityKind, String), deleteEntity(EntityKind, String), addEntity(EntityKind)
    case entitiesHosted, stats
    case events, event(String)
    case createExport, getExport, summary, feedback
    case profile(String), profileJob(String), createProfileJob, profileSettings, updateProfileSettings
    case organizations, organization, organizationMembers
    case projects, createProject, project(String), updateProject(String), deleteProject(String)
    case members(String), changeMembers(String)
    case webhooks(String), createWebhook(String), updateWebhook(String), deleteWebhook(String)
    case setupStatus, configuration, instructions, start
    /// What belongs to accounts, and what belongs to models that are set over HTTP: neither is here.
    case accounts, models

    /// What metrics and logs call it.
    var name: String { "mem0_" + String(String(describing: self).prefix { $0 != "(" }) }

    /// The route of a request; nil when it is another group's.
    init?(_ request: HTTPRequest) {
        var segments = request.pathSegments
        // Every path of the platform ends in a slash; ids may, too.
        let endsInSlash = segments.count > 1 && segments.last == ""
        if endsInSlash { segments.removeLast() }
        guard let first = segments.first else {
            guard request.method == "GET", request.path == "/" else { return nil }
            self = .start
            return
        }
        let rest = Array(segments.dropFirst())
        let found: Mem0Route?
        switch first {
        case "v1":
            // Without the slash /v1/memories and /v1/runs are ours, but for who shows the header of mem0's clients.
            if ["memories", "runs"].contains(rest.first), !endsInSlash, request.header("mem0-user-id") == nil {
                return nil
            }
            found = Self.first(request.method, rest)
        case "v2": found = Self.second(request.method, rest)
        case "v3": found = Self.third(request.method, rest)
        case "api": found = Self.administration(request.method, rest)
        default: found = Self.hosted(request.method, segments)
        }
        guard let found else { return nil }
        self = found
    }

    private static func first(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path.count, path.first) {
        case ("GET", 1, "ping"): return .ping
        case (_, _, "memories"): return memories(method, Array(path.dropFirst()))
        case ("PUT", 1, "batch"): return .batchUpdate
        case ("DELETE", 1, "batch"): return .batchDelete
        case ("GET", 1, "entities"): return .entities
        case ("DELETE", 3..., "entities"):
            return EntityKind(rawValue: path[1]).map { .deleteEntity($0, joined(path.dropFirst(2))) }
        case ("GET", 1, "stats"): return .stats
        case ("GET", 1, "events"): return .events
        case ("GET", 2, "event"): return .event(path[1])
        case ("POST", 1, "exports"): return .createExport
        case ("POST", 2, "exports") where path[1] == "get": return .getExport
        case ("POST", 1, "summary"): return .summary
        case ("POST", 1, "feedback"): return .feedback
        case ("POST", 1, "users"): return .addEntity(.user)
        case ("POST", 1, "agents"): return .addEntity(.agent)
        case ("POST", 1, "apps"): return .addEntity(.app)
        case ("POST", 1, "runs"): return .addEntity(.run)
        default: return nil
        }
    }

    private static func memories(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path.count) {
        case ("POST", 0): return .add
        case ("GET", 0): return .listByQuery
        case ("DELETE", 0): return .deleteAll
        case ("POST", 1) where path[0] == "search": return .search(.v1)
        case ("GET", 1) where path[0] == "events": return .allHistory
        case ("GET", 1): return .get(path[0])
        case ("PUT", 1): return .update(path[0])
        case ("DELETE", 1): return .delete(path[0])
        case ("GET", 2) where path[1] == "history": return .history(path[0])
        case ("GET", 2...): return EntityKind(rawValue: path[0]).map { .listOfEntity($0, joined(path.dropFirst())) }
        default: return nil
        }
    }

    private static func second(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path.count, path.first) {
        case ("POST", 1, "memories"): return .list(.v2)
        case ("POST", 2, "memories") where path[1] == "search": return .search(.v2)
        case (_, 3..., "entities"):
            guard let kind = EntityKind(rawValue: path[1]) else { return nil }
            if method == "DELETE" { return .deleteEntity(kind, joined(path.dropFirst(2))) }
            guard method == "GET" else { return nil }
            if path.count > 3, path.last == "profile" { return .profile(joined(path.dropFirst(2).dropLast())) }
            return .entity(kind, joined(path.dropFirst(2)))
        case ("POST", 2, "profiles") where path[1] == "jobs": return .createProfileJob
        case ("GET", 3, "profiles") where path[1] == "jobs": return .profileJob(path[2])
        case ("GET", 2, "profiles") where path[1] == "settings": return .profileSettings
        case ("POST", 2, "profiles") where path[1] == "settings": return .updateProfileSettings
        default: return nil
        }
    }

    private static func third(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path) {
        case ("POST", ["memories"]): .list(.v3)
        case ("POST", ["memories", "add"]): .add
        case ("POST", ["memories", "search"]): .search(.v3)
        default: nil
        }
    }

    /// `/api/v1/orgs/…` and `/api/v1/webhooks/…`
    private static func administration(_ method: String, _ path: [String]) -> Mem0Route? {
        guard path.first == "v1", path.count >= 2 else { return nil }
        if path[1] == "webhooks" { return webhooks(method, Array(path.dropFirst(2))) }
        guard path.count >= 3, path[1] == "orgs", path[2] == "organizations" else { return nil }
        switch (method, path.count) {
        case ("GET", 3): return .organizations
        case ("GET", 4): return .organization
        case ("GET", 5) where path[4] == "members": return .organizationMembers
        case (_, 3...4): return .accounts
        default: break
        }
        guard path[4] == "projects" else { return .accounts }
        switch (method, path.count) {
        case ("GET", 5): return .projects
        case ("POST", 5): return .createProject
        default: break
        }
        guard path.count > 5 else { return nil }
        if path.count > 6, path.last == "members" {
            let project = joined(path.dropFirst(5).dropLast())
            return method == "GET" ? .members(project) : .changeMembers(project)
        }
        let project = joined(path.dropFirst(5))
        switch method {
        case "GET": return .project(project)
        case "PATCH": return .updateProject(project)
        case "DELETE": return .deleteProject(project)
        default: return nil
        }
    }

    private static func webhooks(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path.count) {
        case ("GET", 2...) where path[0] == "projects": return .webhooks(joined(path.dropFirst()))
        case ("POST", 2...) where path[0] == "projects": return .createWebhook(joined(path.dropFirst()))
        case ("PUT", 1): return .updateWebhook(path[0])
        case ("DELETE", 1): return .deleteWebhook(path[0])
        default: return nil
        }
    }

    /// The self-hosted server's paths.
    private static func hosted(_ method: String, _ path: [String]) -> Mem0Route? {
        switch (method, path.count, path[0]) {
        case ("POST", 1, "memories"): return .addHosted
        case ("GET", 1, "memories"): return .listHosted
        case ("DELETE", 1, "memories"): return .deleteAllHosted
        case ("GET", 2, "memories"): return .get(path[1])
        case ("PUT", 2, "memories"): return .updateHosted(path[1])
        case ("DELETE", 2, "memories"): return .deleteHosted(path[1])
        case ("GET", 3, "memories") where path[2] == "history": return .history(path[1])
        case ("POST", 1, "search"): return .searchHosted
        case ("POST", 1, "reset"): return .reset
        case ("GET", 1, "entities"): return .entitiesHosted
        case ("DELETE", 3..., "entities"):
            return EntityKind(rawValue: path[1]).map { .deleteEntity($0, joined(path.dropFirst(2))) }
        case ("GET", 2, "auth") where path[1] == "setup-status": return .setupStatus
        case ("GET", 1, "configure"): return .configuration
        case ("POST", 1, "generate-instructions"): return .instructions
        case ("POST", 1, "configure"),
            ("GET", 2, "configure") where path.last != "":
            return .models
        case (_, 2..., "auth"), (_, 1...2, "api-keys"), ("GET", 1, "requests"): return .accounts
        default: return nil
        }
    }

    /// An id that may hold slashes, which clients of the first generations do not escape.
    private static func joined(_ segments: ArraySlice<String>) -> String { segments.joined(separator: "/") }
}
