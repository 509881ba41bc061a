import InMemoryRecords
import Records
import TestStores
import Testing
import TranscriptFormats
import Transcripts

@Suite("Documents of sessions")
struct DocumentTests {
    private static let owner = Owner(app: "app", user: "user")
    private static let text = "e\u{301} é \u{0} \u{1f}\"\\/\u{2028}<&>\r\n\u{feff} 👩‍👩‍👧 \u{10ffff}"
    private static let json = JSONText(#"{ "b":1.0, "a" : 1e400, "a": 12345678901234567890123, "s":"\u0000\ud800\/" }"#)
    private static let bytes = [UInt8](0...255)

    private func open() async throws -> TranscriptStore { try await open(InMemoryRecords()) }

    private func open(_ records: any RecordStore) async throws -> TranscriptStore {
        try await TranscriptStore(records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
    }

    /// A session with everything that one can have.
    private func filled(_ store: TranscriptStore) async throws {
        let owner = Self.owner
        try await store.createSession(
            NewSession(
                id: "s", agent: "helper", title: "Holidays \u{1f334}", labels: ["team": "red", "e\u{301}": "yes"],
                metadata: [
                    "deep": .object(["list": .array([.null, .double(0.5), .string(Self.text.filter { $0 != "\0" })])])
                ],
                timeToLive: 1_000_000, state: [StateChange("x", .int(1))], createdAt: Timestamp(microseconds: 1)),
            in: owner)
        try await store.startRun(
            NewRun(
                id: "r", agent: "helper", session: "s", turn: "t", labels: ["l": "1"], metadata: ["m": .null],
                attributes: [
                    "word": .keyword("yes"), "flag": .bool(false), "whole": .int(.max), "part": .double(2),
                    "when": .time(Timestamp(microseconds: -1)), "words": .keywords(["x", "no"]),
                ], requestDigest: Self.bytes.prefix(32).map { $0 }), in: owner)
        try await store.append(
            [
                NewEvent(
                    .userMessage(
                        Message(
                            [
                                .text(Self.text),
                                .image(Media(data: Self.bytes, mediaType: "image/png", name: "a.png")),
                                .audio(Media(data: [], format: "pcm16", sampleRate: 24_000)),
                                .file(Media(url: "https://example.com")), .other(type: "card", Self.json),
                            ], structured: Self.json, metadata: Self.json)),
                    key: "first", timestamp: Timestamp(microseconds: 5), agent: "helper", turn: "t", author: "Ada",
                    labels: ["l": Self.text.filter { $0 != "\0" }],
                    stateChanges: [StateChange("y", .null), StateChange("gone", nil)], text: "found by these words"),
                NewEvent(.thinking(Thinking(text: "hm\n\nno \nend", signature: "sig+/=", redacted: Self.bytes))),
                NewEvent(.custom(EventType(rawValue: "card"), Self.bytes)),
                NewEvent(.custom(EventType(rawValue: "empty"), [])),
            ], to: .session("s"), in: owner)
        try await store.append(
            [
                NewEvent(
                    .assistantMessage(
                        Message(
                            [
                                .thinking(Thinking(text: "t", signature: Self.text)),
                                .toolCall(ToolCall(id: "c", name: "n", arguments: Self.json, signature: "s")),
                            ], model: "m", usage: Usage(inputTokens: 1, totalTokens: .max, details: Self.json))),
                    key: "k"),
                NewEvent(.toolResult(ToolResult(callID: "c", name: "n", result: Self.json, duration: .max)), key: "j"),
            ], to: .run("r"), in: owner)
        try await store.updateRun(
            "r",
            RunUpdate(
                status: .suspended, outcome: RunOutcome(result: Self.json, errorMessage: "e"),
                suspension: RunSuspension(id: "c", data: Self.bytes)), in: owner)
        try await store.startRun(NewRun(id: "q", agent: "helper", session: "s", status: .pending), in: owner)
    }

    /// What every record of a partition says, without what belongs to a store: stamps, revisions.
    private func dump(_ store: TranscriptStore, _ owner: Owner) async throws -> [String] {
        var lines: [String] = []
        for type in TranscriptRecords.all {
            var query = Query(type.name, limit: 1_000)
            while true {
                let page = try await store.records.read(.query(query), in: owner.partition)
                lines += page.records.compactMap { $0 }.map { "\($0.key) \($0.values)" }
                guard let next = page.next else { break }
                query.after = next
            }
        }
        return lines
    }

    @Test(arguments: TestBackend.all, ["JSON", "YAML"])
    func aSessionComesBackByteForByte(_ backend: TestBackend, _ format: String) async throws {
        let made = try await backend.make()
        defer { withExtendedLifetime(made) {} }
        let source = try await open(made.store)
        try await filled(source)
        let exported = try await source.exportSession("s", in: Self.owner)
        let document = SessionDocument(exported)
        let text = format == "JSON" ? document.json : document.yaml
        let read = try format == "JSON" ? SessionDocument(json: text) : SessionDocument(yaml: text)
        let target = try await open()
        let session = try await target.importSession(read.content, in: Self.owner)
        #expect(session == exported.session)
        // Values of the state know when they were changed, which is the import's time.
        let before = try await dump(source, Self.owner).filter { !$0.contains("transcript_state") }
        let after = try await dump(target, Self.owner).filter { !$0.contains("transcript_state") }
        #expect(before.count == 3 + 6 + 1)
        #expect(before == after)
        #expect(try await target.state(of: "s", in: Self.owner).session == ["x": .int(1), "y": .null])
        // And from there, the same text again.
        let again = SessionDocument(try await target.exportSession("s", in: Self.owner))
        #expect((format == "JSON" ? again.json : again.yaml) == text)
        // It goes on where it was: numbers, keys, words, and what it was created as.
        let next = try await target.append(
            [NewEvent(.plannerNote(PlannerNote("on")))], to: .session("s"), in: Self.owner)
        #expect(next.events.map(\.sequence) == [7])
        #expect(try await target.searchEvents(EventSearch("words"), of: Self.owner).hits.map(\.event.key) == ["first"])
        #expect(try await target.suspension(of: "r", in: Self.owner).data == Self.bytes)
        await source.close()
    }

    /// A document has every member that a session, a run and an event can have.
    @Test func everyMemberSurvives() throws {
        func time(_ number: Int64) -> Timestamp { Timestamp(microseconds: number * 1_000_003) }
        let run = Run(
            id: "r", owner: Self.owner, agent: "a", session: "s", turn: "t", parent: "p", parentToolCall: "c",
            predecessor: "q", status: .canceled, phase: RunPhase(rawValue: "planning"), labels: ["l": "1"],
            metadata: ["m": .int(1)], attributes: ["k": .keyword("w")], createdAt: time(1), startedAt: time(2),
            updatedAt: time(3), endedAt: time(4),
            outcome: RunOutcome(result: Self.json, errorCode: "code", errorMessage: "message"),
            cancellationReason: CancellationReason(rawValue: "asked"), suspensionID: "c", requestDigest: Self.bytes,
            archivedAt: time(5), revision: 7)
        let event = Event(
            id: "e", key: "k", sequence: 1, session: "s", run: "r", agent: "a", turn: "t", author: "Ada",
            payload: .plannerNote(PlannerNote("n")), labels: ["l": "1"],
            stateChanges: [
                StateChange(.app, "x", .int(1)), StateChange(.user, "y", .null), StateChange(.session, "z", nil),
            ], timestamp: time(6), recordedAt: time(7))
        let content = SessionContent(
            session: Session(
                id: "s", owner: Self.owner, agent: "a", status: .ended, title: "t", labels: ["l": "1"],
                metadata: ["m": .int(1)], timeToLive: 60, createdAt: time(8), updatedAt: time(9), endedAt: time(10),
                expiresAt: time(11), revision: 3), creation: "digest", state: ["x": .int(1)],
            runs: [RunContent(run: run, creation: "digest", suspension: RunSuspension(id: "c", data: Self.bytes))],
            events: [EventContent(event: event, searchText: "words")])
        let document = SessionDocument(content)
        #expect(try SessionDocument(json: document.json).content == content)
        #expect(try SessionDocument(yaml: document.yaml).content == content)
    }

    @Test func anImportIsSeenWhenItIsWholeAndOnlyOnce() async throws {
        let source = try await open()
        try await filled(source)
        let content = try await source.exportSession("s", in: Self.owner)
        let target = try await open()
        let first = try await target.importSession(content, in: Self.owner)
        #expect(try await target.importSession(content, in: Self.owner) == first)
        var other = content
        other.session.title = "other"
        await expect(.conflict) { try await target.importSession(other, in: Self.owner) }
        other.session.id = "t"
        await expect(.invalid) { try await target.importSession(other, in: Self.owner) }
        var swapped = content
        swapped.events.swapAt(0, 1)
        await expect(.invalid) { try await open().importSession(swapped, in: Self.owner) }
        // A run of the same id that is somebody else's stays what it is.
        let taken = try await open()
        let own = try await taken.startRun(NewRun(id: "r", agent: "other"), in: Self.owner).run
        await expect(.conflict) { try await taken.importSession(content, in: Self.owner) }
        #expect(try await taken.run("r", in: Self.owner) == own)
        await expect(.notFound) { _ = try await taken.session("s", in: Self.owner) }
        try await target.updateRun("q", RunUpdate(status: .completed), in: Self.owner)
        try await target.endSession("s", in: Self.owner)
        try await target.purgeSession("s", in: Self.owner)
        await expect(.sessionPurged) { try await target.importSession(content, in: Self.owner) }
        // Another owner's copy has ids of its own for what has a key.
        let friend = Owner(app: "app", user: "friend")
        try await target.importSession(content, in: friend)
        let repeated = try await target.append(
            [NewEvent(content.events[0].event)], to: .session("s"), in: friend)
        #expect(repeated.events.map(\.isNew) == [false])
    }

    private func expect(_ code: TranscriptError.Code, _ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("nothing was thrown")
        } catch let error as TranscriptError {
            #expect(error.code == code, "\(error)")
        } catch { Issue.record("\(error)") }
    }

    @Test(arguments: [
        "", "plain", "two words", "null", "Yes", "~", "1", "-1.5e3", "0x1F", ".inf", "a: b", "a #b", "- a", "@a", "{a}",
        "line\nline", "line\nline\n", "line\n\n", "\nline", " line\nx", "a \nb", "a\tb\nc", "tab\t", "a\r\nb",
        "\u{85}\n",
        "\u{2028}x\ny", "é\nü", "\u{feff}", "\u{0}", "👩‍👩‍👧\n\u{10ffff}", "'", "\"", "\\", "!tag", "&a", "*a", "%a", "---",
        "...", "a\n---\nb", "# a\nb", "? a", "| a", "> a", "  ", "x\n  y\nz", "key: |\n  x",
        String(repeating: "long ", count: 900),
    ])
    func everyTextSurvivesYAML(_ text: String) throws {
        let tree = JSONTree.object(of: [
            "text": .string(text), "list": .array([.string(text), .array([.string(text)]), .object([])]),
        ])
        #expect(try JSONTree(yaml: tree.yaml) == tree, "\(tree.yaml)")
        let keyed = JSONTree.object([JSONTree.Member(text, .object([JSONTree.Member(text, .null)]))])
        #expect(try JSONTree(yaml: keyed.yaml) == keyed)
        #expect(try JSONTree(parsing: keyed.text) == keyed)
        #expect(try JSONTree(parsing: keyed.indentedText) == keyed)
    }

    @Test func yamlOfOthersIsRead() throws {
        let text = """
            # a comment
            a: {b: [1, 0x1F, 007, +5, 1.50, .5, null, ~, yes, True]}
            'c d': "\\u00e9\\x41"
            e: >-
              folded
              text
            f: !!str 12
            """
        let tree = try JSONTree(yaml: text)
        #expect(
            tree["a"]?["b"]?.elements?.map(\.text) == [
                "1", "31", "7", "5", "1.50", "0.5", "null", "null", "\"yes\"", "true",
            ])
        #expect(tree["c d"]?.string == "éA")
        #expect(tree["e"]?.string == "folded text")
        #expect(tree["f"]?.string == "12")
        for (wrong, words) in [
            ("a: [", "line"), ("a: &x 1\nb: *x", "aliases"), ("? [a]\n: b", "key must be a text"),
            ("a\n---\nb", "one document"),
            ("", "empty"), (String(repeating: "[", count: 600), "levels"),
        ] {
            do {
                _ = try JSONTree(yaml: wrong)
                Issue.record("nothing was thrown for \(wrong.prefix(10))")
            } catch { #expect(error.message.contains(words), "\(error)") }
        }
    }

    @Test(arguments: [
        ("{\"format\":\"x\"}", "format"), ("{}", "format is required"),
        (#"{"format":"agent-memory.session","version":2}"#, "version"),
        (#"{"format":"agent-memory.session","version":1,"session":{"app":"a"}}"#, "session.user is required"),
    ])
    func whatIsMissingIsNamed(_ text: String, _ words: String) {
        do {
            _ = try SessionDocument(json: text)
            Issue.record("nothing was thrown")
        } catch { #expect(error.message.contains(words), "\(error)") }
    }

    @Test func timesSurvive() throws {
        let moments: [Int64] = [
            0, 1, -1, 1_715_000_000_123_456, -62_167_219_200_000_000, 253_402_300_799_999_999, .min, .max,
        ]
        for microseconds in moments {
            var content = SessionContent(
                session: Session(
                    id: "s", owner: Self.owner, createdAt: Timestamp(microseconds: microseconds),
                    updatedAt: Timestamp(microseconds: 0)))
            content.session.title = "t"
            #expect(try SessionDocument(json: SessionDocument(content).json).content == content)
        }
    }

    /// Names are the same where their bytes are.
    @Test func whatIsThereTwiceIsRefused() throws {
        for text in [#"{"a":1,"a":1}"#, #"[{"x":{"a":1,"b":2,"\u0061":3}}]"#] {
            #expect(throws: FormatError.self) { _ = try JSONTree(parsing: text) }
            #expect(throws: FormatError.self) { _ = try JSONTree(yaml: text) }
        }
        let equivalent = "{\"\u{e9}\":1,\"e\u{301}\":2}"
        #expect(try JSONTree(parsing: equivalent).members?.count == 2)
        #expect(try JSONTree(yaml: equivalent).members?.count == 2)
    }

    @Test func markdownIsForReading() async throws {
        let store = try await open()
        try await filled(store)
        let text = try await store.exportSession("s", in: Self.owner).markdown
        for words in [
            "# Holidays 🌴", "## Ada · 1970-01-01T00:00:00.000005Z · 1", "*image: a.png, 256 bytes*", "> hm",
            "Calls `n` (`c`)", "[file](<https://example.com>)",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        let fenced = [Event](
            [
                Event(
                    id: "e", sequence: 1, session: "s",
                    payload: .toolCall(ToolCall(id: "c", name: "n", arguments: "````\n")),
                    timestamp: Timestamp(microseconds: 0), recordedAt: Timestamp(microseconds: 0))
            ]
        ).markdown
        #expect(fenced.contains("`````json\n````\n`````"))
    }
}
