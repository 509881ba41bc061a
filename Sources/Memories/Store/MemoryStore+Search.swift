import Models
import Records
public import Retrieval

/// A question to the memories of a scope.
public struct MemorySearch: Sendable {
    /// The question: up to 65,536 UTF-8 bytes. Blank finds nothing, unless a vector is given.
    public var text: String
    /// The most results, 1 to 1,000; 10 by default.
    public var limit: Int
    /// Which signals to use; hybrid by default.
    public var mode: SearchMode
    /// Which memories to consider.
    public var filter: MemoryFilter
    /// The least score, 0 to 1; 0 by default.
    public var minimumScore: Double
    /// The caller's own vector of the question, `[dimensions]`.
    public var vector: [Float]?
    /// Whether near duplicates of better results are left out: word sets with Jaccard similarity of 0.8 or more.
    public var suppressesDuplicates: Bool
    /// Whether a kind filter that leaves fewer than three results is topped up with other kinds, after them.
    public var fallsBackToOtherKinds: Bool

    /// A question.
    public init(
        _ text: String, limit: Int = 10, mode: SearchMode = .hybrid, filter: MemoryFilter = MemoryFilter(),
        minimumScore: Double = 0, vector: [Float]? = nil, suppressesDuplicates: Bool = true,
        fallsBackToOtherKinds: Bool = false
    ) {
        self.text = text
        self.limit = limit
        self.mode = mode
        self.filter = filter
        self.minimumScore = minimumScore
        self.vector = vector
        self.suppressesDuplicates = suppressesDuplicates
        self.fallsBackToOtherKinds = fallsBackToOtherKinds
    }
}

/// A memory that was found.
public struct MemoryHit: Sendable, Hashable {
    /// The memory.
    public var memory: Memory
    /// The total score, 0 to 1; higher is better and comparable between questions.
    public var score: Double
    /// The cosine of question and memory, −1 to 1, when both have vectors.
    public var similarity: Double?
    /// Every signal behind the score.
    public var explanation: Explanation
}

/// What a search found.
public struct SearchAnswer: Sendable {
    /// The memories, best first.
    public var hits: [MemoryHit]
    /// What the answer lacks: `embeddings` when meaning was wanted but no model could be asked.
    public var degraded: [String]
}

extension MemoryStore {
    /// Finds memories by words and by meaning.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    /// - Complexity: O(postings of the question's words + vectors of the user × dimensions), in memory; the first
    ///   search of a user reads the user's memories once.
    public func search(_ search: MemorySearch, in scope: Scope) async throws(MemoryError) -> SearchAnswer {
        try scope.validate()
        guard (1...1_000).contains(search.limit) else {
            throw MemoryError(.invalid, "limit must be 1 to 1000, not \(search.limit)")
        }
        guard search.text.utf8.count <= 65_536 else {
            throw MemoryError(.invalid, "query has \(search.text.utf8.count) bytes; the limit is 65536")
        }
        guard (0...1).contains(search.minimumScore) else {
            throw MemoryError(.invalid, "minimum score must be between 0 and 1")
        }
        if let vector = search.vector { try check(vector) }
        guard !search.text.trimmed.isEmpty || search.vector != nil else { return SearchAnswer(hits: [], degraded: []) }
        let (vector, degraded) = await queryVector(search)
        var answer = SearchAnswer(hits: try await find(search, vector, search.filter, in: scope), degraded: degraded)
        if search.fallsBackToOtherKinds, !search.filter.kinds.isEmpty, answer.hits.count < 3 {
            var widened = search.filter
            widened.kinds = []
            let known = Set(answer.hits.map(\.memory.id))
            let others = try await find(search, vector, widened, in: scope).filter { !known.contains($0.memory.id) }
            answer.hits += others.prefix(search.limit - answer.hits.count)
        }
        if configuration.recordsAccess { await recordAccess(answer.hits.map(\.memory.id), in: scope) }
        return answer
    }

    /// The question's vector, and what is missing when there should be one.
    private func queryVector(_ search: MemorySearch) async -> (vector: [Float]?, degraded: [String]) {
        if search.mode == .lexical { return (nil, []) }
        // Zeros have no direction: then the words decide.
        if let vector = search.vector { return (vector.contains { $0 != 0 } ? vector : nil, []) }
        guard let embedder = configuration.embedder else {
            let isChosen = configuration.isLexicalByChoice && search.mode == .hybrid
            return (nil, isChosen ? [] : [Self.embeddingsDegradation])
        }
        do {
            return (try await embedder.embed(search.text, as: .query), [])
        } catch {
            return (nil, [Self.embeddingsDegradation])
        }
    }

    private func find(
        _ search: MemorySearch, _ vector: [Float]?, _ filter: MemoryFilter, in scope: Scope
    ) async throws(MemoryError) -> [MemoryHit] {
        // Without a vector the words must do, whatever the mode: the answer says that it is degraded.
        var question = IndexSearch(
            search.text, vector: vector, space: vectorSpace, mode: vector == nil ? .lexical : search.mode,
            filter: .and([MemoryFilter.narrowing(scope), filter.filter]), now: configuration.clock().microseconds,
            limit: search.limit, minimumScore: search.minimumScore, suppressesDuplicates: search.suppressesDuplicates)
        if question.filter == .and([.all, .all]) { question.filter = .all }
        do {
            let index = try await indexes.fresh(scope.partition)
            let found = try index.search(question)
            let keys = found.map(\.key)
            guard !keys.isEmpty else { return [] }
            let page = try await records.read(.keys(keys, fields: MemoryField.visible), in: scope.partition)
            var hits: [MemoryHit] = []
            for (hit, record) in zip(found, page.records) {
                // The index is a candidate list: what changed since, or is not the scope's, does not leave here.
                guard let record, case let memory = try StoredMemory(record).memory, isVisible(memory, in: scope) else {
                    continue
                }
                hits.append(
                    MemoryHit(
                        memory: memory, score: hit.explanation.score, similarity: hit.explanation.similarity,
                        explanation: hit.explanation))
            }
            return hits
        } catch let error as StoreError {
            throw MemoryError(error)
        } catch let error as MemoryError {
            throw error
        } catch {
            throw MemoryError(.unavailable, "the search failed", underlying: error)
        }
    }
}
