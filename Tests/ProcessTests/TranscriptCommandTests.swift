import Foundation
import Testing

@Suite("Transcripts on the command line") struct TranscriptCommandTests {
    let folder: ProcessFolder
    let program: Program

    init() throws {
        folder = try ProcessFolder()
        program = Program(folder)
    }

    @Test func aConversationComesAndGoes() throws {
        let file = folder.path + "/list.json"
        try #"[{"role":"user","content":"Which tea is green?"},{"role":"assistant","content":"Sencha."}]"#.write(
            toFile: file, atomically: true, encoding: .utf8)
        let taken = try program.json(["transcript", "import", file, "--format", "openai", "--session", "s"])
        #expect(taken["created"] as? Int == 2)
        #expect(try program.json(["sessions", "list"])["count"] as? Int == 1)
        #expect(try program.run(["transcript", "show", "s"]).output.contains("Sencha."))
        #expect(try program.json(["transcript", "search", "green tea"])["count"] as? Int == 1)
        let document = try program.run(["transcript", "export", "s"]).output
        let other = folder.path + "/session.json"
        try document.write(toFile: other, atomically: true, encoding: .utf8)
        #expect(try program.run(["--user", "v", "transcript", "import", other]).status == 0)
        #expect(try program.run(["sessions", "purge", "s"]).status == 4, "an active session stays")
        #expect(try program.run(["sessions", "end", "s"]).status == 0)
        #expect(try program.run(["sessions", "purge", "s"]).status == 0)
        #expect(try program.run(["sessions", "show", "s"]).status == 3)
        #expect(try program.run(["--user", "v", "sessions", "show", "s"]).status == 0)
    }

    @Test func helpComesFromTheOperation() throws {
        let help = try program.run(["sessions", "list", "--help"]).output
        #expect(help.contains("--status active|ended") && help.contains("--order updated_at|created_at"))
        #expect(!help.contains("narrow to one agent"))
        let wrong = try program.run(["archive", "runs"])
        #expect((wrong.status, wrong.errors.contains("--ended-before is required")) == (2, true))
        #expect(try program.run(["transcript"]).errors.contains("transcript export"))
        #expect(try program.run(["sessions", "end", "s", "--agent", "x"]).status == 2)
    }
}
