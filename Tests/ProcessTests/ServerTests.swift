import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Serving as a process", .serialized) struct ServerTests {
    let folder: ProcessFolder
    let program: Program

    init() throws {
        folder = try ProcessFolder()
        program = Program(folder)
    }

    /// Lines in, lines out, and the end of the input is the end.
    private func speak(_ lines: [String], _ options: [String] = []) throws -> (messages: [[String: Any]], status: Int32)
    {
        let process = program.process(["mcp"] + options)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var messages: [[String: Any]] = []
        for line in text.split(separator: "\n") {
            messages.append(try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]))
        }
        return (messages, process.terminationStatus)
    }

    @Test func mcpAnswersEveryLineAndEndsWithItsInput() throws {
        let answer = try speak(
            [
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, "this is not JSON", "",
                #"{"jsonrpc":"2.0","id":"two","method":"tools/call","params":{"name":"memory_add","arguments":{"memory":"Likes tea"}}}"#,
                #"{"jsonrpc":"2.0","id":3,"method":"tools/list"}"#,
                #"{"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
            ], ["--tools", "minimal"])
        #expect(answer.status == 0)
        #expect(answer.messages.count == 5)
        func result(_ id: String) -> [String: Any]? {
            answer.messages.first { "\($0["id"] ?? "")" == id }?["result"] as? [String: Any]
        }
        #expect(result("1")?["protocolVersion"] as? String == "2025-06-18")
        #expect(result("two")?["isError"] as? Bool == false)
        #expect((result("3")?["tools"] as? [Any])?.count == 2)
        let codes = answer.messages.compactMap { ($0["error"] as? [String: Any])?["code"] as? Int }
        #expect(Set(codes) == [-32_700, -32_022])
        #expect(try program.json(["search", "tea"])["count"] as? Int == 1, "the user is the command line's")
    }

    @Test(arguments: ["claude-desktop", "claude-code", "cursor", "vscode", "codex"])
    func installPrintsWhatAClientNeeds(_ client: String) throws {
        let printed = try program.run(["mcp", "install", "--client", client, "--print"])
        #expect(printed.status == 0)
        #expect(printed.output.contains("agent-memory"))
        #expect(printed.output.contains("\"--user\",\"u\""))
        if client == "codex" {
            #expect(printed.output.hasPrefix("[mcp_servers.memory]\n"))
        } else {
            let json = try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as? [String: Any]
            let servers = json?[client == "vscode" ? "servers" : "mcpServers"] as? [String: [String: Any]]
            #expect((servers?["memory"]?["args"] as? [String])?.first == "mcp")
        }
        #expect(try program.run(["mcp", "install", "--client", "nobody"]).status == 2)
    }

    @Test func anotherAddressNeedsKeys() throws {
        let refused = try program.run(["serve", "--host", "0.0.0.0", "--port", "0"])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("keys create"))
        #expect(try program.run(["serve", "--require-keys", "--port", "0"]).status == 2)
        let token = try program.run(["keys", "create", "--name", "n", "--permission", "read,write"]).output
        #expect(token.hasPrefix("am_"))
        let list = try program.run(["keys", "list", "--json"]).output
        #expect(
            list.contains("\"is_active\":true") && !list.contains(token.suffix(40).trimmingCharacters(in: .newlines)))
        let id = String(token.dropFirst(3).prefix(24))
        #expect(try program.run(["keys", "rotate", id]).output.hasPrefix("am_\(id)_"))
        #expect(try program.run(["keys", "revoke", id]).status == 0)
        #expect(try program.run(["keys", "revoke", "nothing"]).status == 3)
        #expect(try program.run(["serve", "--require-keys", "--port", "0"]).status == 2, "a revoked key opens nothing")
    }

    /// Every set of routes that a client might look for is named where people read.
    @Test func theDocumentationNamesEveryDialect() async throws {
        let process = program.process(["serve", "--port", "0", "--json"])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var line = Data()
        while !line.contains(0x0a) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            line += data
        }
        let ready = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        let url = try #require((ready["url"] as? String).flatMap { URL(string: $0) })
        func get(_ path: String) async throws -> String {
            let (data, _) = try await URLSession.shared.data(from: url.appendingPathComponent(path))
            return String(decoding: data, as: UTF8.self)
        }
        let page = try await get("docs")
        let start = try #require(page.range(of: "Other dialects"))
        for path in [
            "/v1/checkpoints/*", "/v1/kv/*", "/v1/memory_stores", "/v1/claude/memory", "/v1/blocks",
            "/v1/agents/{agent}/core-memory/*", "/v1/…/", "/search", "/mcp",
        ] {
            #expect(page[start.upperBound...].contains("<code>\(path)</code>"), "\(path)")
        }
        let document = try await get("openapi.json")
        for path in ["/v1/memories", "/v1/checkpoints/put", "/v1/kv/batch"] {
            #expect(document.contains("\"\(path)\""), "\(path)")
        }
        // What others have documents of stays theirs.
        #expect(!document.contains("/v1/memory_stores") && !document.contains("/v1/blocks"))
    }
}
