import Foundation
public import HTTPServer
public import Memories
import MemoryAPI
import Models
import Records

/// The memory operations as JSON over HTTP.
///
/// The scope is `app` and `user` (and `agent`, `session`), in the body of a POST or PATCH, in the query otherwise. Errors
/// are `application/problem+json` (RFC 9457) with a `code`.
public struct MemoryRoutes: Sendable {
    private let store: MemoryStore
    private let version: String
    private let defaultScope: Scope?

    /// Routes over a store.
    /// - Parameters:
    ///   - version: What `/version` answers.
    ///   - defaultScope: The app and user of requests that name none; nil refuses them.
    public init(_ store: MemoryStore, version: String, defaultScope: Scope? = nil) {
        self.store = store
        self.version = version
        self.defaultScope = defaultScope
    }

    /// Answers one request.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        do throws(MemoryError) {
            return try await route(request)
        } catch {
            return Self.problem(error)
        }
    }

    private func route(_ request: HTTPRequest) async throws(MemoryError) -> HTTPResponse {
        let segments = request.pathSegments
        let method = request.method == "HEAD" ? "GET" : request.method
        switch (method, segments.count, segments.first) {
        case ("GET", 1, "livez"): return Self.json(["status": .string("ok")])
        case ("GET", 1, "readyz"):
            // A read proves that the store answers.
            _ = try await store.list(in: Scope(app: "readyz", user: "readyz"), limit: 1)
            return Self.json([
                "status": .string("ok"), "durability": .string(store.records.capabilities.durability),
                "embedder": store.configuration.embedder.map { .string($0.identifier) } ?? .null,
            ])
        case ("GET", 1, "version"):
            return Self.json(["name": .string("agent-memory"), "version": .string(version)])
        default: break
        }
        guard segments.count >= 2, segments[0] == "v1", segments[1] == "memories" else { return Self.notFound() }
        switch (method, segments.count) {
        case ("POST", 2): return try await add(request)
        case ("GET", 2): return try await list(request)
        case ("DELETE", 2):
            let scope = try scope(of: Self.members(ofQuery: request))
            return Self.json(["deleted": .int(Int64(try await store.clear(in: scope)))])
        case ("POST", 3) where segments[2] == "search": return try await search(request)
        case ("GET", 3):
            let scope = try scope(of: Self.members(ofQuery: request))
            return Self.json(MemoryJSON.object(try await store.get(segments[2], in: scope)))
        case ("PATCH", 3): return try await update(segments[2], request)
        case ("DELETE", 3):
            let scope = try scope(of: Self.members(ofQuery: request))
            try await store.delete(segments[2], in: scope)
            return HTTPResponse(status: 204)
        case ("GET", 4) where segments[3] == "history":
            let scope = try scope(of: Self.members(ofQuery: request))
            let versions = try await store.history(segments[2], in: scope)
            return Self.json([
                "id": .string(segments[2]), "count": .int(Int64(versions.count)),
                "results": .array(versions.map { .object(MemoryJSON.object($0)) }),
            ])
        case ("POST", 4) where segments[3] == "restore":
            let (scope, _) = try Self.split(try Self.body(request), defaultScope)
            return Self.json(MemoryJSON.object(try await store.restore(segments[2], in: scope)))
        case (_, 2...4):
            return Self.problem(
                status: 405, code: "method_not_allowed", "\(request.method.prefix(16)) is not known here")
        default: return Self.notFound()
        }
    }

    private func add(_ request: HTTPRequest) async throws(MemoryError) -> HTTPResponse {
        let (scope, members) = try Self.split(try Self.body(request), defaultScope)
        let outcome = try await store.add(try MemoryRequests.newMemory(members), in: scope)
        return Self.json(MemoryJSON.object(outcome), status: outcome.isCreated ? 201 : 200)
    }

    private func search(_ request: HTTPRequest) async throws(MemoryError) -> HTTPResponse {
        var (scope, members) = try Self.split(try Self.body(request), defaultScope)
        let explains = members.removeValue(forKey: "explain") == .bool(true)
        let search = try MemoryRequests.search(members)
        let answer = try await store.search(search, in: scope)
        return Self.json(MemoryJSON.object(answer, query: search.text, explains: explains))
    }

    private func update(_ id: String, _ request: HTTPRequest) async throws(MemoryError) -> HTTPResponse {
        let (scope, members) = try Self.split(try Self.body(request), defaultScope)
        return Self.json(MemoryJSON.object(try await store.update(id, try MemoryRequests.update(members), in: scope)))
    }

    private func list(_ request: HTTPRequest) async throws(MemoryError) -> HTTPResponse {
        let scope = try scope(of: Self.members(ofQuery: request))
        var limit = 100
        if let text = request.queryValue("limit") {
            guard let number = Int(text), (1...1_000).contains(number) else {
                throw MemoryError(.invalid, "limit must be 1 to 1000")
            }
            limit = number
        }
        var cursor: Cursor?
        if let text = request.queryValue("cursor") {
            guard let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/")) else {
                throw MemoryError(.invalid, "cursor is not one that this server gave")
            }
            cursor = Cursor(bytes: Array(data))
        }
        let page = try await store.list(in: scope, limit: limit, after: cursor)
        let next = page.next.map {
            Data($0.bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        }
        return Self.json([
            "count": .int(Int64(page.memories.count)),
            "results": .array(page.memories.map { .object(MemoryJSON.object($0)) }),
            "next_cursor": next.map { .string($0) } ?? .null,
        ])
    }

    // MARK: Reading requests

    private static func body(_ request: HTTPRequest) throws(MemoryError) -> [String: JSONValue] {
        if request.body.isEmpty { return [:] }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw MemoryError(.invalid, "the body is not UTF-8")
        }
        guard case .object(let members)? = try? JSONValue(parsing: text) else {
            throw MemoryError(.invalid, "the body is not a JSON object")
        }
        return members
    }

    private static func members(ofQuery request: HTTPRequest) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for name in scopeMembers { members[name] = request.queryValue(name).map { .string($0) } }
        return members
    }

    private static let scopeMembers = ["app", "user", "agent", "session"]

    private func scope(of members: [String: JSONValue]) throws(MemoryError) -> Scope {
        try Self.split(members, defaultScope).scope
    }

    /// Takes the scope out of the members.
    private static func split(
        _ members: [String: JSONValue], _ defaultScope: Scope?
    ) throws(MemoryError) -> (scope: Scope, members: [String: JSONValue]) {
        var members = members
        var parts: [String: String] = [:]
        for name in scopeMembers {
            switch members.removeValue(forKey: name) {
            case nil, .null: continue
            case .string(let text): parts[name] = text
            default: throw MemoryError(.invalid, "\(name) must be a string")
            }
        }
        guard let app = parts["app"] ?? defaultScope?.app else { throw MemoryError(.invalid, "app is required") }
        guard let user = parts["user"] ?? defaultScope?.user else { throw MemoryError(.invalid, "user is required") }
        let scope = Scope(app: app, user: user, agent: parts["agent"], session: parts["session"])
        try scope.validate()
        return (scope, members)
    }

    // MARK: Writing responses

    private static func json(_ members: [String: JSONValue], status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "application/json")],
            body: Array(JSONValue.object(members).canonical.utf8) + [0x0a])
    }

    private static func notFound() -> HTTPResponse {
        problem(status: 404, code: "not_found", "there is nothing at this path")
    }

    private static func problem(_ error: MemoryError) -> HTTPResponse {
        var response = problem(
            status: ErrorTable(error.code).httpStatus, code: error.code.rawValue, error.message, error.conflictingID)
        if response.status == 503 { response.headers.append(("Retry-After", "1")) }
        return response
    }

    private static func problem(status: Int, code: String, _ detail: String, _ conflictingID: String? = nil)
        -> HTTPResponse
    {
        var members: [String: JSONValue] = [
            "type": .string("about:blank"), "status": .int(Int64(status)), "code": .string(code),
            "detail": .string(detail),
        ]
        members["conflicting_id"] = conflictingID.map { .string($0) }
        return HTTPResponse(
            status: status, headers: [("Content-Type", "application/problem+json")],
            body: Array(JSONValue.object(members).canonical.utf8) + [0x0a])
    }
}
