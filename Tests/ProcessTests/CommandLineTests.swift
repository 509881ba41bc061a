import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
    let folder: ProcessFolder
    let program: Program

    init() throws {
        folder = try ProcessFolder()
        program = Program(folder)
    }

    @Test func exitCodesSayWhatHappened() throws {
        #expect(try program.run(["add", "Likes tea"]).status == 0)
        #expect(try program.run(["add"]).status == 2)
        #expect(try program.run(["nonsense"]).status == 2)
        #expect(try program.run(["list", "--nonsense"]).status == 2)
        #expect(try program.run(["get", "01a1fc95-15ce-714b-bf51-642c369f2535"]).status == 3)
        #expect(try program.run(["get", "no-uuid"]).status == 2)
        let id = try program.run(["add", "Likes coffee"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try program.run(["update", id, "Likes tea"]).status == 4)
        #expect(try program.run(["list", "--store", "sqlite:/nonexistent/folder/x.db"]).status == 5)
        #expect(try program.run(["list", "--store", "sqlite:x.db?wrong=1"]).status == 2)
    }

    /// As in `agent-memory list | head -1`.
    @Test(arguments: ["--help", "list", "export"])
    func aReaderThatLeavesEndsItQuietly(_ command: String) throws {
        try program.run(["add", "Likes tea"])
        let process = program.process([command])
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try output.fileHandleForReading.close()
        try process.run()
        try output.fileHandleForWriting.close()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 141)
        #expect(text.isEmpty)
    }

    @Test func jsonHasTheMembersOthersRelyOn() throws {
        let added = try program.json([
            "add", "Met Bob in Kyoto", "--topic", "travel", "--kind", "episode", "--event-time", "2024-05-07",
            "--participant", "Bob", "--location", "Kyoto", "--metadata", "{\"source\":\"chat\"}", "--type", "episodic",
        ])
        #expect(added["created"] as? Bool == true)
        let id = try #require(added["id"] as? String)
        let search = try program.json(["search", "where did I meet Bob?", "--explain"])
        #expect(search["query"] as? String == "where did I meet Bob?")
        #expect(search["count"] as? Int == 1)
        #expect(search["degraded"] as? [String] == [])
        let hit = try #require((search["results"] as? [[String: Any]])?.first)
        #expect(hit["id"] as? String == id)
        #expect(hit["event_time"] as? String == "2024-05-07T00:00:00.000000Z")
        for name in [
            "memory", "topics", "kind", "participants", "location", "metadata", "score", "similarity", "created_at",
            "updated_at", "explanation",
        ] {
            #expect(hit[name] != nil, "\(name)")
        }
        #expect(try program.json(["search", "Bob", "--filter", "{\"source\":\"mail\"}"])["count"] as? Int == 0)
        #expect(try program.json(["search", "Bob", "--after", "2024-05-08"])["count"] as? Int == 0)
        #expect(try program.json(["search", "Bob", "--before", "2024-05"])["count"] as? Int == 1)
        #expect(
            try program.json([
                "add", "Met Bob in Kyoto", "--topic", "travel", "--kind", "episode", "--event-time", "2024-05-07",
                "--participant", "Bob", "--location", "Kyoto",
            ])["created"] as? Bool == false)
    }

    @Test func anExportIsImportedWithoutLoss() throws {
        let first = try program.run(["add", "Lives in Lyon", "--topic", "home", "--metadata", "{\"a\":[1,\"é\"]}"])
            .output
        let id = first.trimmingCharacters(in: .whitespacesAndNewlines)
        try program.run(["add", "Tabs\tand \"quotes\" and 👩‍👩‍👧 and \u{202e}right-to-left"])
        try program.run(["update", id, "Lives in Paris"])
        let gone = try program.run(["add", "Short-lived"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        try program.run(["delete", gone])
        let export = try program.run(["export"]).output
        #expect(export.split(separator: "\n").count == 5)
        let file = folder.path + "/export.jsonl"
        try export.write(toFile: file, atomically: true, encoding: .utf8)
        let other = ["--store", "sqlite:\(folder.path)/other.db"]
        #expect(try program.run(["import", file] + other).status == 0)
        #expect(try program.run(["export"] + other).output == export)
        let again = try program.json(["import", file] + other)
        #expect(again["created"] as? Int == 0)
        #expect(try program.run(["history", gone] + other).output.contains("delete"))
        try "{\"memory\":\"\\ud800\"}\nnot json\n{\"memory\":\"fine\"}\n".write(
            toFile: file, atomically: true, encoding: .utf8)
        let refused = try program.run(["import", file] + other)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("line 1"))
        #expect(refused.errors.contains("line 2"))
        #expect(try program.json(["search", "fine"] + other)["count"] as? Int == 1)
    }

    @Test func everyCommandHasHelp() throws {
        let overview = try program.run(["--help"])
        #expect(overview.status == 0)
        for command in [
            "add", "search", "list", "get", "update", "delete", "clear", "history", "restore", "count", "import",
            "export", "ask", "serve",
        ] {
            #expect(overview.output.contains("  \(command) "), "\(command)")
            #expect(try program.run([command, "--help"]).output.hasPrefix("usage: agent-memory \(command)"))
        }
    }
}
