import Foundation
import Testing

@Suite("Commands that are operations") struct OperationCommandTests {
    let folder: ProcessFolder
    let program: Program

    init() throws {
        folder = try ProcessFolder()
        program = Program(folder)
    }

    private func id(_ words: [String]) throws -> String {
        let outcome = try program.run(words)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func lines(_ words: [String]) throws -> [[Substring]] {
        let outcome = try program.run(words)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    }

    @Test func memoriesAreCounted() throws {
        #expect(try program.run(["count"]).output == "0\n")
        try program.run(["add", "-"], input: "one\ntwo\n\nthree\n")
        try program.run(["add", "four", "--agent", "helper"])
        #expect(try program.run(["count"]).output == "4\n")
        #expect(try program.json(["count", "--agent", "helper"])["count"] as? Int == 1)
        #expect(try program.json(["count", "--user", "nobody"])["count"] as? Int == 0)
    }

    @Test func aListIsLongerThanAPage() throws {
        try program.run(["add", "-"], input: (0..<1_203).map { "memory \($0)\n" }.joined())
        let list = try program.json(["list", "--limit", "1200"])
        #expect(Set(list.keys) == ["count", "results", "degraded"])
        let ids = try #require(list["results"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        #expect(list["count"] as? Int == 1_200)
        #expect(Set(ids).count == 1_200)
        #expect(try program.json(["list", "--limit", "10000"])["count"] as? Int == 1_203)
        let some = try program.run(["list", "--limit", "3"])
        #expect(some.output.split(separator: "\n").count == 3)
        #expect(some.errors == "there are more; use --limit\n")
        #expect(try program.run(["list", "--limit", "10001"]).status == 2)
    }

    @Test func whatIsKnownOfAMemoryIsChangedAndTakenAway() throws {
        let id = try id(["add", "Lives in Lyon", "--topic", "home", "--location", "Lyon", "--importance", "0.5"])
        let changed = try program.json(["update", id, "--topic", "city", "--relevance", "0.25", "--clear", "location"])
        #expect(changed["memory"] as? String == "Lives in Lyon")
        #expect(changed["topics"] as? [String] == ["city"])
        #expect(changed["relevance"] as? Double == 0.25)
        #expect(changed["location"] is NSNull)
        #expect(changed["importance"] as? Double == 0.5)
        #expect(try program.json(["update", id, "Lives", "in", "Paris"])["memory"] as? String == "Lives in Paris")
        #expect(try program.run(["update", id]).status == 2)
        #expect(try program.run(["update", id, "--clear", "memory"]).status == 2)
        #expect(try program.run(["update", id, "--location", "x", "--clear", "location"]).status == 2)
        #expect(try program.run(["update", id, "other", "--expected-revision", "1"]).status == 4)
    }

    @Test func theFixedShapesStay() throws {
        let id = try id(["add", "Likes green tea", "--topic", "tea"])
        let ask = try program.json(["ask", "which tea?", "--budget", "200"])
        #expect(Set(ask.keys) == ["question", "context", "tokens", "count", "results", "degraded"])
        #expect(ask["question"] as? String == "which tea?")
        let search = try program.run(["search", "green", "tea", "--explain"])
        let hit = search.output.split(separator: "\n")
        #expect(hit.first?.hasSuffix("  Likes green tea  #tea  (\(id))") == true)
        #expect(hit.last?.hasPrefix("       words ") == true)
        #expect(try program.json(["search", "tea"])["results"] is [[String: Any]])
        let history = try program.json(["history", id])
        #expect(Set(history.keys) == ["id", "count", "results"])
        #expect(try program.run(["get", id]).output.contains("\nmemory: Likes green tea\n"))
        let deleted = try program.json(["delete", id])
        #expect(deleted["deleted"] as? Bool == true && deleted["id"] as? String == id)
        try program.run(["add", "one more"])
        #expect(try program.run(["clear"]).output == "1 deleted\n")
        #expect(try program.json(["clear"])["deleted"] as? Int == 0)
    }

    @Test func nearDuplicatesAreKeptOnRequest() throws {
        try program.run(["add", "-"], input: "Likes green tea in the morning\nlikes green tea in the morning.\n")
        #expect(try program.json(["search", "green tea"])["count"] as? Int == 1)
        #expect(try program.json(["search", "green tea", "--near-duplicates"])["count"] as? Int == 2)
    }

    @Test func whatIsRefusedIsToldUnderTheNameThatWasTyped() throws {
        let refusals = [
            (["add", "x", "--kind", "nonsense"], "--kind must be one of fact, episode, preference, procedure"),
            (["add", "x", "--importance", "2"], "--importance must be between 0 and 1"),
            (["add", "x", "--event-time", "soon"], "--event-time must be a time such as"),
            (["add", "x", "--metadata", "{"], "--metadata must be JSON"),
            (["add", "x", "--metadata", "[]"], "--metadata must be a JSON object"),
            (["search", "x", "--limit", "0"], "--limit must be 1 to 1000, not 0"),
            (["get", "no-uuid"], "ID must be a UUID"),
            (["ask", "x", "--budget", "many"], "--budget must be an integer"),
            (["export", "--format", "xml"], "--format must be jsonl or markdown"),
            (["archive", "runs"], "--ended-before is required"),
            (["transcript", "append", "chat-1"], "transcript append needs TEXT or --event"),
            (["transcript", "append", "chat-1", "x", "--type", "tool_call"], "--type must be one of"),
        ]
        for (words, reason) in refusals {
            let outcome = try program.run(words)
            #expect(outcome.status == 2, "\(words)")
            #expect(outcome.errors.hasPrefix("agent-memory: \(reason)"), "\(words): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func aRefusedImportIsOneDocument() throws {
        let file = folder.path + "/lines.jsonl"
        try "{\"memory\":\"fine\"}\nnot json\n".write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try program.run(["import", file, "--json"])
        #expect(outcome.status == 2)
        let answer = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(Set(try #require(answer).keys) == ["created", "existing", "refused", "users", "degraded"])
        #expect(answer?["refused"] as? Int == 1)
    }

    @Test func aConversationIsKeptAndReadAround() throws {
        try program.run(["sessions", "create", "--id", "chat-1", "--title", "Tea"])
        let question = try id(["transcript", "append", "chat-1", "Which", "tea", "is", "green?", "--key", "1"])
        #expect(try id(["transcript", "append", "chat-1", "Which tea is green?", "--key", "1"]) == question)
        let answer = try id(["transcript", "append", "chat-1", "Sencha", "--type", "assistant_message"])
        let call = #"{"type":"tool_call","payload":{"tool_call_id":"c","tool_name":"kettle"}}"#
        let note = #"{"type":"planner_note","content":"Ask for the water"}"#
        #expect(try lines(["transcript", "append", "chat-1", "--event", call, "--event", note]).count == 2)
        let list = try lines(["transcript", "list", "chat-1"])
        #expect(list.map { $0[2] } == ["user_message", "assistant_message", "tool_call", "planner_note"])
        #expect(list[0].dropFirst(3).joined(separator: " ") == "Which tea is green? \(question)")
        #expect(try lines(["transcript", "window", answer, "--before", "1", "--after", "0"]).count == 2)
        #expect(try lines(["transcript", "latest", "chat-1", "assistant_message"]).first?.last == answer[...])
        #expect(try lines(["transcript", "latest", "chat-1", "thinking"]).isEmpty)
        #expect(try program.json(["transcript", "get", question])["key"] as? String == "1")
        #expect(try program.json(["transcript", "context", "chat-1"])["count"] as? Int == 4)
        let page = try program.run(["transcript", "list", "chat-1", "--limit", "1", "--descending"])
        #expect(page.errors.hasPrefix("there are more; use --limit, or --before "))
        #expect(try program.run(["transcript", "show", "chat-1"]).output.contains("Sencha"))
        #expect(try program.run(["transcript", "get", "nothing"]).status == 3)
        try program.run(["sessions", "update", "chat-1", "--clear", "title"])
        #expect(try program.json(["sessions", "show", "chat-1"])["title"] == nil)
        try program.run(["sessions", "end", "chat-1"])
        #expect(try program.run(["transcript", "append", "chat-1", "late"]).status == 4)
    }

    @Test func stateIsSetShownAndRemoved() throws {
        try program.run(["sessions", "create", "--id", "chat-1"])
        #expect(try program.run(["state", "set", "language", "fr"]).status == 0)
        #expect(try program.run(["state", "set", "limits", #"{"cups":3}"#, "--scope", "app"]).status == 0)
        #expect(try program.run(["state", "set", "step", "2", "--session", "chat-1"]).status == 0)
        #expect(try program.run(["state", "set", "motto", "tea", "first", "--session", "chat-1"]).status == 0)
        let state = try program.run(["state", "show", "--session", "chat-1"]).output
        #expect(
            state == """
                app:limits: {"cups":3}
                motto: "tea first"
                step: 2
                user:language: "fr"

                """)
        let shared = try program.json(["state", "show"])
        #expect(shared["user"] as? [String: String] == ["language": "fr"])
        #expect((shared["session"] as? [String: Any])?.isEmpty == true)
        #expect(try program.run(["state", "unset", "language"]).status == 0)
        #expect((try program.json(["state", "show"])["user"] as? [String: Any])?.isEmpty == true)
        #expect(try program.run(["state", "set", "step", "2", "--scope", "session"]).status == 2)
        #expect(try program.run(["state", "set", "step", "2", "--scope", "temporary"]).status == 2)
        #expect(try program.run(["state", "set", "step"]).status == 2)
        #expect(try program.run(["state", "show", "--session", "nothing"]).status == 3)
    }

    @Test func theBufferKeepsTheNewestMessages() throws {
        #expect(try lines(["buffer", "append", "chat-1", "Which", "tea?"]).count == 1)
        let more = #"{"role":"assistant","content":"Sencha"}"#
        #expect(try program.json(["buffer", "append", "chat-1", "--message", more])["count"] as? Int == 1)
        let shown = try lines(["buffer", "show", "chat-1"])
        #expect(shown.map { $0[2...].joined(separator: " ") } == ["user Which tea?", "assistant Sencha"])
        #expect(try program.json(["buffer", "show", "chat-1", "--limit", "1"])["count"] as? Int == 1)
        #expect(try program.run(["buffer", "append", "chat-1"]).status == 2)
        #expect(try program.run(["buffer", "append", "chat-1", "x", "--message", more]).status == 2)
        #expect(try program.run(["buffer", "clear", "chat-1"]).status == 0)
        #expect(try lines(["buffer", "show", "chat-1"]).isEmpty)
    }

    @Test func runsAreStartedFollowedAndStopped() throws {
        try program.run(["sessions", "create", "--id", "chat-1"])
        let started = try program.run(["runs", "start", "researcher", "--id", "run-1", "--session", "chat-1"])
        #expect(started.output.contains("status: running\n"))
        #expect(
            try program.json(["runs", "start", "writer", "--id", "run-2", "--session", "chat-1"])["created"] as? Bool
                == true)
        #expect(try program.run(["runs", "link", "run-2", "run-1"]).output.contains("parent: run-1\n"))
        let thought = try id(["runs", "append", "run-1", "Look it up", "--type", "planner_note"])
        #expect(try lines(["runs", "events", "run-1", "--types", "planner_note"]).first?.last == thought[...])
        #expect(try lines(["runs", "latest", "run-1", "planner_note"]).first?.last == thought[...])
        let snapshot = try program.run(["runs", "snapshot", "run-1"]).output
        #expect(snapshot.contains("agent: researcher\n") && snapshot.contains("Look it up"))
        let stopped = try program.json(["runs", "cancel", "run-1", "--reason", "enough"])
        #expect((stopped["run"] as? [String: Any])?["cancellation_reason"] as? String == "enough")
        let over = try program.run(["runs", "update", "run-2", "--end", #"{"status":"completed"}"#])
        #expect(over.output.contains("status: completed\n"))
        #expect(try program.run(["runs", "checkpoint", "run-2"]).status == 3)
        #expect(try program.run(["runs", "show", "nothing"]).status == 3)
        #expect(try program.run(["runs", "purge", "run-1"]).status == 2, "it goes with its session")
        try program.run(["runs", "start", "writer", "--id", "run-3"])
        #expect(try program.run(["runs", "purge", "run-3"]).status == 4, "it is at work")
        try program.run(["runs", "put", "run-3", "--agent", "writer", "--end", #"{"status":"failed"}"#])
        #expect(try program.run(["runs", "purge", "run-3"]).status == 0)
    }
}
