import Access
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Testing
import Transcripts

/// Every operation on transcripts, asked by one tenant with another's ids: nothing of the other's comes back or changes.
@Suite("Isolation of transcripts") struct TranscriptIsolationTests {
    private static let canary = "canary7x81"

    private func fill(_ test: TestService, _ owner: Owner) async throws -> String {
        let store = test.transcripts
        _ = try await store.createSession(
            NewSession(id: "s", title: Self.canary, state: [StateChange(.user, "word", .string(Self.canary))]),
            in: owner)
        let appended = try await store.append(
            [NewEvent(.userMessage(Message(Self.canary)), key: "k")], to: .session("s"), in: owner)
        _ = try await store.upsertRun(
            NewRun(id: "r", agent: Self.canary), RunUpdate(status: .completed), in: owner,
            events: [NewEvent(.userMessage(Message(Self.canary)))])
        _ = try await store.upsertRun(
            NewRun(id: "kept", agent: "a"), RunUpdate(status: .completed), in: owner,
            events: [NewEvent(.userMessage(Message(Self.canary)))])
        _ = try await store.archiveRun("kept", in: owner)
        let buffer = try #require(test.services.shortTerm)
        try await buffer.append(
            [NewMessage("user", Self.canary)], in: Scope(app: owner.app, user: owner.user, session: "s"))
        return appended.events[0].id
    }

    private func snapshot(_ test: TestService, _ owner: Owner) async throws -> String {
        let session = try await test.transcripts.exportSession("s", in: owner)
        let runs = try await test.transcripts.runs(in: owner).runs
        let state = try await test.transcripts.state(in: owner)
        return "\(session)\(runs)\(state.user)"
    }

    @Test(arguments: [
        ("app", "bob", nil as String?), ("app", "bob", "alice"), ("app2", "alice", nil), ("app2", "alice", "alice"),
    ])
    func nothingOfAnotherComesBackOrChanges(_ app: String, _ user: String, _ claim: String?) async throws {
        let test = try await TestService(needsKeys: true)
        let victim = Owner(app: "app", user: "alice")
        let event = try await fill(test, victim)
        let before = try await snapshot(test, victim)
        let key = try await test.keys.create(
            name: "", permissions: Set(Permission.allCases), app: app, user: user
        ).token
        var asked = 0
        for operation in Catalogue.operations where operation.specification.domain != .memories {
            let specification = operation.specification
            for run in ["r", "kept"] {
                var path = specification.path
                for (name, id) in [("session", "s"), ("run", run), ("event", event)] {
                    path = path.replacing("{\(name)}", with: id)
                }
                var members = specification.examples.last?.arguments ?? [:]
                let required: [String: JSONValue] = [
                    "query": .string(Self.canary), "type": .string("user_message"), "agent": .string("a"),
                    "parent": .string("r"), "document": .string("[]"), "ended_before": .string("2100"),
                    "messages": .array([.object(["role": .string("user"), "content": .string("x")])]),
                    "events": .array([.object(["type": .string("user_message"), "content": .string("x")])]),
                    "changes": .array([.object(["scope": .string("user"), "name": .string("word")])]),
                ]
                for parameter in specification.parameters where parameter.isRequired {
                    if let value = required[parameter.name] { members[parameter.name] = value }
                }
                if let claim {
                    members["user"] = .string(claim)
                    members["app"] = .string("app")
                }
                let answer: Answer
                if specification.hasBody, specification.rawBody == nil {
                    answer = try await test.ask(
                        specification.method, path, JSONValue.object(members).canonical, key: key)
                } else {
                    var query = claim.map { "?app=app&user=\($0)" } ?? "?x"
                    if query == "?x" { query = "" }
                    if specification.name.hasSuffix("_latest") {
                        query += (query.isEmpty ? "?" : "&") + "type=user_message"
                    }
                    answer = try await test.ask(
                        specification.method, path + query, specification.rawBody == nil ? "" : "[]", key: key)
                }
                asked += 1
                let text = answer.text.replacing("\"query\":\"\(Self.canary)\"", with: "")
                #expect(!text.contains(Self.canary), "\(specification.name)")
                if claim != nil { #expect(answer.status >= 400, "\(specification.name) \(answer.text)") }
            }
        }
        #expect(asked > 60)
        #expect(try await snapshot(test, victim) == before)
        for log in ["sessions/s", "runs/r"] {
            let path = "/v1/\(log)/events/watch" + (claim.map { "?app=app&user=\($0)" } ?? "")
            #expect(try await test.ask("GET", path, key: key).status >= 400)
        }
    }
}
