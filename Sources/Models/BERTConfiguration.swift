/// What the files beside the weights say about a BERT model and about how its sentence vectors are made.
struct BERTConfiguration: Sendable, Equatable {
    /// How the vectors of a text's tokens become one.
    enum Pooling: String, Sendable {
        case mean
        case firstToken
    }

    var hiddenSize: Int
    var layers: Int
    var heads: Int
    var intermediateSize: Int
    var vocabularySize: Int
    var positions: Int
    var tokenTypes: Int
    var epsilon: Float

    var pooling: Pooling
    var normalizes: Bool
    /// Tokens of a text that are read, including [CLS] and [SEP].
    var maximumTokens: Int
    var queryPrefix: String
    var documentPrefix: String

    var headWidth: Int { hiddenSize / heads }

    /// - Throws: `modelNotFound` without config.json; `malformedModel`; `unsupportedModel`.
    init(directory: ModelDirectory) throws(EmbeddingError) {
        let json = try ModelJSON(ModelFile.configuration, in: directory)
        hiddenSize = try json.integer("hidden_size", in: 1...16_384)
        layers = try json.integer("num_hidden_layers", in: 1...256)
        heads = try json.integer("num_attention_heads", in: 1...256)
        intermediateSize = try json.integer("intermediate_size", in: 1...65_536)
        vocabularySize = try json.integer("vocab_size", in: 1...4_000_000)
        positions = try json.integer("max_position_embeddings", in: 2...65_536)
        tokenTypes = try json.value("type_vocab_size") ?? 2
        epsilon = Float(try json.value("layer_norm_eps", as: Double.self) ?? 1e-12)
        guard hiddenSize.isMultiple(of: heads) else {
            throw EmbeddingError(
                code: .malformedModel,
                message: "config.json: hidden_size \(hiddenSize) is not a multiple of num_attention_heads \(heads)")
        }
        guard (1...16).contains(tokenTypes) else {
            throw EmbeddingError(
                code: .malformedModel, message: "config.json: type_vocab_size: \(tokenTypes) is not within 1...16")
        }
        guard epsilon > 0, epsilon < 1 else {
            throw EmbeddingError(code: .malformedModel, message: "config.json: layer_norm_eps is not within 0..<1")
        }
        try Self.require(json, "model_type", is: "bert")
        try Self.require(json, "hidden_act", is: "gelu")
        try Self.require(json, "position_embedding_type", is: "absolute")

        pooling = try Self.pooling(in: directory)
        normalizes = try Self.normalizes(in: directory)
        let sentences = try ModelJSON(optional: ModelFile.sentences, in: directory)
        let limit = try sentences.value("max_seq_length", as: Int.self) ?? 256
        guard limit >= 2 else {
            throw EmbeddingError(
                code: .malformedModel, message: "\(ModelFile.sentences): max_seq_length: \(limit) is under 2")
        }
        maximumTokens = min(limit, positions)
        let prompts = try ModelJSON(optional: ModelFile.prompts, in: directory)
            .value("prompts", as: [String: String].self)
        queryPrefix = prompts?["query"] ?? ""
        documentPrefix = prompts?["document"] ?? prompts?["passage"] ?? ""
    }

    private static func require(_ json: ModelJSON, _ field: String, is expected: String) throws(EmbeddingError) {
        guard let value = try json.value(field, as: String.self), value != expected else { return }
        throw EmbeddingError(
            code: .unsupportedModel, message: "\(json.file): \(field): \"\(value)\"; only \"\(expected)\" can be run")
    }

    private static func pooling(in directory: ModelDirectory) throws(EmbeddingError) -> Pooling {
        let json = try ModelJSON(optional: ModelFile.pooling, in: directory)
        let modes = [
            "pooling_mode_cls_token", "pooling_mode_mean_tokens", "pooling_mode_max_tokens",
            "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken",
        ]
        var active: [String] = []
        for mode in modes where try json.value(mode, as: Bool.self) == true {
            active.append(mode)
        }
        switch active {
        case [], ["pooling_mode_mean_tokens"]: return .mean
        case ["pooling_mode_cls_token"]: return .firstToken
        default:
            throw EmbeddingError(
                code: .unsupportedModel,
                message: "\(json.file): \(active.joined(separator: ", ")); only mean or cls pooling can be run")
        }
    }

    /// Whether vectors are brought to unit length; yes where no file says anything.
    private static func normalizes(in directory: ModelDirectory) throws(EmbeddingError) -> Bool {
        guard ModelJSON.exists(ModelFile.modules, in: directory) else { return true }
        guard let modules = try ModelJSON.value(ModelFile.modules, in: directory) as? [[String: Any]] else {
            throw EmbeddingError(code: .malformedModel, message: "\(ModelFile.modules): expected an array of objects")
        }
        let kinds = modules.map { ($0["type"] as? String)?.split(separator: ".").last.map(String.init) ?? "" }
        for kind in kinds where !["Transformer", "Pooling", "Normalize"].contains(kind) {
            throw EmbeddingError(
                code: .unsupportedModel, message: "\(ModelFile.modules): a module of type \"\(kind)\" cannot be run")
        }
        return kinds.contains("Normalize")
    }
}
