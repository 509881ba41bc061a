import InMemoryRecords
import Memories
import MemoryAPI
import Records
import Testing

/// A key hears the same again, as long as what it is told of is there.
@Suite("Idempotency keys of transcripts") struct IdempotencyTests {
    private func send(_ test: TestService, _ path: String, _ more: String, key: String) async throws -> Answer {
        try await test.ask(
            "POST", path, #"{"app":"app","user":"alice",\#(more)}"#, headers: [("Idempotency-Key", key)])
    }

    /// Path, arguments, and words of the answer.
    private static let requests = [
        ("/v1/sessions", #""title":"secret""#),
        ("/v1/sessions", #""id":"named","title":"secret""#),
        ("/v1/runs", #""session":"s","agent":"a","metadata":{"k":"secret"},"events":[]"#),
        ("/v1/sessions/s/events", #""events":[{"type":"user_message","content":"secret"}]"#),
        ("/v1/runs/r/events", #""events":[{"type":"user_message","content":"secret"}]"#),
        ("/v1/sessions/s/summaries", #""keep_turns":1"#),
        ("/v1/sessions/s/buffer", #""messages":[{"role":"user","content":"secret","name":"Ada"}]"#),
    ]

    private func filled() async throws -> TestService {
        let test = try await TestService()
        _ = try await send(test, "/v1/sessions", #""id":"s""#, key: "s")
        _ = try await send(test, "/v1/runs", #""id":"r","session":"s","agent":"a""#, key: "r")
        for number in 0..<3 {
            _ = try await send(
                test, "/v1/sessions/s/events",
                #""events":[{"type":"user_message","content":"A secret question number \#(number)."}]"#,
                key: "e\(number)")
        }
        return test
    }

    @Test(arguments: requests.indices) func theSameRequestHearsTheSameAndNothingIsKeptOfIt(_ place: Int) async throws {
        let (path, arguments) = Self.requests[place]
        let test = try await filled()
        let first = try await send(test, path, arguments, key: "k")
        #expect((200...201).contains(first.status), "\(first.text)")
        let again = try await send(test, path, arguments, key: "k")
        #expect((again.status, again.text) == (first.status, first.text))
        #expect(again.header("location") == first.header("location"))
        let kept = try await test.records.read(
            .query(Query("idempotency_key", .all, order: .field("expires_at"), limit: 100)),
            in: Scope(app: "app", user: "alice").partition)
        #expect(kept.records.count == 6)
        for case let record? in kept.records {
            #expect(!"\(record.values)".contains("secret"), "\(record.values)")
        }
    }

    @Test(arguments: requests.indices) func whatWasPurgedIsNotAnsweredAgain(_ place: Int) async throws {
        let (path, arguments) = Self.requests[place]
        guard !path.hasSuffix("buffer") else { return }
        let test = try await filled()
        let first = try await send(test, path, arguments, key: "k")
        let session = path == "/v1/sessions" ? try #require(first.string("id")) : "s"
        for run in ["r", first.string("run", "id")].compactMap({ $0 }) {
            let ended = try await test.ask(
                "PATCH", "/v1/runs/\(run)", #"{"app":"app","user":"alice","end":{"status":"completed"}}"#)
            #expect(ended.status == 200, "\(ended.text)")
        }
        let scope = "app=app&user=alice"
        _ = try await test.ask("POST", "/v1/sessions/\(session)/end", #"{"app":"app","user":"alice"}"#)
        #expect(try await test.ask("DELETE", "/v1/sessions/\(session)?\(scope)").status == 200)
        let again = try await send(test, path, arguments, key: "k")
        #expect([404, 410].contains(again.status), "\(again.text)")
        #expect(path.contains("runs") || again.string("code") == "session_purged")
        #expect(!again.text.contains("secret"))
    }
}
