internal import Synchronization

/// Remembers the vectors of texts that were embedded lately, by text and role.
public final class CachingEmbedder: Embedder {
    private let base: any Embedder
    private let maximumTextBytes: Int
    private let cache: Mutex<LeastRecentlyUsed<Key, [Float]>>

    /// Bytes, because equal strings may differ in their scalars and so in their vectors.
    private struct Key: Hashable, Sendable {
        let text: [UInt8]
        let role: EmbeddingRole
    }

    /// Wraps an embedder.
    ///
    /// - Parameters:
    ///   - base: The embedder that is asked for what is not remembered.
    ///   - capacity: Vectors that are remembered, at least 1; default 4096. The least recently used go first.
    ///   - maximumTextBytes: Longer texts, in UTF-8, are never remembered; default 8192. With `capacity` it bounds
    ///     the memory.
    /// - Throws: `invalidArgument` for a capacity under 1 or a negative length.
    public init(_ base: any Embedder, capacity: Int = 4096, maximumTextBytes: Int = 8192) throws(EmbeddingError) {
        guard capacity >= 1 else {
            throw EmbeddingError(code: .invalidArgument, message: "capacity: \(capacity) is under 1")
        }
        guard maximumTextBytes >= 0 else {
            throw EmbeddingError(code: .invalidArgument, message: "maximumTextBytes: \(maximumTextBytes) is under 0")
        }
        self.base = base
        self.maximumTextBytes = maximumTextBytes
        cache = Mutex(LeastRecentlyUsed(capacity: capacity))
    }

    /// The wrapped embedder's.
    public var identifier: String { base.identifier }
    /// The wrapped embedder's.
    public var dimensions: Int { base.dimensions }
    /// Vectors that are remembered now.
    public var count: Int { cache.withLock { $0.count } }

    /// Embeds texts; the wrapped embedder is asked once for each text that is not remembered, in one call.
    ///
    /// - Throws: What the wrapped embedder throws; then nothing of the call is remembered.
    public func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]] {
        let keys = texts.map { Key(text: Array($0.utf8), role: role) }
        var vectors: [Key: [Float]] = [:]
        cache.withLock { cache in
            for key in keys where vectors[key] == nil { vectors[key] = cache.value(for: key) }
        }
        var missing: [Key] = []
        var missingTexts: [String] = []
        var seen: Set<Key> = []
        for (key, text) in zip(keys, texts) where vectors[key] == nil && seen.insert(key).inserted {
            missing.append(key)
            missingTexts.append(text)
        }
        if !missing.isEmpty {
            let computed = try await base.embed(missingTexts, as: role)
            guard computed.count == missing.count else {
                throw EmbeddingError(
                    code: .invalidResponse, message: "expected \(missing.count) vectors, got \(computed.count)")
            }
            cache.withLock { cache in
                for (key, vector) in zip(missing, computed) {
                    vectors[key] = vector
                    if key.text.count <= maximumTextBytes { cache.insert(vector, for: key) }
                }
            }
        }
        return keys.compactMap { vectors[$0] }
    }
}
