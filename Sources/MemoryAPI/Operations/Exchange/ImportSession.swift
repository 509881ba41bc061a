import Access
import Digests
package import Memories
import Records
import TranscriptFormats
import Transcripts

/// `session_import`
package enum ImportSession: Operation {
    package static let specification = OperationSpecification(
        "session_import", title: "Import a session",
        summary:
            "Brings a document of session_export back under the same ids, or appends a message list to a session. "
            + "A repeat "
            + "brings nothing twice.",
        guidance: "Reads a whole conversation from a document.", method: "POST", path: "/v1/transcripts/import",
        permission: .write, effect: .adds, isIdempotent: true, parameters: [format, session, document],
        answer: AnswerSchemas.answer([
            .init("session", TranscriptSchemas.session), .init("events", AnswerSchemas.count),
            .init("created", AnswerSchemas.count, isRequired: false),
            .init("omissions", AnswerSchemas.texts, isRequired: false),
        ]),
        errors: [.conflict, .sessionEnded, .sessionPurged],
        examples: [
            (
                "Messages of OpenAI",
                [
                    "format": .string("openai"), "session": .string("imported-1"),
                    "document": .string(#"[{"role":"user","content":"Which tea is green?"}]"#),
                ]
            )
        ], domain: .transcripts, reach: .owner,
        rawBody: OperationSpecification.RawBody("document", ["application/json", "application/yaml", "text/plain"]))

    private static let format = Parameter<ConversationFormat.Readable>.choice(
        "format", "The format of the document; json when left out.")
    private static let session = TranscriptParameters.identifier(
        "session",
        "Of a message list, the session it is appended to, which is created where there is none; one is made when "
            + "left out. A session's document has its own.")
    private static let document = Parameter.text("document", "The document.").required

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let format = call.arguments[format] ?? .json
        let text = try call.arguments.required(document)
        if let messages = format.messages { return try await append(text, messages, call) }
        guard call.arguments[session] == nil else {
            throw MemoryError(.invalid, "session: a session's document has its own id")
        }
        let content: SessionContent
        do throws(FormatError) {
            content = try format == .yaml ? SessionDocument(yaml: text).content : SessionDocument(json: text).content
        } catch {
            throw MemoryError(error)
        }
        let made = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.importSession(content, in: owner)
        }
        return OperationAnswer([
            "session": .object(TranscriptJSON.object(made)), "events": .int(Int64(content.events.count)),
        ])
    }

    /// Appends a message list, each message under a key that follows from the list, so that a repeat is known.
    private static func append(
        _ text: String, _ format: MessageFormat, _ call: OperationCall
    ) async throws(MemoryError) -> OperationAnswer {
        let reading: MessageReading
        do throws(FormatError) {
            reading = try format.read(text)
        } catch {
            throw MemoryError(error)
        }
        var events = reading.events
        let digest = Digest.sha256Hex(text).prefix(32)
        for place in events.indices { events[place].key = "\(format.rawValue)/\(digest)/\(place)" }
        let named = call.arguments[session] ?? "\(format.rawValue)-\(digest)"
        let all = events
        let (session, created) = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await Self.store(all, in: named, of: owner, store)
        }
        return OperationAnswer([
            "session": .object(TranscriptJSON.object(session)), "events": .int(Int64(events.count)),
            "created": .int(Int64(created)), "omissions": TranscriptJSON.texts(reading.omissions),
        ])
    }

    /// How many events one commit appends, and how many bytes of payloads, where it has more than one event.
    private static let (chunk, chunkBytes) = (32, 4 << 20)

    private static func store(
        _ events: [NewEvent], in id: String, of owner: Owner, _ store: TranscriptStore
    ) async throws(TranscriptError) -> (Session, Int) {
        let sizes = try sizes(of: events, store.configuration.maximumEventBytes)
        do {
            _ = try await store.session(id, in: owner)
        } catch {
            guard error.code == .notFound else { throw error }
            _ = try await store.createSession(NewSession(id: id), in: owner)
        }
        var created = 0
        var start = 0
        while start < events.count {
            var end = start
            var bytes = 0
            while end < events.count, end - start < chunk {
                bytes += sizes[end]
                if end > start, bytes > chunkBytes { break }
                end += 1
            }
            let result = try await store.append(Array(events[start..<end]), to: .session(id), in: owner)
            created += result.events.count(where: \.isNew)
            start = end
        }
        return (try await store.session(id, in: owner), created)
    }

    /// The bytes of each message as it is stored, so that one that is too large is refused before anything is written.
    private static func sizes(of events: [NewEvent], _ limit: Int) throws(TranscriptError) -> [Int] {
        var sizes: [Int] = []
        for (place, event) in events.enumerated() {
            let size = try event.payload.encoded().count
            guard size <= limit else {
                throw TranscriptError(
                    .invalid,
                    "document: message \(place) of the list has \(size) bytes as it is stored; the limit of one "
                        + "message is \(limit)")
            }
            sizes.append(size)
        }
        return sizes
    }
}
