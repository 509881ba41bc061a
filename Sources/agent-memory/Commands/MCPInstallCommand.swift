import AgentMemory
import Foundation
import MemoryMCP

/// Prints what a client's configuration needs.
enum MCPInstallCommand: Command {
    static let specification = CommandSpecification(
        name: "mcp install", arguments: "", count: 0...0,
        summary: "Print the configuration that connects a client; nothing is written.",
        options: [
            Option(
                name: "client", value: "NAME", help: "claude-desktop, claude-code, cursor, vscode or codex"),
            Option(name: "print", value: nil, help: "print it: the only thing this command does, for now"),
            Option(name: "url", value: "URL", help: "connect to a server over HTTP, such as http://127.0.0.1:7077/mcp"),
            MCPCommand.tools,
        ])

    enum Client: String, CaseIterable {
        case claudeDesktop = "claude-desktop"
        case claudeCode = "claude-code"
        case cursor, vscode, codex

        /// Where the text belongs.
        var file: String {
            switch self {
            case .claudeDesktop: "claude_desktop_config.json"
            case .claudeCode: ".mcp.json"
            case .cursor: ".cursor/mcp.json"
            case .vscode: ".vscode/mcp.json"
            case .codex: "~/.codex/config.toml"
            }
        }
    }

    static func run(_ context: CommandContext) async throws {
        let arguments = context.arguments
        guard let client = try arguments.choice("client", Client.self) else {
            throw UsageError(
                message: "--client is missing: one of \(Client.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        _ = try arguments.choice("tools", ToolProfile.self)
        let connection =
            arguments.value("url").map { Connection.server($0) } ?? .program(program(), words(context), [:])
        Terminal.note("# \(client.file)")
        Terminal.print(connection.text(for: client))
    }

    /// The path of this program, which clients need whole.
    private static func program() -> String {
        let path = CommandLine.arguments[0]
        let known = path.contains("/") ? path : (Bundle.main.executablePath ?? path)
        return URL(fileURLWithPath: known).standardizedFileURL.path
    }

    /// The words of the command that the client runs. Clients hand on little of the environment, so all is said here.
    private static func words(_ context: CommandContext) -> [String] {
        let scope = context.scope
        var words = ["mcp", "--store", context.storeURL, "--app", scope.app, "--user", scope.user]
        for name in ["embedder", "tools"] {
            if let value = context.arguments.value(name) { words += ["--" + name, value] }
        }
        return words
    }
}

/// How a client reaches the memory.
enum Connection {
    /// It runs a program.
    case program(String, [String], [String: String])
    /// It asks a server.
    case server(String)

    func text(for client: MCPInstallCommand.Client) -> String {
        switch client {
        case .codex: toml
        case .vscode: json("servers", type: true)
        case .claudeCode: json("mcpServers", type: true)
        // Claude Desktop runs programs only; a bridge carries HTTP.
        case .claudeDesktop: bridged.json("mcpServers", type: false)
        case .cursor: json("mcpServers", type: false)
        }
    }

    private var bridged: Connection {
        guard case .server(let url) = self else { return self }
        return .program("npx", ["-y", "mcp-remote", url], [:])
    }

    private func json(_ name: String, type: Bool) -> String {
        var entry: [String: JSONValue]
        switch self {
        case .program(let program, let words, _):
            entry = ["command": .string(program), "args": .array(words.map { .string($0) })]
            if type { entry["type"] = .string("stdio") }
        case .server(let url):
            entry = ["url": .string(url)]
            if type { entry["type"] = .string("http") }
        }
        return Self.indented(.object([name: .object(["memory": .object(entry)])]), 0)
    }

    private var toml: String {
        switch self {
        case .program(let program, let words, _):
            """
            [mcp_servers.memory]
            command = \(JSONValue.string(program).canonical)
            args = \(JSONValue.array(words.map { .string($0) }).canonical)
            """
        case .server(let url):
            """
            [mcp_servers.memory]
            url = \(JSONValue.string(url).canonical)
            """
        }
    }

    /// JSON for people: lists on one line, objects a member a line.
    private static func indented(_ value: JSONValue, _ depth: Int) -> String {
        guard case .object(let members) = value else { return value.canonical }
        let space = String(repeating: "  ", count: depth + 1)
        let lines = members.keys.sorted().map { name in
            space + JSONValue.string(name).canonical + ": " + indented(members[name] ?? .null, depth + 1)
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n" + String(repeating: "  ", count: depth) + "}"
    }
}
