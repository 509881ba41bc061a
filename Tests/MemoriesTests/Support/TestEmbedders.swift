import Models
import Synchronization

/// Puts words of one meaning on one axis, so that "car" is near "automobile" without a common letter. Texts without
/// such a word lie on an axis of their own length.
final class MeaningEmbedder: Embedder {
    let identifier: String
    let dimensions: Int
    /// Everything it was asked to embed as a document.
    let documents = Mutex<[String]>([])
    /// Whether it answers with an error.
    let fails = Mutex(false)

    init(_ identifier: String = "meaning", dimensions: Int = 16) {
        self.identifier = identifier
        self.dimensions = dimensions
    }

    private static let meanings = [["car", "automobile", "vehicle"], ["coffee", "espresso"], ["cat", "kitten"]]

    func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]] {
        if fails.withLock({ $0 }) { throw EmbeddingError(code: .unavailable, message: "away") }
        if role == .document { documents.withLock { $0 += texts } }
        return texts.map { text in
            var vector = [Float](repeating: 0, count: dimensions)
            let words = Set(text.lowercased().split { !$0.isLetter }.map(String.init))
            for (axis, meaning) in Self.meanings.enumerated() where !words.isDisjoint(with: meaning) {
                vector[axis] = 1
            }
            if !vector.contains(1) { vector[3 + text.utf8.count % (dimensions - 3)] = 1 }
            return vector
        }
    }
}
