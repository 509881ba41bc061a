import Records
public import Retrieval

/// A question to all events of an owner.
public struct EventSearch: Sendable {
    /// The question: up to 65,536 UTF-8 bytes. Blank finds nothing, unless a vector is given.
    public var text: String
    /// The most results, and how many better ones to leave out: together 1 to 1,000.
    public var limit: Int, offset: Int
    /// Which signals to use; hybrid by default.
    public var mode: SearchMode
    /// Only events of these sessions, and none of those; at most 1,000 each.
    public var sessions: [String], excludedSessions: [String]
    /// Only events of these runs, agents and kinds.
    public var runs: [String], agents: [String], types: [EventType]
    /// Only events that happened between these moments, both inclusive.
    public var from: Timestamp?, through: Timestamp?
    /// The least score, 0 to 1; 0 by default.
    public var minimumScore: Double
    /// The caller's own vector of the question, `[dimensions]`.
    public var vector: [Float]?
    /// Whether near duplicates of better results are left out.
    public var suppressesDuplicates: Bool

    /// A question.
    public init(
        _ text: String, limit: Int = 10, offset: Int = 0, mode: SearchMode = .hybrid, sessions: [String] = [],
        excludedSessions: [String] = [], runs: [String] = [], agents: [String] = [], types: [EventType] = [],
        from: Timestamp? = nil, through: Timestamp? = nil, minimumScore: Double = 0, vector: [Float]? = nil,
        suppressesDuplicates: Bool = false
    ) {
        self.text = text
        self.limit = limit
        self.offset = offset
        self.mode = mode
        self.sessions = sessions
        self.excludedSessions = excludedSessions
        self.runs = runs
        self.agents = agents
        self.types = types
        self.from = from
        self.through = through
        self.minimumScore = minimumScore
        self.vector = vector
        self.suppressesDuplicates = suppressesDuplicates
    }

    static let filterable: [EventField] = [.sessionID, .runID, .agent, .type, .occurredAt]

    var filter: Filter {
        // No event has longer texts than its fields hold.
        func within(_ field: EventField, _ texts: [String], _ bytes: Int = Bounds.identifierBytes) -> [Filter] {
            texts.isEmpty
                ? []
                : [.isIn(FieldPath(field.rawValue), texts.filter { $0.utf8.count <= bytes }.map { .text($0) })]
        }
        var filters = within(.sessionID, sessions) + within(.runID, runs) + within(.agent, agents)
        filters += within(.type, types.map(\.rawValue), Bounds.typeBytes)
        filters += within(.sessionID, excludedSessions).map { .not($0) }
        let time = FieldPath(EventField.occurredAt.rawValue)
        if let from { filters.append(.not(.less(time, .init(from)))) }
        if let through { filters.append(.atMost(time, .init(through))) }
        return filters.isEmpty ? .all : .and(filters)
    }

    func validate() throws(TranscriptError) {
        guard limit >= 1, offset >= 0, limit <= Bounds.page, offset <= Bounds.page - limit else {
            throw TranscriptError(
                .invalid, "limit must be at least 1, and limit and offset together at most \(Bounds.page)")
        }
        try Check.size(text.utf8.count, "query", 65_536)
        guard (0...1).contains(minimumScore) else {
            throw TranscriptError(.invalid, "minimum score must be between 0 and 1")
        }
        let lists = [
            ("sessions", sessions), ("excluded sessions", excludedSessions), ("runs", runs), ("agents", agents),
            ("types", types.map(\.rawValue)),
        ]
        for (name, list) in lists {
            guard list.count <= Bounds.page else {
                throw TranscriptError(.invalid, "\(name) has \(list.count) elements; the limit is \(Bounds.page)")
            }
            for element in list {
                guard !element.isEmpty else { throw TranscriptError(.invalid, "\(name) must not have empty elements") }
                // One that is longer than any that are kept finds nothing.
                try Check.text(element, name, maximumBytes: .max)
            }
        }
    }
}

/// An event that was found.
public struct EventHit: Sendable, Hashable {
    /// The event.
    public var event: Event
    /// The total score, 0 to 1; higher is better and comparable between questions.
    public var score: Double
    /// The cosine of question and event, −1 to 1, when both have vectors.
    public var similarity: Double?
    /// Every signal behind the score.
    public var explanation: Explanation
}

/// What a search found.
public struct EventSearchAnswer: Sendable {
    /// The events, best first; the newer one where scores tie.
    public var hits: [EventHit]
    /// What the answer lacks: `embeddings` when meaning was wanted but no model could be asked.
    public var degraded: [String]
}

extension TranscriptStore {
    /// Finds events by words and by meaning, across all sessions of an owner.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(postings of the question's words + vectors of the owner × dimensions), in memory; the first
    ///   search of an owner reads the owner's events once.
    public func searchEvents(
        _ search: EventSearch, of owner: Owner
    ) async throws(TranscriptError) -> EventSearchAnswer {
        try owner.validate()
        try search.validate()
        if let vector = search.vector { try check(vector) }
        let isBlank = search.text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
        guard !isBlank || search.vector != nil else { return EventSearchAnswer(hits: [], degraded: []) }
        let (vector, degraded) = await queryVector(search)
        let wanted = search.limit + search.offset
        var question = IndexSearch(
            search.text, vector: vector, space: vectorSpace, mode: vector == nil ? .lexical : search.mode,
            filter: search.filter, now: configuration.clock().microseconds, limit: wanted,
            minimumScore: search.minimumScore, suppressesDuplicates: search.suppressesDuplicates)
        while true {
            let (hits, candidates) = try await find(question, in: owner)
            // Hits of sessions that are gone leave; then the next best take their places.
            if hits.count < wanted, candidates == question.limit, question.limit < 4 * Bounds.page {
                question.limit = min(4 * Bounds.page, question.limit * 2)
                continue
            }
            let page = hits.dropFirst(search.offset).prefix(search.limit)
            return EventSearchAnswer(hits: Array(page), degraded: degraded)
        }
    }

    private func find(
        _ question: IndexSearch, in owner: Owner
    ) async throws(TranscriptError) -> (hits: [EventHit], candidates: Int) {
        let found: [IndexHit]
        do {
            found = try await indexes.fresh(owner.partition).search(question)
        } catch {
            throw TranscriptError(error)
        }
        guard !found.isEmpty else { return ([], 0) }
        let page = try await read([.keys(found.map(\.key), fields: EventField.visible)], in: owner.partition)[0]
        var hits: [EventHit] = []
        for (hit, record) in zip(found, page.records) {
            guard let record else { continue }
            hits.append(
                EventHit(
                    event: try Event(record), score: hit.explanation.score, similarity: hit.explanation.similarity,
                    explanation: hit.explanation))
        }
        let seen = try await visible(hits.map(\.event), in: owner)
        return (hits.filter { seen.contains($0.event.id) }, found.count)
    }

    /// The question's vector, and what is missing when there should be one.
    private func queryVector(_ search: EventSearch) async -> (vector: [Float]?, degraded: [String]) {
        if search.mode == .lexical { return (nil, []) }
        // Zeros have no direction: then the words decide.
        if let vector = search.vector { return (vector.contains { $0 != 0 } ? vector : nil, []) }
        guard let embedder = configuration.embedder else {
            let isChosen = configuration.isLexicalByChoice && search.mode == .hybrid
            return (nil, isChosen ? [] : [Self.embeddingsDegradation])
        }
        do {
            guard let vector = try await embedder.embed([search.text], .query).first else {
                return (nil, [Self.embeddingsDegradation])
            }
            try check(vector)
            return (vector, [])
        } catch {
            return (nil, [Self.embeddingsDegradation])
        }
    }
}
