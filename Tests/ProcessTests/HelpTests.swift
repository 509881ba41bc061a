import Foundation
import MemoryAPI
import Testing

@Suite("The help of the command line") struct HelpTests {
    let folder: ProcessFolder
    let program: Program

    init() throws {
        folder = try ProcessFolder()
        program = Program(folder)
    }

    /// The operations that no command is, and why.
    static let withoutCommand = [
        "memory_add_batch": "`add -` takes any number of memories, one a line, and `import` takes a file of them"
    ]

    private func commands() throws -> [[String: Any]] {
        try #require(try program.json(["help"])["commands"] as? [[String: Any]])
    }

    @Test func everyOperationIsACommandOrThereIsAReason() throws {
        let reached = Set(try commands().flatMap { $0["operations"] as? [String] ?? [] })
        let operations = Set(Catalogue.operations.map { $0.specification.name })
        #expect(operations.subtracting(reached) == Set(Self.withoutCommand.keys))
        #expect(reached.isSubset(of: operations))
    }

    @Test func theOverviewNamesEveryCommandOnLinesThatFit() throws {
        let overview = try program.run(["help"])
        #expect(overview.status == 0)
        #expect(try program.run(["--help"]).output == overview.output)
        let lines = overview.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 100 })
        for command in try commands() {
            let name = try #require(command["name"] as? String)
            let group = try #require(command["group"] as? String)
            #expect(lines.contains("\(group):"))
            let words = name.split(separator: " ")
            if words.count == 1 || !lines.contains(where: { $0.hasPrefix("  \(words[0]) ACTION ") }) {
                #expect(lines.count { $0.hasPrefix("  \(name) ") } >= 1, "\(name)")
                continue
            }
            let family = try program.run(["help", String(words[0])])
            #expect(family.status == 0)
            #expect(family.output.contains("\n  \(name)"), "\(name)")
            #expect(overview.output.replacing("\n", with: " ").contains(words[1]))
        }
    }

    @Test func everyCommandSaysWhatItTakes() throws {
        for command in try commands() {
            let name = try #require(command["name"] as? String)
            let help = try program.run(["help"] + name.split(separator: " ").map(String.init))
            #expect(help.status == 0)
            #expect(help.output.hasPrefix("usage: agent-memory \(name)"))
            for line in help.output.split(separator: "\n") where !line.hasPrefix("  agent-memory ") {
                // What an option takes may be long; what is said of it is not.
                #expect(line.count <= 100 || line.hasPrefix("  --"), "\(name): \(line)")
            }
            let page = help.output
            let words = Set(page.split { !$0.isLetter && $0 != "_" }.map(String.init))
            for operation in Catalogue.operations.map({ $0.specification.name }) {
                #expect(!words.contains(operation), "\(name) speaks of \(operation), which is no command")
            }
            for option in command["options"] as? [[String: Any]] ?? [] {
                #expect(page.contains("--\(option["name"] as? String ?? "?")"), "\(name)")
            }
        }
    }

    @Test func theHelpOfAnEverydayCommandIsThatOfItsOperation() throws {
        let help = try program.run(["help", "add"]).output
        #expect(help.contains("  TEXT…  what to remember: one self-contained statement (up to 2,097,152 bytes)"))
        #expect(help.contains("--kind fact|episode|preference|procedure"))
        #expect(help.contains("--topic TEXT …"))
        #expect(help.contains("\nexample:\n  agent-memory add \"Prefers concise answers\" --topic style\n"))
        #expect(help.contains("exit codes: 0 done, 1 failed, 2 wrong usage, 4 conflict, 5 unavailable, 6 limit"))
        #expect(try program.run(["add", "--help"]).output == help)
        #expect(try program.run(["help", "get"]).output.contains("3 not_found"))
        #expect(
            try program.run(["help", "export"]).output.replacing("\n", with: " ").contains("that `import` takes back"))
    }

    @Test func whatIsNoCommandIsWrongUsage() throws {
        #expect(try program.run(["help", "nonsense"]).status == 2)
        let family = try program.run(["sessions"])
        #expect(family.status == 2 && family.output.isEmpty && family.errors.contains("sessions list"))
        #expect(try program.run(["sessions", "--help"]).output == program.run(["help", "sessions"]).output)
        #expect(try program.run([]).status == 2)
    }

    /// What help says to try does what it says.
    @Test func everyExampleRuns() throws {
        let id = try #require(try program.json(["add", "Likes tea"])["id"] as? String)
        try program.run(["sessions", "create", "--id", "session-9"])
        try program.run(["runs", "start", "researcher", "--id", "run-9"])
        let lines = folder.path + "/lines.jsonl"
        try "{\"memory\":\"Likes coffee\"}\n".write(toFile: lines, atomically: true, encoding: .utf8)
        let messages = folder.path + "/messages.json"
        try #"[{"role":"user","content":"Which tea is green?"}]"#
            .write(toFile: messages, atomically: true, encoding: .utf8)
        let places = ["SESSION": "session-9", "RUN": "run-9", "ID": id, "PATH": lines, "FILE": messages]
        var count = 0
        for command in try commands() {
            guard var example = command["example"] as? String else { continue }
            for (place, value) in places { example = example.replacing(" \(place)", with: " " + value) }
            let outcome = try shell(example)
            #expect(outcome.status == 0, "\(example): \(outcome.errors)")
            count += 1
        }
        #expect(count >= 20)
    }

    private func shell(_ line: String) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.environment = program.environment.merging([
            "PATH": Program.url.deletingLastPathComponent().path + ":/usr/bin:/bin",
            "AGENT_MEMORY_ARCHIVE": folder.path + "/archive",
        ]) { $1 }
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
