import Records
import TestStores
import Testing
import Transcripts

@Suite struct LosslessTests {
    /// Texts that encodings like to change.
    static let text = "e\u{301} é \u{0} \u{1f}\"\\/\u{2028}<&>\r\n\u{feff} 👩‍👩‍👧 \u{10ffff}"
    /// JSON that a parser would write otherwise.
    static let json = JSONText(#"{ "b":1.0, "a" : 1e400, "a": 12345678901234567890123, "s":"\u0000\ud800\/" ,"t":[ ]}"#)
    static let bytes = [UInt8](0...255)

    static let payloads: [EventPayload] = [
        .userMessage(
            Message(
                [
                    .text(text), .text(""),
                    .image(Media(data: bytes, url: "https://x/\(text)", mediaType: "image/png")),
                    .audio(Media(data: [], format: "pcm16", sampleRate: 24_000)),
                    .video(Media(url: "v")), .file(Media(data: bytes, mediaType: "application/pdf", name: text)),
                    .other(type: "card", json),
                ], structured: json, metadata: json)),
        .assistantMessage(
            Message(
                [
                    .thinking(Thinking(text: text, signature: text, redacted: bytes, contentIndex: 3, isFinal: false)),
                    .toolCall(
                        ToolCall(
                            id: text, name: "n", arguments: json, parentID: "p", queue: "q", expectedChildren: 2,
                            signature: "sig")),
                    .toolResult(ToolResult(callID: "c", name: "n", parts: [.image(Media(data: bytes))])),
                ], model: "m",
                usage: Usage(
                    inputTokens: 1, cachedTokens: 2, outputTokens: 3, reasoningTokens: 4, totalTokens: .max,
                    details: json))),
        .assistantMessage(Message([])),
        .systemMessage(Message(text)),
        .toolCall(ToolCall(id: "c", name: "n", arguments: json)),
        .toolCall(ToolCall(id: "c", name: "n")),
        .toolResult(
            ToolResult(
                callID: "c", name: "n", result: json, parts: [], parentID: "p", preview: text, bounds: json,
                duration: .max, errorMessage: text)),
        .plannerNote(PlannerNote(text)),
        .thinking(Thinking()),
        .thinking(Thinking(text: nil, signature: "s", redacted: bytes, contentIndex: -1, isFinal: true)),
        .custom(EventType(rawValue: "card"), bytes),
        .custom(EventType(rawValue: "empty"), []),
    ]

    @Test(arguments: backends) func everyPayloadComesBackByteForByte(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.append(Self.payloads.map { NewEvent($0) }, to: .session("s"), in: .test)
        let found = try await store.events(in: .session("s"), of: .test).events
        #expect(found.count == Self.payloads.count)
        for (event, payload) in zip(found, Self.payloads) {
            // A dump shows every scalar; equality of texts would not tell é from e with an accent.
            #expect(scalars(of: event.payload) == scalars(of: payload))
            #expect(event.payload == payload)
        }
    }

    @Test(arguments: backends) func jsonIsNotRewritten(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        let arguments = [Self.json, "1.0", "1", "not json", "", "{\"k\":1}", "{ \"k\":1}"].map { text in
            NewEvent(.toolCall(ToolCall(id: "c", name: "n", arguments: text)))
        }
        try await store.append(arguments, to: .session("s"), in: .test)
        let found = try await store.events(in: .session("s"), of: .test).events
        #expect(found.map(\.payload) == arguments.map(\.payload))
        for (event, new) in zip(found, arguments) {
            guard case .toolCall(let call) = event.payload, case .toolCall(let wanted) = new.payload else { continue }
            #expect(call.arguments.map { Array($0.text.utf8) } == wanted.arguments.map { Array($0.text.utf8) })
        }
    }

    @Test(arguments: backends) func damageIsReportedWithoutContent(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        let id = try await store.say("secret").id
        let damage = Change.set("payload", .bytes(Array("{\"secret\":1".utf8)))
        let key = Key(TranscriptRecords.event.name, id)
        try await store.records.commit(Batch(Owner.test.partition, [.patch(key, [damage])]))
        await expect(.corrupted) { _ = try await store.event(id, of: .test) }
        do {
            _ = try await store.event(id, of: .test)
        } catch {
            #expect(!"\(error)".contains("secret"))
            #expect(error.underlying == nil)
        }
    }

    private func scalars(of payload: EventPayload) -> [UInt32] {
        var text = ""
        dump(payload, to: &text)
        return text.unicodeScalars.map(\.value)
    }
}
