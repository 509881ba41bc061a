internal import CKernels

/// What tells one embedding space from another.
enum EmbeddingSpace {
    /// Eight hexadecimal digits of a hash over everything that decides the vector of a text: the weights, the
    /// vocabulary and the settings, but neither the folder nor the machine. Not proof against forgery.
    static func fingerprint(
        weights: BERTWeights, tokenizer: WordPieceTokenizer, configuration: BERTConfiguration
    ) -> String {
        var hash: UInt64 = 0
        weights.file.file.forEachChunk { add($0, to: &hash) }
        let settings = [
            tokenizer.settings, "vocabulary=\(tokenizer.vocabulary.fingerprint)",
            "layers=\(configuration.layers) heads=\(configuration.heads) epsilon=\(configuration.epsilon)",
            "pooling=\(configuration.pooling.rawValue) normalizes=\(configuration.normalizes)",
            "tokens=\(configuration.maximumTokens)",
            "query=\(configuration.queryPrefix)", "document=\(configuration.documentPrefix)",
        ]
        Array(settings.joined(separator: "\n").utf8).withUnsafeBytes { add($0, to: &hash) }
        let digits = String(hash >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Goes on with a hash: the result so far is the seed of the next.
    static func add(_ bytes: UnsafeRawBufferPointer, to hash: inout UInt64) {
        hash = transformer_xxhash64(bytes.baseAddress, bytes.count, hash)
    }
}
