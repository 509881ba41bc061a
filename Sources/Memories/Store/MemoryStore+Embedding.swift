import Models

extension MemoryStore {
    /// The vectors of some memories, nil where there is none.
    struct Embeddings {
        var vectors: [[Float]?]
        var space: String?
        var degraded: [String] = []
    }

    /// The name of what a degraded answer lacks.
    public static let embeddingsDegradation = "embeddings"

    /// The caller's vectors, and those that the embedder makes of the other memories.
    ///
    /// A model that fails does not keep a memory from being stored: it is then found by its words, and the answer says
    /// `degraded`.
    /// - Throws: ``MemoryError`` `invalid` for a caller's vector of another dimension.
    func embed(_ memories: [NewMemory]) async throws(MemoryError) -> Embeddings {
        var embeddings = Embeddings(vectors: memories.map(\.vector), space: vectorSpace)
        for case let vector? in embeddings.vectors { try check(vector) }
        guard let embedder = configuration.embedder else {
            if !configuration.isLexicalByChoice, embeddings.vectors.contains(where: { $0 == nil }) {
                embeddings.degraded = [Self.embeddingsDegradation]
            }
            return embeddings
        }
        let missing = memories.indices.filter { embeddings.vectors[$0] == nil }
        guard !missing.isEmpty else { return embeddings }
        do {
            let made = try await embedder.embed(missing.map { memories[$0].embeddingText }, as: .document)
            for (place, vector) in zip(missing, made) { embeddings.vectors[place] = vector }
        } catch {
            embeddings.degraded = [Self.embeddingsDegradation]
        }
        return embeddings
    }

    /// The space that stored vectors belong to: the embedder's, or the caller's own.
    var vectorSpace: String { configuration.embedder?.identifier ?? "caller" }

    /// Checks a caller's vector against the embedder's dimension.
    func check(_ vector: [Float]) throws(MemoryError) {
        if let expected = configuration.embedder?.dimensions, vector.count != expected {
            throw MemoryError(
                .invalid, "vector: embedding dimension mismatch: expected \(expected), got \(vector.count)")
        }
        guard !vector.isEmpty, vector.count <= 65_536 else {
            throw MemoryError(.invalid, "vector has \(vector.count) elements; 1 to 65536 are allowed")
        }
        guard vector.allSatisfy(\.isFinite) else { throw MemoryError(.invalid, "vector: every element must be finite") }
    }
}

extension NewMemory {
    /// What is embedded: who speaks or takes part is part of the meaning.
    var embeddingText: String {
        participants.isEmpty ? content : participants.joined(separator: ", ") + ": " + content
    }
}
