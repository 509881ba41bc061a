import Testing
import TranscriptFormats
import Transcripts

/// What one format says, and another cannot say in the same way: it is said in its own way, or named.
@Suite("Messages of one format in another")
struct MessageConversionTests {
    private func list(_ text: String, _ from: MessageFormat, in to: MessageFormat) throws -> MessageList {
        to.messages(from: try from.events(from: text))
    }

    private func written(_ parts: [ContentPart], _ format: MessageFormat) -> (message: JSONTree?, omissions: [String]) {
        let list = format.messages(from: [NewEvent(.assistantMessage(Message(parts)))])
        let message = list.json.elements?.first
        return (format == .langChain ? message?["data"] : message, list.omissions)
    }

    @Test func argumentsThatAreNoObjectAreNotMadeUp() {
        for arguments: JSONText in ["{", "[1]", "\"a\""] {
            let call = ContentPart.toolCall(ToolCall(id: "c", name: "n", arguments: arguments))
            let langChain = written([call], .langChain)
            #expect(langChain.message?["tool_calls"]?.elements?.count == 0)
            #expect(langChain.message?["invalid_tool_calls"]?.elements?[0]["args"]?.string == arguments.text)
            #expect(langChain.omissions.isEmpty)
            let anthropic = written([call], .anthropic)
            #expect(anthropic.message?["content"]?.elements?[0]["input"] == .object([JSONTree.Member]()))
            #expect(anthropic.omissions == ["event 0: the arguments of a tool call, which are not a JSON object"])
        }
    }

    @Test func langChainGetsAWholeUsage() throws {
        let said = Message([.text("x")], usage: Usage(inputTokens: 2, outputTokens: 3))
        let list = MessageFormat.langChain.messages(from: [
            NewEvent(.assistantMessage(said)), NewEvent(.assistantMessage(Message([], usage: Usage()))),
        ])
        let usages = (list.json.elements ?? []).map { $0["data"]?["usage_metadata"] }
        func counts(_ name: String) -> [Int64?] { usages.map { usage in usage?[name]?.int } }
        #expect(counts("input_tokens") == [2, 0])
        #expect(counts("output_tokens") == [3, 0])
        #expect(counts("total_tokens") == [5, 0])
    }

    @Test func autoGenKeepsWhatIsSaidBesideCallsAndNamesTheRest() throws {
        let text = #"""
            [{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},
              {"type":"text","text":"I look"},{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},
              {"type":"tool_use","id":"c","name":"n","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[
              {"type":"text","text":"21"},{"type":"image","source":{"type":"url","url":"https://example.com/b.png"}}]}]}]
            """#
        let list = try list(text, .anthropic, in: .autoGen)
        #expect(list.json.elements?[0]["thought"]?.string == "hm\n\nI look")
        #expect(list.json.elements?[0]["content"]?.elements?.count == 1)
        #expect(list.json.elements?[1]["content"]?.elements?[0]["content"]?.string == "21")
        #expect(
            list.omissions == [
                "event 0: a thought's signature", "event 0: a part of type image", "event 1: a part of type image",
            ])
    }

    @Test func whatOpenAISaysBesideContentIsSaidElsewhere() throws {
        let text = #"""
            [{"role":"assistant","content":null,"refusal":"I will not"},
             {"role":"assistant","content":null,"tool_calls":[
               {"id":"c","type":"custom","custom":{"name":"sql","input":"SELECT \"1\""}}]},
             {"role":"tool","tool_call_id":"c","content":"1"},
             {"role":"assistant","content":null,"function_call":{"name":"old","arguments":"{\"x\":1}"}},
             {"role":"function","name":"old","content":"2"},
             {"role":"assistant","content":null,"function_call":{"name":"old","arguments":"{}"}},
             {"role":"function","name":"old","content":"3"}]
            """#
        let list = try list(text, .openAI, in: .anthropic)
        #expect(list.omissions.isEmpty, "\(list.omissions)")
        let messages = try #require(list.json.elements)
        #expect(messages[0]["content"]?.elements?[0]["text"]?.string == "I will not")
        #expect(messages[1]["content"]?.elements?[0]["input"]?["input"]?.string == #"SELECT "1""#)
        for (call, answer) in [(1, 2), (3, 4), (5, 6)] {
            let id = messages[call]["content"]?.elements?[0]["id"]?.string
            #expect(id != nil && messages[answer]["content"]?.elements?[0]["tool_use_id"]?.string == id)
        }
        #expect(messages[3]["content"]?.elements?[0]["id"] != messages[5]["content"]?.elements?[0]["id"])
        // The words are found, too.
        #expect(try MessageFormat.openAI.events(from: text)[0].payload.text == "I will not")
    }

    @Test func whatOnlyNotesKeepIsNamedElsewhereAndReadBySiblings() throws {
        let text = #"""
            [{"role":"user","content":[
               {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}]},
             {"role":"assistant","content":"Blue.","refusal":null,"annotations":[],"audio":{"id":"a1"}},
             {"role":"system","content":[{"type":"text","text":"Be brief."}]}]
            """#
        for format in [MessageFormat.anthropic, .langChain, .autoGen] {
            let omissions = try list(text, .openAI, in: format).omissions
            #expect(omissions.contains("event 0: what openai says as content[0].image_url.detail"), "\(omissions)")
            #expect(omissions.contains("event 1: what openai says as audio.id"), "\(omissions)")
            #expect(!omissions.contains { $0.hasPrefix("event 2") }, "\(omissions)")
        }
        for (from, to) in [(MessageFormat.openAI, MessageFormat.crewAI), (.crewAI, .openAI)] {
            let sibling = try list(text, from, in: to)
            #expect(try sibling.json == JSONTree(parsing: text))
            #expect(sibling.omissions.isEmpty)
        }
    }

    @Test(arguments: MessageFormat.allCases) func whatWentWrongIsSaid(_ format: MessageFormat) {
        let failed = [
            ToolResult(callID: "c", name: "n", result: #"{"partial":1}"#, errorMessage: "timed out after 3 s"),
            ToolResult(callID: "c", name: "n", parts: [.text("half")], errorMessage: "timed out after 3 s"),
            ToolResult(callID: "c", name: "n", errorMessage: "timed out after 3 s"),
            ToolResult(
                callID: "c", name: "n", parts: [.text("a\ntimed out after 3 s")], errorMessage: "timed out after 3 s"),
        ]
        let text = format.messages(from: failed.map { NewEvent(.toolResult($0)) }).json.text
        #expect(text.components("timed out after 3 s") == 4)
        #expect(text.contains("partial") && text.contains("half"))
    }

    @Test func langChainHasHiddenThoughtsAndVideo() throws {
        let (bytes, video) = ([UInt8](0...9), Media(url: "https://example.com/v.mp4", mediaType: "video/mp4"))
        let list = MessageFormat.langChain.messages(from: [
            NewEvent(.thinking(Thinking(redacted: bytes))), NewEvent(.assistantMessage(Message([.video(video)]))),
        ])
        #expect(list.omissions.isEmpty)
        let read = try MessageFormat.langChain.events(from: list.json.text)
        guard read.count == 1, case .assistantMessage(let said) = read[0].payload else {
            Issue.record("\(read)")
            return
        }
        #expect(said.parts == [.thinking(Thinking(redacted: bytes)), .video(video)])
    }

    @Test func mediaSayWhatTheOtherSideAsksFor() throws {
        let audio =
            #"[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAEC","format":"wav"}}]}]"#
        let langChain = try list(audio, .openAI, in: .langChain)
        let block = langChain.json.elements?[0]["data"]?["content"]?.elements?[0]
        #expect(block?["mime_type"]?.string == "audio/wav")
        let back = try list(langChain.json.text, .langChain, in: .openAI)
        #expect(
            back.json.elements?[0]["content"]?.elements?[0]["input_audio"]?["format"]?.string == "wav",
            "\(back.json.text)")
        let file = #"[{"role":"user","content":[{"type":"file","file":{"file_data":"AAEC","filename":"a.pdf"}}]}]"#
        let source = try list(file, .openAI, in: .anthropic).json.elements?[0]["content"]?.elements?[0]["source"]
        #expect(source?["type"]?.string == "base64" && source?["data"]?.string == "AAEC")
        #expect(source?["media_type"]?.string == "application/pdf")
        // What cannot be told is not made up.
        let silent = written([.audio(Media(data: [0])), .image(Media(data: [0])), .text("x")], .openAI)
        #expect(silent.omissions == ["event 0: a part of type audio"])
        #expect(written([.image(Media(data: [0]))], .anthropic).omissions == ["event 0: a part of type image"])
    }

    @Test func whatIsBesideThePartsIsNamed() {
        let said = Message(
            [.text("x")], structured: #"{"a":1}"#, model: "m", usage: Usage(inputTokens: 1),
            metadata: #"{"openai":{"finish":"stop"},"agent-memory":1}"#)
        let thought = ContentPart.thinking(Thinking(text: "unsigned"))
        let result = ToolResult(callID: "c", name: "n", parts: [.text("1")], preview: "p", duration: 1)
        for format in MessageFormat.allCases {
            let list = format.messages(from: [
                NewEvent(.assistantMessage(said), author: "ann"), NewEvent(.toolResult(result)),
                NewEvent(.assistantMessage(Message([thought]))),
            ])
            #expect(list.omissions.contains("event 0: structured") && list.omissions.contains("event 0: metadata"))
            #expect(list.omissions.contains("event 0: model") == (format != .langChain))
            #expect(list.omissions.contains("event 0: usage") == (format != .langChain))
            #expect(list.omissions.contains("event 0: its author") == (format == .anthropic))
            #expect(list.omissions.contains("event 1: preview, duration of a tool result"))
            #expect(list.omissions.contains { $0.hasPrefix("event 2") } == ![.langChain, .autoGen].contains(format))
            if format == .anthropic { #expect(!list.json.text.contains("signature")) }
        }
    }

    @Test func whatIsBesideTheMessagesIsNamed() throws {
        let text = #"{"model":"m","tools":[],"stop":null,"messages":[{"role":"user","content":"x"}]}"#
        let reading = try MessageFormat.openAI.read(text)
        #expect(reading.omissions == ["model, which is beside the messages", "tools, which is beside the messages"])
        #expect(reading.events.count == 1)
        #expect(try MessageFormat.anthropic.read(#"{"system":"s","messages":[]}"#).omissions.isEmpty)
    }

    /// The caller's own metadata under a format's name is no note; what earlier versions kept under it is.
    @Test func onlyNotesAreReadAsNotes() throws {
        func list(_ metadata: JSONText) -> MessageList {
            MessageFormat.openAI.messages(from: [
                NewEvent(.userMessage(Message([.text("a"), .video(Media(url: "https://x"))], metadata: metadata)))
            ])
        }
        for own: JSONText in [
            #"{"openai":{}}"#, #"{"openai":{"id":"x"}}"#, #"{"openai":{"difference":[[["content"],"b"]],"id":1}}"#,
            #"{"openai":{"difference":[[["content"],"b"]]},"trace":1}"#, #"{"openai":1}"#, "no JSON",
        ] {
            let written = list(own)
            #expect(written.json.elements?[0]["content"]?.string == "a")
            #expect(written.omissions == ["event 0: metadata", "event 0: a part of type video"], "\(own.text)")
        }
        let earlier = list(#"{"openai":{"difference":[[["content"],"b"],[["name"],"ada"]]}}"#)
        #expect(earlier.json.elements?[0]["content"]?.string == "b")
        #expect(earlier.json.elements?[0]["name"]?.string == "ada")
        let read = try MessageFormat.openAI.events(from: #"[{"role":"user","content":"a","extra":1}]"#)
        guard case .userMessage(let said) = read[0].payload else { return }
        #expect(said.metadata?.text == #"{"agent-memory.openai":{"difference":[[["extra"],1]]}}"#)
    }
}

extension String {
    fileprivate func components(_ words: String) -> Int { ranges(of: words).count }
}
