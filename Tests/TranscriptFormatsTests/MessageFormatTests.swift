import InMemoryRecords
import TestStores
import Testing
import TranscriptFormats
import Transcripts

@Suite("Message lists of other libraries")
struct MessageFormatTests {
    private static let owner = Owner(app: "app", user: "user")

    @Test(arguments: MessageFormat.allCases) func aListComesBackAsItWas(_ format: MessageFormat) throws {
        let text = MessageSamples.text(format)
        let events = try format.events(from: text)
        let list = format.messages(from: events)
        #expect(list.omissions.isEmpty, "\(list.omissions)")
        try expectSame(list.json, JSONTree(parsing: text))
    }

    @Test(arguments: MessageFormat.allCases) func aListComesBackFromAStore(_ format: MessageFormat) async throws {
        let store = try await TranscriptStore(
            InMemoryRecords(), configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
        try await store.createSession(NewSession(id: "s"), in: Self.owner)
        let text = MessageSamples.text(format)
        try await store.append(format.events(from: text), to: .session("s"), in: Self.owner)
        let stored = try await store.events(in: .session("s"), of: Self.owner).events
        try expectSame(format.messages(from: stored.map { NewEvent($0) }).json, JSONTree(parsing: text))
    }

    private func expectSame(_ found: JSONTree, _ wanted: JSONTree) throws {
        let foundList = found.elements ?? found["messages"]?.elements ?? []
        let wantedList = wanted.elements ?? wanted["messages"]?.elements ?? []
        #expect(foundList.count == wantedList.count)
        for (one, other) in zip(foundList, wantedList) { #expect(one == other, "\(one.text)\n\(other.text)") }
        #expect(found["system"] == wanted["system"])
    }

    @Test func openAIsMessagesSayWhatTheySay() throws {
        let events = try MessageFormat.openAI.events(from: MessageSamples.openAI)
        #expect(
            events.map(\.payload.type) == [
                .systemMessage, .systemMessage, .userMessage, .userMessage, .assistantMessage, .toolResult, .toolResult,
                .assistantMessage, .assistantMessage, .assistantMessage, .assistantMessage, .toolResult,
                .assistantMessage, .assistantMessage, .assistantMessage, .userMessage,
                EventType(rawValue: "openai.message"),
            ])
        #expect(events[2].author == "ada")
        guard case .userMessage(let looked) = events[3].payload, case .assistantMessage(let asked) = events[4].payload,
            case .toolResult(let answer) = events[5].payload
        else { throw Unexpected() }
        #expect(looked.parts[0] == .text("Look"))
        guard case .image(let image) = looked.parts[1] else { throw Unexpected() }
        #expect(image.mediaType == "image/png" && image.data?.count == 70)
        #expect(looked.parts[2] == .image(Media(url: "https://example.com/a b.png")))
        #expect(looked.parts[3] == .audio(Media(data: [0, 1, 2], format: "wav")))
        #expect(looked.parts[4] == .file(Media(data: [0, 1, 2], mediaType: "application/pdf", name: "a.pdf")))
        guard case .toolCall(let call) = asked.parts[0] else { throw Unexpected() }
        #expect(call.arguments?.text == "{ \"city\":\"Zürich\", \"n\":1.0}")
        #expect(answer.name == "weather" && answer.parts == [.text("{\"sky\": \"blue\"}")])
        // What was taken over is not kept twice.
        #expect((looked.metadata?.text.utf8.count ?? 0) < 200)
    }

    @Test func anthropicsThoughtsKeepTheirSignatures() throws {
        let events = try MessageFormat.anthropic.events(from: MessageSamples.anthropic)
        guard case .assistantMessage(let said) = events[3].payload, case .userMessage(let answered) = events[4].payload
        else { throw Unexpected() }
        #expect(
            said.parts[0]
                == .thinking(Thinking(text: "Let me see…", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h")))
        #expect(said.parts[1] == .thinking(Thinking(redacted: Array("Data".utf8))))
        guard case .toolCall(let call) = said.parts[4], case .toolResult(let failed) = answered.parts[0] else {
            throw Unexpected()
        }
        #expect(call.arguments?.text == #"{"z":1.50,"a":[1e3,12345678901234567890123]}"#)
        #expect(failed.errorMessage == "no such city" && failed.name == "weather")
    }

    /// Every format can be written in every other; what cannot be said is named.
    @Test(arguments: MessageFormat.allCases, MessageFormat.allCases)
    func oneLibrarysMessagesAreReadByAnother(_ from: MessageFormat, _ to: MessageFormat) throws {
        let simple: [NewEvent] = [
            NewEvent(.systemMessage(Message("Be brief."))), NewEvent(.userMessage(Message("Weather?"))),
            NewEvent(.assistantMessage(Message([.toolCall(ToolCall(id: "c", name: "w", arguments: #"{"x":1}"#))]))),
            NewEvent(.toolResult(ToolResult(callID: "c", name: "w", parts: [.text("21")]))),
            NewEvent(.assistantMessage(Message("It is 21."))),
        ]
        let first = from.messages(from: simple)
        #expect(first.omissions.isEmpty)
        let read = try from.events(from: first.json.text)
        let second = to.messages(from: read)
        #expect(second.omissions.isEmpty)
        let end = try to.events(from: second.json.text)
        #expect(end.flatMap { texts($0.payload) } == ["Be brief.", "Weather?", "w {\"x\":1}", "21", "It is 21."])
    }

    /// What a format has a word for is written and read, not only kept beside the message.
    @Test(arguments: MessageFormat.allCases) func whatAFormatCanSayComesBack(_ format: MessageFormat) throws {
        let (bytes, call) = ([UInt8](0...9), ToolCall(id: "c", name: "w", arguments: #"{"x":1.50}"#))
        let image = ContentPart.image(Media(data: bytes, mediaType: "image/png"))
        let failed = ToolResult(callID: "c", name: "w", parts: [.text("boom")], errorMessage: "boom")
        let answered = ToolResult(callID: "c", name: "w", parts: [.text("21")])
        let thought = ContentPart.thinking(Thinking(text: "hm", signature: "sig+/="))
        let events: [NewEvent]
        switch format {
        case .openAI, .crewAI:
            events = [
                NewEvent(.systemMessage(Message("Be brief.")), author: "boss"),
                NewEvent(
                    .userMessage(
                        Message([
                            .text("Look"), image, .image(Media(url: "https://example.com/a b.png")),
                            .audio(Media(data: bytes, format: "wav")),
                            .file(Media(data: bytes, mediaType: "application/pdf", name: "a.pdf")),
                        ])), author: "ada"),
                NewEvent(.assistantMessage(Message([.text("I look"), .toolCall(call)])), author: "bot"),
                NewEvent(.toolResult(answered)),
            ]
        case .anthropic:
            events = [
                NewEvent(.systemMessage(Message("Be brief."))),
                NewEvent(
                    .userMessage(
                        Message([
                            .text("Look"), image, .image(Media(url: "https://example.com/a.png")),
                            .file(Media(data: bytes, mediaType: "application/pdf", name: "Paper")),
                            .file(Media(data: Array("plain é".utf8), mediaType: "text/plain")),
                        ]))),
                NewEvent(
                    .assistantMessage(
                        Message([
                            thought, .thinking(Thinking(redacted: bytes)), .text("I look"), .toolCall(call),
                        ]))),
                NewEvent(.userMessage(Message([.toolResult(failed), .toolResult(answered)]))),
            ]
        case .langChain:
            events = [
                NewEvent(.systemMessage(Message("Be brief.")), author: "boss"),
                NewEvent(
                    .userMessage(
                        Message([
                            .text("Look"), image, .audio(Media(data: bytes, mediaType: "audio/wav")),
                            .file(Media(url: "https://example.com/a.pdf", mediaType: "application/pdf", name: "a.pdf")),
                        ])), author: "ada"),
                NewEvent(
                    .assistantMessage(
                        Message(
                            [thought, .text("I look"), .toolCall(call)], model: "m",
                            usage: Usage(
                                inputTokens: 5, cachedTokens: 4, outputTokens: 3, reasoningTokens: 2, totalTokens: 8)
                        ))),
                NewEvent(.toolResult(failed)), NewEvent(.toolResult(answered)),
                NewEvent(.toolResult(ToolResult(callID: "earlier", name: "v", parts: [.text("22")]))),
            ]
        case .autoGen:
            events = [
                NewEvent(.systemMessage(Message("Be brief."))),
                NewEvent(.userMessage(Message([.text("Look"), image])), author: "ada"),
                NewEvent(
                    .assistantMessage(Message([.thinking(Thinking(text: "hm")), .toolCall(call)])), author: "bot"),
                NewEvent(.userMessage(Message([.toolResult(failed), .toolResult(answered)]))),
            ]
        }
        let list = format.messages(from: events)
        #expect(list.omissions.isEmpty)
        var read = try format.events(from: list.json.text)
        for place in read.indices { read[place].payload.forgetMetadata() }
        #expect(read.map(\.payload) == events.map(\.payload))
        #expect(read.map(\.author) == events.map(\.author))
    }

    @Test func whatMessagesSayBesideTheirTextIsRead() throws {
        func messages(_ format: MessageFormat) throws -> [Message] {
            try format.events(from: MessageSamples.text(format)).compactMap { event in
                switch event.payload {
                case .userMessage(let said), .assistantMessage(let said): said
                default: nil
                }
            }
        }
        let langChain = try messages(.langChain)
        #expect(langChain.compactMap(\.model) == ["gpt-x"])
        #expect(
            langChain.compactMap(\.usage) == [
                Usage(inputTokens: 10, cachedTokens: 3, outputTokens: 5, reasoningTokens: 2, totalTokens: 15),
                Usage(inputTokens: 1),
            ])
        let results = try MessageFormat.langChain.events(from: MessageSamples.langChain).compactMap { event in
            if case .toolResult(let result) = event.payload { result } else { nil }
        }
        #expect(results.map(\.errorMessage) == [nil, "broken"] && results.map(\.name) == ["weather", "weather"])
        #expect(
            try messages(.autoGen).compactMap(\.usage).contains(Usage(inputTokens: 7, outputTokens: 3)))
        let autoGen = try MessageFormat.autoGen.events(from: MessageSamples.autoGen)
        #expect(autoGen[6].payload.type == .userMessage && autoGen[7].payload.type == .assistantMessage)
        guard case .userMessage(let answers) = autoGen[4].payload else { throw Unexpected() }
        #expect(
            answers.parts == [
                .toolResult(ToolResult(callID: "c1", name: "f", parts: [.text("42")])),
                .toolResult(ToolResult(callID: "c2", name: "f", parts: [.text("boom")], errorMessage: "boom")),
            ])
        #expect(try messages(.crewAI).compactMap(\.structured?.text) == [#"{"z":1,"a":2}"#])
    }

    private func texts(_ payload: EventPayload) -> [String] {
        func text(_ part: ContentPart) -> String? {
            switch part {
            case .text(let text): text
            case .toolCall(let call): "\(call.name) \(call.arguments?.text ?? "")"
            case .toolResult(let result): Message(result.parts ?? []).text
            default: nil
            }
        }
        switch payload {
        case .systemMessage(let said), .userMessage(let said), .assistantMessage(let said):
            return said.parts.compactMap(text)
        case .toolResult(let result): return [Message(result.parts ?? []).text]
        default: return []
        }
    }

    @Test(arguments: [
        ("{", "not JSON"), ("{}", "messages: a list"), ("[1]", "messages[0]: an object"),
        ("[{\"content\":\"secret\"}]", "messages[0]: role is required"), ("[\"\\ud800\"]", "not JSON"),
        (#"[{"role":"user","content":"secret","content":"b"}]"#, "an object names a member twice"),
    ])
    func whatIsNoListSaysSo(_ text: String, _ words: String) {
        do {
            _ = try MessageFormat.openAI.events(from: text)
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message.contains(words), "\(error)")
            #expect(!error.message.contains("secret"))
        }
    }
}

private struct Unexpected: Error {}

extension EventPayload {
    /// Takes away what a message is kept with, but does not say.
    fileprivate mutating func forgetMetadata() {
        switch self {
        case .systemMessage(var said):
            said.metadata = nil
            self = .systemMessage(said)
        case .userMessage(var said):
            said.metadata = nil
            self = .userMessage(said)
        case .assistantMessage(var said):
            said.metadata = nil
            self = .assistantMessage(said)
        case .toolResult(var result):
            result.metadata = nil
            self = .toolResult(result)
        default: break
        }
    }
}
