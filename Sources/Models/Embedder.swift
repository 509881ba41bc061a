/// What a text is embedded for. Models trained with instructions treat the two differently; the others ignore it.
public enum EmbeddingRole: Sendable, Hashable, CaseIterable {
    /// A question, for which documents are looked up.
    case query
    /// A text that is stored and found.
    case document
}

/// Turns texts into vectors whose cosine tells how close their meanings are.
public protocol Embedder: Sendable {
    /// The embedding space, such as `all-MiniLM-L6-v2:0f2b7a9c`. Vectors may be compared only where it is equal, so
    /// it is stored beside them; it changes whenever the same text could give another vector.
    var identifier: String { get }

    /// The number of elements in every vector, at least 1.
    var dimensions: Int { get }

    /// Embeds texts, in order.
    ///
    /// - Parameters:
    ///   - texts: Any number of texts, each of any length; what exceeds the model's limit is left out.
    ///   - role: What the texts are for.
    /// - Returns: `[texts.count × dimensions]`, the vectors in the order of the texts. They are of unit length where
    ///   the model's own recipe says so, which nearly all do.
    /// - Throws: `cancelled` when the task is cancelled; embedders that call a service also `unauthorized`,
    ///   `rateLimited`, `rejected`, `unavailable`, `timedOut`, `invalidResponse` and `dimensionMismatch`.
    func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]]
}

extension Embedder {
    /// Embeds one text.
    ///
    /// - Throws: As `embed(_:as:)` for several texts.
    public func embed(_ text: String, as role: EmbeddingRole) async throws(EmbeddingError) -> [Float] {
        let vectors = try await embed([text], as: role)
        guard let vector = vectors.first, vectors.count == 1 else {
            throw EmbeddingError(code: .invalidResponse, message: "expected one vector, got \(vectors.count)")
        }
        return vector
    }
}
