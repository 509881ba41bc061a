import AgentMemory
import Blocks
import InMemoryRecords
import MemoryFiles
import Records
import Testing

@Suite("Files and blocks of a scope") struct FilesTests {
    @Test func aScopesToolFilesAndBlocksAreItsOwn() async throws {
        let memory = try await AgentMemory.open(
            memories: .store(InMemoryRecords()), configuration: AgentMemory.Configuration(embedder: .none))
        let alice = Scope(app: "app", user: "alice")
        let bob = Scope(app: "app", user: "bob")
        let tool = try await memory.claudeMemoryTool(for: alice)
        #expect(ClaudeMemoryTool.declaration.value(at: ["type"]) == .string("memory_20250818"))
        func call(_ tool: ClaudeMemoryTool, _ json: String) async throws -> ClaudeToolResult {
            try await tool.call(try JSONValue(parsing: json))
        }
        let made = try await call(tool, #"{"command":"create","path":"/memories/a","file_text":"tea"}"#)
        #expect(made.block(for: "toolu_1").value(at: ["tool_use_id"]) == .string("toolu_1"))
        #expect(made.block(for: "toolu_1").value(at: ["is_error"]) == nil)
        let view = #"{"command":"view","path":"/memories/a"}"#
        #expect(try await call(memory.claudeMemoryTool(for: alice), view).content.hasSuffix("     1\ttea"))
        for other in [bob, Scope(app: "app2", user: "alice"), Scope(app: "app", user: "alice", agent: "a")] {
            let failed = try await call(memory.claudeMemoryTool(for: other), view)
            #expect(failed.isError && failed.block(for: "x").value(at: ["is_error"]) == .bool(true))
        }
        let files = try await memory.files(for: alice)
        #expect(try await files.entry(at: "/a", in: tool.folder)?.path == "/a")
        let block = try await memory.blocks(for: alice).create(NewBlock("human", "Likes tea"))
        #expect(try await memory.blocks(for: alice).block(block.id) == block)
        #expect(try await memory.blocks(for: bob).count() == 0)
        await #expect(throws: MemoryError.self) { _ = try await memory.files(for: Scope(app: "", user: "u")) }
        await memory.close()
    }
}
