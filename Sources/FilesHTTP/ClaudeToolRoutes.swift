package import Access
package import HTTPServer
package import Memories
import MemoryAPI
package import MemoryFiles
package import MemoryHTTP
import Records

/// `POST /v1/claude/memory` runs a command of Claude's memory tool: the input of a `tool_use` block, with the scope beside
/// it, is answered with the `content` and `is_error` of its `tool_result`. `GET` answers the tool's declaration.
package struct ClaudeToolRoutes: RouteGroup {
    private let files: FileStore
    private let owners: OwnerFinder

    /// Routes over a store.
    package init(_ files: FileStore, defaults: ScopeDefaults = ScopeDefaults()) {
        self.files = files
        owners = OwnerFinder(defaults: defaults)
    }

    package var dialects: [Dialect] {
        [Dialect(["/v1/claude/memory"], "Files: Claude's memory tool; takes its tool_use blocks as they are.")]
    }

    package func name(of request: HTTPRequest) -> String? {
        request.pathSegments == ["v1", "claude", "memory"] ? "claude_memory" : nil
    }

    package func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse {
        AnthropicFailure(error).response(context)
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        do {
            return .json(try await answer(request, context))
        } catch {
            return AnthropicFailure(error).response(context)
        }
    }

    private static let scope: Set<String> = ["app", "user", "agent", "session", "memory_store_id", "wording"]

    private func answer(_ request: HTTPRequest, _ context: RequestContext) async throws -> [String: JSONValue] {
        if request.method == "GET" {
            guard case .object(let declaration) = ClaudeMemoryTool.declaration else { return [:] }
            return declaration
        }
        guard request.method == "POST" else {
            throw AnthropicFailure(status: 404, "not_found_error", "there is nothing at this path with this method")
        }
        var members = try RequestMembers.body(of: request)
        // The input may also be a member of its own, as the block that the model wrote has it.
        let input: JSONValue
        if let whole = members.removeValue(forKey: "input") {
            input = whole
            members = members.filter { !["type", "id", "name"].contains($0.key) }
        } else {
            input = .object(members.filter { !Self.scope.contains($0.key) })
            members = members.filter { Self.scope.contains($0.key) }
        }
        let fields = try RequestFields(members, Self.scope, "member")
        let scope = try owners.scope(
            request, context, Self.permissions(input), app: try fields.text("app"), user: try fields.text("user"),
            agent: try fields.text("agent"), session: try fields.text("session"))
        let wording = try fields.word("wording", ClaudeWording.allCases.map(\.rawValue))
        let tool = try await files.of(scope, context).claudeMemoryTool(
            folder: fields.text("memory_store_id"), agent: scope.agent, session: scope.session,
            wording: wording.flatMap(ClaudeWording.init(rawValue:)) ?? .documented)
        let result = try await tool.call(input)
        return ["content": .string(result.content), "is_error": .bool(result.isError)]
    }

    /// What a command needs; an unknown one needs what every one may.
    static func permissions(_ input: JSONValue) -> [Permission] {
        switch input.value(at: ["command"]) {
        case .string("view"): [.read]
        case .string("delete"): [.read, .write, .delete]
        default: [.read, .write]
        }
    }
}
