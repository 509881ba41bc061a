import Foundation
import MemoryFiles
import Records
import TestStores
import Testing

@Suite("Claude's memory tool") struct ClaudeToolTests {
    private func makeTool(
        _ wording: ClaudeWording = .documented, _ backend: TestBackend = TestBackend.all[0]
    ) async throws -> ClaudeMemoryTool {
        let (files, folder) = try await backend.makeFiles()
        return ClaudeMemoryTool(files, folder: folder, wording: wording)
    }

    /// A command as JSON, with no other way to write it than a model has.
    private func call(_ tool: ClaudeMemoryTool, _ json: String) async throws -> ClaudeToolResult {
        try await tool.call(try JSONValue(parsing: json))
    }

    private struct Step {
        var input: String
        var isError: Bool
        var docs: String
        /// Where the client libraries say it otherwise.
        var sdk: String?

        init(_ input: String, _ docs: String, sdk: String? = nil, isError: Bool = false) {
            self.input = input
            self.docs = docs
            self.sdk = sdk
            self.isError = isError
        }
    }

    private static let steps = [
        Step(
            #"{"command":"view","path":"/memories"}"#,
            "Here're the files and directories up to 2 levels deep in /memories, excluding hidden items and node_modules:\n0B\t/memories",
            sdk:
                "Here're the files and directories up to 2 levels deep in /memories, excluding hidden items:\n0B\t/memories"
        ),
        Step(
            #"{"command":"create","path":"/memories/a.md","file_text":"one\ntwo\nthree two\n"}"#,
            "File created successfully at: /memories/a.md"),
        Step(
            #"{"command":"create","path":"/memories/a.md","file_text":"x"}"#,
            "Error: File /memories/a.md already exists", sdk: "File /memories/a.md already exists", isError: true),
        Step(
            #"{"command":"create","path":"/memories/a.md/b","file_text":"x"}"#,
            "Error: The path /memories/a.md is not a directory.", sdk: "The path /memories/a.md is not a directory.",
            isError: true),
        Step(
            #"{"command":"create","path":"/memories/d/e/f.md","file_text":"deep"}"#,
            "File created successfully at: /memories/d/e/f.md"),
        Step(
            #"{"command":"create","path":"/memories/node_modules/x","file_text":"m"}"#,
            "File created successfully at: /memories/node_modules/x"),
        Step(
            #"{"command":"create","path":"/memories/.env","file_text":"h"}"#,
            "File created successfully at: /memories/.env"),
        Step(
            #"{"command":"view","path":"/memories/"}"#,
            "Here're the files and directories up to 2 levels deep in /memories/, excluding hidden items and node_modules:\n24B\t/memories\n18B\t/memories/a.md\n4B\t/memories/d\n4B\t/memories/d/e",
            sdk:
                "Here're the files and directories up to 2 levels deep in /memories/, excluding hidden items:\n24B\t/memories\n18B\t/memories/a.md\n4B\t/memories/d/\n4B\t/memories/d/e/\n1B\t/memories/node_modules/\n1B\t/memories/node_modules/x"
        ),
        Step(
            #"{"command":"view","path":"/memories/d"}"#,
            "Here're the files and directories up to 2 levels deep in /memories/d, excluding hidden items and node_modules:\n4B\t/memories/d\n4B\t/memories/d/e\n4B\t/memories/d/e/f.md",
            sdk:
                "Here're the files and directories up to 2 levels deep in /memories/d, excluding hidden items:\n4B\t/memories/d\n4B\t/memories/d/e/\n4B\t/memories/d/e/f.md"
        ),
        Step(
            #"{"command":"view","path":"/memories/a.md"}"#,
            "Here's the content of /memories/a.md with line numbers:\n     1\tone\n     2\ttwo\n     3\tthree two\n     4\t"
        ),
        Step(
            #"{"command":"view","path":"/memories/a.md","view_range":[2,2]}"#,
            "Here's the content of /memories/a.md with line numbers:\n     2\ttwo"),
        Step(
            #"{"command":"view","path":"/memories/a.md","view_range":[2,1]}"#,
            "Error: The parameter `view_range` must be the first and the last line, such as [1, 20] or [5, -1].",
            sdk: "The parameter `view_range` must be the first and the last line, such as [1, 20] or [5, -1].",
            isError: true),
        Step(
            #"{"command":"view","path":"/memories/no"}"#,
            "The path /memories/no does not exist. Please provide a valid path.", isError: true),
        Step(
            #"{"command":"str_replace","path":"/memories/a.md","old_str":"one","new_str":"ONE"}"#,
            "The memory file has been edited.\n     1\tONE\n     2\ttwo\n     3\tthree two",
            sdk:
                "The memory file has been edited. Here is the snippet showing the change (with line numbers):\n     1\tONE\n     2\ttwo\n     3\tthree two"
        ),
        Step(
            #"{"command":"str_replace","path":"/memories/a.md","old_str":"two","new_str":"2"}"#,
            "No replacement was performed. Multiple occurrences of old_str `two` in lines: 2, 3. Please ensure it is unique",
            isError: true),
        Step(
            #"{"command":"str_replace","path":"/memories/a.md","old_str":"four","new_str":"4"}"#,
            "No replacement was performed, old_str `four` did not appear verbatim in /memories/a.md.", isError: true),
        Step(
            #"{"command":"str_replace","path":"/memories/a.md","old_str":"","new_str":"4"}"#,
            "No replacement was performed, old_str `` did not appear verbatim in /memories/a.md.", isError: true),
        Step(
            #"{"command":"str_replace","path":"/memories/a.md","old_str":"three "}"#,
            "The memory file has been edited.\n     1\tONE\n     2\ttwo\n     3\ttwo\n     4\t",
            sdk:
                "The memory file has been edited. Here is the snippet showing the change (with line numbers):\n     1\tONE\n     2\ttwo\n     3\ttwo\n     4\t"
        ),
        Step(
            #"{"command":"str_replace","path":"/memories/no","old_str":"a","new_str":"b"}"#,
            "Error: The path /memories/no does not exist. Please provide a valid path.",
            sdk: "The path /memories/no does not exist. Please provide a valid path.", isError: true),
        Step(
            #"{"command":"str_replace","path":"/memories/d","old_str":"a","new_str":"b"}"#,
            "Error: The path /memories/d does not exist. Please provide a valid path.",
            sdk: "The path /memories/d is not a file.", isError: true),
        Step(
            #"{"command":"insert","path":"/memories/a.md","insert_line":0,"insert_text":"zero\n\n"}"#,
            "The file /memories/a.md has been edited."),
        Step(
            #"{"command":"insert","path":"/memories/a.md","insert_line":4,"insert_text":"end"}"#,
            "The file /memories/a.md has been edited."),
        Step(
            #"{"command":"view","path":"/memories/a.md","view_range":[1,-1]}"#,
            "Here's the content of /memories/a.md with line numbers:\n     1\tzero\n     2\tONE\n     3\ttwo\n     4\ttwo\n     5\tend\n     6\t"
        ),
        Step(
            #"{"command":"insert","path":"/memories/a.md","insert_line":6,"insert_text":"x"}"#,
            "Error: Invalid `insert_line` parameter: 6. It should be within the range of lines of the file: [0, 5]",
            sdk: "Invalid `insert_line` parameter: 6. It should be within the range [0, 5].", isError: true),
        Step(
            #"{"command":"insert","path":"/memories/no","insert_line":0,"insert_text":"x"}"#,
            "Error: The path /memories/no does not exist",
            sdk: "The path /memories/no does not exist. Please provide a valid path.", isError: true),
        Step(
            #"{"command":"insert","path":"/memories/d","insert_line":0,"insert_text":"x"}"#,
            "Error: The path /memories/d does not exist", sdk: "The path /memories/d is not a file.", isError: true),
        Step(
            #"{"command":"rename","old_path":"/memories/d","new_path":"/memories/g/h"}"#,
            "Successfully renamed /memories/d to /memories/g/h"),
        Step(
            #"{"command":"rename","old_path":"/memories/d","new_path":"/memories/i"}"#,
            "Error: The path /memories/d does not exist", sdk: "The path /memories/d does not exist", isError: true),
        Step(
            #"{"command":"rename","old_path":"/memories/a.md","new_path":"/memories/g"}"#,
            "Error: The destination /memories/g already exists", sdk: "The destination /memories/g already exists",
            isError: true),
        Step(
            #"{"command":"rename","old_path":"/memories/a.md","new_path":"/memories"}"#,
            "Error: The destination /memories already exists", sdk: "The destination /memories already exists",
            isError: true),
        Step(
            #"{"command":"rename","old_path":"/memories/","new_path":"/memories/z"}"#,
            "Error: Cannot rename the /memories directory itself", sdk: "Cannot rename the /memories directory itself",
            isError: true),
        Step(
            #"{"command":"rename","old_path":"/memories/g","new_path":"/memories/g/h/i"}"#,
            "Error: a directory cannot be moved into itself", sdk: "a directory cannot be moved into itself",
            isError: true),
        Step(#"{"command":"delete","path":"/memories/g"}"#, "Successfully deleted /memories/g"),
        Step(
            #"{"command":"delete","path":"/memories/g"}"#, "Error: The path /memories/g does not exist",
            sdk: "The path /memories/g does not exist", isError: true),
        Step(
            #"{"command":"delete","path":"/memories/."}"#, "Error: Cannot delete the /memories directory itself",
            sdk: "Cannot delete the /memories directory itself", isError: true),
        Step(
            #"{"command":"format","path":"/memories"}"#,
            "Error: The parameter `command` must be view, create, str_replace, insert, delete or rename.",
            sdk: "The parameter `command` must be view, create, str_replace, insert, delete or rename.", isError: true),
        Step(
            #"{"command":"create","path":"/memories/n"}"#, "Error: The parameter `file_text` is required.",
            sdk: "The parameter `file_text` is required.", isError: true),
        Step(
            #"{"command":"insert","path":"/memories/n","insert_text":"x"}"#,
            "Error: The parameter `insert_line` must be an integer.",
            sdk: "The parameter `insert_line` must be an integer.", isError: true),
    ]

    @Test(arguments: TestBackend.all, ClaudeWording.allCases) func everyCommandAnswersAsItShould(
        _ backend: TestBackend, _ wording: ClaudeWording
    ) async throws {
        let tool = try await makeTool(wording, backend)
        for (number, step) in Self.steps.enumerated() {
            let result = try await call(tool, step.input)
            #expect(result.content == (wording == .sdk ? step.sdk ?? step.docs : step.docs), "step \(number)")
            #expect(result.isError == step.isError, "step \(number)")
        }
    }

    /// The file holds what one client library answered: `{"vectors": [{"input", "ok", "output", "fuzzy_sizes"}]}`.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["AGENT_MEMORY_CLAUDE_GOLDENS"] != nil,
            "AGENT_MEMORY_CLAUDE_GOLDENS names no file of recorded answers"))
    func recordedAnswersAreTheSame() async throws {
        let path = try #require(ProcessInfo.processInfo.environment["AGENT_MEMORY_CLAUDE_GOLDENS"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard case .array(let vectors)? = try JSONValue(parsing: text).value(at: ["vectors"]) else {
            Issue.record("no vectors")
            return
        }
        let tool = try await makeTool(.sdk)
        var same = 0
        for (number, vector) in vectors.enumerated() {
            let input = try #require(vector.value(at: ["input"]))
            let result = try await tool.call(input)
            guard case .string(var expected)? = vector.value(at: ["output"]) else { continue }
            var content = result.content
            if vector.value(at: ["fuzzy_sizes"]) == .bool(true) {
                (expected, content) = (Self.withoutSizes(expected), Self.withoutSizes(content))
            }
            let isSame = content.utf8.elementsEqual(expected.utf8) && .bool(!result.isError) == vector.value(at: ["ok"])
            #expect(isSame, "vector \(number): \(content)")
            if isSame { same += 1 }
        }
        print("recorded answers of the memory tool: \(same) of \(vectors.count) are the same")
        #expect(same == vectors.count && same > 0)
    }

    /// What a file system says of directories' sizes is no matter.
    private static func withoutSizes(_ listing: String) -> String {
        listing.split(separator: "\n").map { line in
            line.split(separator: "\t", maxSplits: 1).last.map(String.init) ?? String(line)
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        "/memories/../etc/passwd", "/memories/a/../../b", "/memories/a/../b", "/memories/..", "/memories\\..\\x",
        "/memories/..\\x", "/memories/a\\b", "/memories/%2e%2e%2fetc", "/memories/%2e%2e/x", "/memories/..%2fx",
        "/memories/%252e%252e%252fx", "/memories/%25252e%25252e/x", "/memories/%c0%ae%c0%ae/x", "/memories/..%c0%afx",
        "/memories/a%5cb", "/memories/a%00b", "/memories/a%2fb", "/memories/\u{FF0E}\u{FF0E}/x",
        "/memories/\u{2025}/x", "/memories/\u{2024}\u{2024}/x", "/memories/%EF%BC%8E%EF%BC%8E/x",
        "/memories/..\u{FF0F}x",
        "/memories_evil/x", "/memoriesevil", "/memory/x", "memories/x", "/etc/passwd", "", "/", "/memories/a\u{0}b",
        "/memories/a\nb", "/memories/.\u{200D}./x", "/memories/\u{202E}x", "//memories/x", "/MEMORIES/x", "~/memories",
        "file:///memories/x", "/memories/" + String(repeating: "x", count: 1_025),
    ]) func nothingReachesOutside(_ path: String) async throws {
        for wording in ClaudeWording.allCases {
            let tool = try await makeTool(wording)
            _ = try await call(tool, #"{"command":"create","path":"/memories/a","file_text":"x"}"#)
            let text = JSONValue.string(path)
            for input: [String: JSONValue] in [
                ["command": .string("view"), "path": text],
                ["command": .string("create"), "path": text, "file_text": .string("x")],
                ["command": .string("str_replace"), "path": text, "old_str": .string("x"), "new_str": .string("y")],
                ["command": .string("insert"), "path": text, "insert_line": .int(0), "insert_text": .string("y")],
                ["command": .string("delete"), "path": text],
                ["command": .string("rename"), "old_path": text, "new_path": .string("/memories/b")],
                ["command": .string("rename"), "old_path": .string("/memories/a"), "new_path": text],
            ] {
                // What is only another's spelling is a name of its own for the client libraries, whoever decodes it.
                if wording == .sdk, Self.areNamesToTheSDK.contains(path) { continue }
                #expect(try await tool.call(.object(input)).isError, "\(wording) \(input)")
            }
            if wording == .documented || !Self.areNamesToTheSDK.contains(path) {
                #expect(try await tool.files.contents(of: tool.folder) == ["/a": "x"])
            }
        }
    }

    private static let areNamesToTheSDK: Set<String> = [
        "/memories/%2e%2e%2fetc", "/memories/%2e%2e/x", "/memories/..%2fx", "/memories/%252e%252e%252fx",
        "/memories/%25252e%25252e/x", "/memories/%c0%ae%c0%ae/x", "/memories/..%c0%afx", "/memories/a%5cb",
        "/memories/a%00b", "/memories/a%2fb", "/memories/\u{FF0E}\u{FF0E}/x", "/memories/\u{2025}/x",
        "/memories/\u{2024}\u{2024}/x", "/memories/%EF%BC%8E%EF%BC%8E/x", "/memories/..\u{FF0F}x",
    ]

    @Test func ordinaryNamesAreTaken() async throws {
        let tool = try await makeTool()
        for name in ["100%.md", "a b.md", "日本語.md", "e\u{301}.md", "a..b", "...", "C#.md", "50%zz", "x%20y", "'\""] {
            let path = JSONValue.string("/memories/" + name)
            let made = try await tool.call(
                .object(["command": .string("create"), "path": path, "file_text": .string("x")]))
            #expect(!made.isError, "\(made.content)")
            let seen = try await tool.call(.object(["command": .string("view"), "path": path]))
            #expect(seen.content.hasSuffix("     1\tx"))
        }
    }

    @Test(arguments: TestBackend.all) func editsAtATimeAreAllMade(_ backend: TestBackend) async throws {
        let tool = try await makeTool(.documented, backend)
        let lines = (0..<12).map { "line-\($0)-" }
        let text = JSONValue.string(lines.joined(separator: "\n"))
        _ = try await tool.call(
            .object(["command": .string("create"), "path": .string("/memories/a"), "file_text": text]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for line in lines {
                group.addTask {
                    let result = try await tool.call(
                        .object([
                            "command": .string("str_replace"), "path": .string("/memories/a"),
                            "old_str": .string(line), "new_str": .string("done " + line),
                        ]))
                    #expect(!result.isError, "\(result.content)")
                }
            }
            try await group.waitForAll()
        }
        let expected = lines.map { "done " + $0 }.joined(separator: "\n")
        #expect(try await tool.files.contents(of: tool.folder) == ["/a": expected])
    }

    @Test func whatTheStoreCannotDoIsNoAnswerOfTheModels() async throws {
        let tool = try await makeTool()
        try await tool.files.archiveFolder(tool.folder)
        let refused = try await call(tool, #"{"command":"create","path":"/memories/a","file_text":"x"}"#)
        #expect(refused.isError && refused.content.contains("archived"))
        try await tool.files.deleteFolder(tool.folder)
        for input in [
            #"{"command":"view","path":"/memories"}"#, #"{"command":"delete","path":"/memories/a"}"#,
            #"{"command":"create","path":"/memories/a","file_text":"x"}"#,
            #"{"command":"rename","old_path":"/memories/a","new_path":"/memories/b"}"#,
        ] {
            await #expect(throws: FileError.self) { _ = try await call(tool, input) }
        }
        let long = String(repeating: "x", count: 102_401)
        let second = try await makeTool()
        let tooLong = try await call(second, #"{"command":"create","path":"/memories/a","file_text":"\#(long)"}"#)
        #expect(tooLong.isError && tooLong.content.contains("102400"))
    }

    @Test func linesEndInLineFeedsOnly() async throws {
        let tool = try await makeTool()
        _ = try await call(tool, #"{"command":"create","path":"/memories/a","file_text":"a\r\nb\u2028c\r\n"}"#)
        let seen = try await call(tool, #"{"command":"view","path":"/memories/a"}"#)
        #expect(
            seen.content.utf8.elementsEqual(
                "Here's the content of /memories/a with line numbers:\n     1\ta\r\n     2\tb\u{2028}c\r\n     3\t".utf8
            ))
        let edited = try await call(
            tool, #"{"command":"str_replace","path":"/memories/a","old_str":"a\r","new_str":"A"}"#)
        #expect(!edited.isError)
        #expect(
            try await tool.files.contents(of: tool.folder)["/a"]?.utf8.elementsEqual("A\nb\u{2028}c\r\n".utf8) == true)
    }
}
