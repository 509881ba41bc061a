import Access
import AgentMemory
import MemoryMCP

/// Serves the Model Context Protocol on standard input and output.
enum MCPCommand: Command {
    static let specification = CommandSpecification(
        name: "mcp", arguments: "", count: 0...0,
        summary: "Serve the Model Context Protocol on standard input and output.",
        options: [Self.tools] + AuditSettings.options)

    static let tools = Option(
        name: "tools", value: "PROFILE",
        help: "the tools a client is shown: all, minimal, standard, readonly, reference or claude (all)")

    static func run(_ context: CommandContext) async throws {
        let profile = try context.arguments.choice("tools", ToolProfile.self) ?? .all
        let signals = StopSignals()
        let memory = try await context.memory()
        let scope = context.scope
        let server = MCPServer(
            memory.memories, profile: profile, files: try await memory.files(for: scope),
            defaults: ScopeDefaults(app: scope.app, user: scope.user),
            version: AgentMemoryProgram.version, hasConnection: true, audit: try await AuditSettings.log(context))
        let streams = StandardStreams(server)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await streams.run() }
            group.addTask { await signals.first() }
            await group.next()
            streams.stop()
            group.cancelAll()
        }
    }
}
