import Testing
import TranscriptFormats
import Transcripts

/// Which events become one message, and where it stands.
@Suite("Message lists of events")
struct MessageListTests {
    /// Only what is before all else goes to the top; what is said later is said later.
    @Test func systemMessagesStayWhereTheyAre() throws {
        let events = [
            NewEvent(.systemMessage(Message("Be brief."))),
            NewEvent(.systemMessage(Message([.text("Be kind."), .text("Be clear.")]))),
            NewEvent(.userMessage(Message("Hello"))), NewEvent(.systemMessage(Message("Be quick."))),
        ]
        let json = MessageFormat.anthropic.messages(from: events).json
        #expect(
            json["system"]?.elements?.map { $0["text"]?.string } == ["Be brief.", "Be kind.", "Be clear."])
        #expect(json["messages"]?.elements?.map { $0["role"]?.string } == ["user", "system"])
        // What was outside the list goes there again, also in a conversation that was there before.
        let text = #"{"system":"Outside","messages":[{"role":"system","content":"Inside"}]}"#
        let read = try MessageFormat.anthropic.events(from: text)
        let again = MessageFormat.anthropic.messages(from: [NewEvent(.userMessage(Message("Before")))] + read).json
        #expect(again["system"]?.string == "Outside")
        #expect(again["messages"]?.elements?.map { $0["content"]?.string } == ["Before", "Inside"])
    }

    /// Messages of the same author are as many as they were, whatever is in the first.
    @Test(arguments: MessageFormat.allCases) func messagesAreNotJoined(_ format: MessageFormat) throws {
        let thought = ContentPart.thinking(Thinking(text: "hm", signature: "s"))
        let events = [
            NewEvent(.assistantMessage(Message([]))), NewEvent(.assistantMessage(Message("one"))),
            NewEvent(.assistantMessage(Message([thought, .text("two")]))),
            NewEvent(.assistantMessage(Message("three"))),
        ]
        let read = try format.events(from: format.messages(from: events).json.text)
        #expect(read.map(\.payload.text) == [nil, "one", "two", "three"])
    }

    @Test func aThoughtOfItsOwnDoesNotJoinWhatWasSaidBefore() {
        let list = MessageFormat.autoGen.messages(from: [
            NewEvent(.assistantMessage(Message([.thinking(Thinking(text: "first"))])), author: "a"),
            NewEvent(.thinking(Thinking(text: "second"))), NewEvent(.thinking(Thinking(text: "third"))),
            NewEvent(.assistantMessage(Message("hello")), author: "b"),
        ])
        #expect(list.omissions.isEmpty, "\(list.omissions)")
        #expect(list.json.elements?.map { $0["thought"]?.string } == ["first", "second\nthird"])
        #expect(list.json.elements?.map { $0["source"]?.string } == ["a", "b"])
    }

    /// What was thought before it spoke does not take the place of what the message says beside its text.
    @Test func aThoughtLeavesItsMessageWhole() throws {
        let usage = Usage(inputTokens: 1, outputTokens: 2, totalTokens: 3)
        let list = MessageFormat.langChain.messages(from: [
            NewEvent(.thinking(Thinking(text: "hm"))),
            NewEvent(.assistantMessage(Message([.text("Yes")], model: "m", usage: usage)), author: "bot"),
        ])
        let read = try MessageFormat.langChain.events(from: list.json.text)
        guard read.count == 1, case .assistantMessage(let said) = read[0].payload else { throw Unexpected() }
        #expect(said.parts == [.thinking(Thinking(text: "hm")), .text("Yes")])
        #expect(said.model == "m" && said.usage == usage && read[0].author == "bot")
    }

    @Test func callsAndThoughtsOfTheirOwnJoinTheirMessage() throws {
        let events: [NewEvent] = [
            NewEvent(.userMessage(Message("Weather?"))), NewEvent(.thinking(Thinking(text: "hm", signature: "s"))),
            NewEvent(.assistantMessage(Message("I look"))), NewEvent(.toolCall(ToolCall(id: "1", name: "w"))),
            NewEvent(.toolCall(ToolCall(id: "2", name: "w"))),
            NewEvent(.toolResult(ToolResult(callID: "1", name: "w", result: "21"))),
            NewEvent(.toolResult(ToolResult(callID: "2", name: "w", errorMessage: "away"))),
            NewEvent(.assistantMessage(Message("21"))), NewEvent(.plannerNote(PlannerNote("done"))),
        ]
        let anthropic = MessageFormat.anthropic.messages(from: events)
        let messages = try #require(anthropic.json.elements)
        #expect(messages.compactMap { $0["role"]?.string } == ["user", "assistant", "user", "assistant"])
        #expect(
            messages[1]["content"]?.elements?.compactMap { $0["type"]?.string } == [
                "thinking", "text", "tool_use", "tool_use",
            ])
        #expect(messages[2]["content"]?.elements?.compactMap { $0["tool_use_id"]?.string } == ["1", "2"])
        #expect(messages[2]["content"]?.elements?[1]["is_error"] == .bool(true))
        #expect(anthropic.omissions == ["event 8: an event of type planner_note"])
        let openAI = MessageFormat.openAI.messages(from: events)
        #expect(
            openAI.json.elements?.compactMap { $0["role"]?.string } == [
                "user", "assistant", "tool", "tool", "assistant",
            ])
        #expect(openAI.json.elements?[1]["tool_calls"]?.elements?.count == 2)
        #expect(openAI.omissions.count == 2)
    }
}

private struct Unexpected: Error {}
