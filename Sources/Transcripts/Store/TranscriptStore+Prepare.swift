import Records
import Retrieval

extension TranscriptStore {
    /// The name of what a degraded answer lacks.
    public static let embeddingsDegradation = "embeddings"

    /// Events ready to be written, checked against the limits, with vectors where there is a model to ask.
    func prepare(
        _ events: [NewEvent], for log: EventLog, in owner: Owner
    ) async throws(TranscriptError) -> (events: [PreparedEvent], degraded: [String]) {
        guard events.count <= Bounds.eventsInAppend else {
            throw TranscriptError(
                .invalid, "there are \(events.count) events; the limit of one append is \(Bounds.eventsInAppend)")
        }
        var prepared: [PreparedEvent] = []
        var known: [String: Int] = [:]
        var bytes = 0
        for event in events {
            let next = try prepare(event, for: log, in: owner)
            if case .bytes(let payload) = next.values[.payload] { bytes += payload.count }
            try Check.size(
                bytes, "the payloads of one append", max(Bounds.appendBytes, configuration.maximumEventBytes))
            if let place = known[next.id] {
                // The same twice in one call is the same once.
                guard prepared[place].isSame(as: next) else { throw Self.keyConflict(next) }
            }
            known[next.id] = prepared.count
            prepared.append(next)
        }
        let degraded = try await embed(&prepared, events)
        return (prepared, degraded)
    }

    func prepare(
        _ event: NewEvent, for log: EventLog, in owner: Owner
    ) throws(TranscriptError) -> PreparedEvent {
        try event.payload.validate()
        try Check.identifier(event.key, "event key")
        try Check.identifier(event.agent, "agent")
        try Check.identifier(event.turn, "turn")
        try Check.identifier(event.author, "author")
        try Check.labels(event.labels)
        try StateChange.validate(event.stateChanges)
        let payload = try event.payload.encoded()
        try Check.size(payload.count, "the event's payload", configuration.maximumEventBytes)
        let time = now()
        var values = FieldValues<EventField>()
        let id: String
        if let key = event.key {
            id = PreparedEvent.id(of: key, log, in: owner)
        } else {
            id = configuration.makeIdentifier(time)
        }
        try Check.text(id, "event id", maximumBytes: 36)
        values[.id] = .text(id)
        values[.key] = .init(event.key)
        values[.type] = .text(event.payload.type.rawValue)
        values[.agent] = .init(event.agent)
        values[.turn] = .init(event.turn)
        if let author = event.author { values[.participants] = .json(JSONValue.array([.string(author)]).canonical) }
        values[.labels] = .init(event.labels)
        values[.payload] = .bytes(payload)
        let stored = event.stateChanges.filter { $0.scope != .temporary }
        if !stored.isEmpty { values[.stateChanges] = .json(stored.document.canonical) }
        values[.occurredAt] = .init(event.timestamp ?? time)
        if let text = event.text ?? event.payload.text {
            let searchable = Self.searchable(text)
            values[.content] = .text(searchable)
            var seen: Set<String> = []
            values[.terms] = .tokens(analyzer.terms(of: searchable).filter { seen.insert($0).inserted })
        }
        return PreparedEvent(id: id, log: log, values: values, changes: event.stateChanges)
    }

    /// The words of a text as they are stored: some engines cannot hold U+0000; the payload keeps it.
    static func searchable(_ text: String) -> String {
        text.replacing("\u{0}", with: " ").prefix(bytes: Bounds.searchTextBytes)
    }

    static func keyConflict(_ event: PreparedEvent) -> TranscriptError {
        var name = "without a key"
        if case .text(let key) = event.values[.key] { name = key }
        return TranscriptError(.conflict, "event \(name) is there with other content")
    }

    /// Gives events their vectors. A model that fails does not keep them from being stored.
    private func embed(
        _ prepared: inout [PreparedEvent], _ events: [NewEvent]
    ) async throws(TranscriptError) -> [String] {
        func set(_ vector: [Float], _ place: Int) {
            prepared[place].values[.vector] = .vector(vector)
            prepared[place].values[.vectorModel] = .text(vectorSpace)
        }
        var missing: [(place: Int, text: String)] = []
        for (place, event) in events.enumerated() {
            if let vector = event.vector {
                try check(vector)
                set(vector, place)
            } else if case .text(let text) = prepared[place].values[.content] {
                missing.append((place, text))
            }
        }
        guard !missing.isEmpty else { return [] }
        guard let embedder = configuration.embedder else {
            return configuration.isLexicalByChoice ? [] : [Self.embeddingsDegradation]
        }
        do {
            let vectors = try await embedder.embed(missing.map(\.text), .document)
            guard vectors.count == missing.count else { return [Self.embeddingsDegradation] }
            for (element, vector) in zip(missing, vectors) {
                try check(vector)
                set(vector, element.place)
            }
            return []
        } catch {
            return [Self.embeddingsDegradation]
        }
    }

    /// The space that stored vectors belong to: the embedder's, or the caller's own.
    var vectorSpace: String { configuration.embedder?.identifier ?? "caller" }

    /// Checks a vector against the embedder's dimension.
    func check(_ vector: [Float]) throws(TranscriptError) {
        if let expected = configuration.embedder?.dimensions, vector.count != expected {
            throw TranscriptError(
                .invalid, "vector: embedding dimension mismatch: expected \(expected), got \(vector.count)")
        }
        guard !vector.isEmpty, vector.count <= 65_536 else {
            throw TranscriptError(.invalid, "vector has \(vector.count) elements; 1 to 65536 are allowed")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw TranscriptError(.invalid, "vector: every element must be finite")
        }
    }
}
