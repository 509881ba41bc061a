import Foundation
import Models
import Testing

@Suite struct MalformedModelTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try SyntheticModel().write(to: folder)
    }

    private func expect(
        _ code: EmbeddingError.Code, naming words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: EmbeddingError.self, sourceLocation: sourceLocation) {
            try BERTEmbedder(directory: ModelDirectory(path: folder.path))
        }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        for word in words {
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: ["model.safetensors", "vocab.txt", "config.json"])
    func namesTheAbsentFile(name: String) throws {
        try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        expect(.modelNotFound, naming: name)
    }

    @Test func namesTheTensorThatIsMissing() throws {
        var model = SyntheticModel()
        model.tensors["encoder.layer.1.attention.self.key.bias"] = nil
        try model.write(to: folder)
        expect(.malformedModel, naming: "model.safetensors", "encoder.layer.1.attention.self.key.bias", "missing")
    }

    @Test func namesTheTensorOfAnotherShape() throws {
        var model = SyntheticModel()
        model.tensors["encoder.layer.0.intermediate.dense.weight"]?.shape = [8, 20]
        try model.write(to: folder)
        expect(
            .malformedModel, naming: "model.safetensors", "encoder.layer.0.intermediate.dense.weight", "[20, 8]",
            "[8, 20]")
    }

    @Test func namesTheTensorOfAnotherSize() throws {
        var model = SyntheticModel()
        model.tensors["embeddings.LayerNorm.weight"]?.values.removeLast()
        try model.write(to: folder)
        expect(.malformedModel, naming: "embeddings.LayerNorm.weight", "32 bytes", "28")
    }

    @Test func noticesATruncatedFile() throws {
        let data = try SyntheticModel().encoded(type: .float16)
        try folder.write(data.dropLast(), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors", "tensor", "truncated")
        try folder.write(data.prefix(100), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors", "header")
        try folder.write(data.prefix(5), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors", "header")
        try folder.write(Data(), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors", "empty")
    }

    @Test(arguments: ["[]", "{", #"{"a": 1}"#, #"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#])
    func noticesADamagedHeader(json: String) throws {
        let header = Data(json.utf8)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        try folder.write(length + header + Data(count: 8), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors")
    }

    @Test func noticesAHeaderLongerThanAnyFile() throws {
        try folder.write(Data(repeating: 0xFF, count: 64), to: "model.safetensors")
        expect(.malformedModel, naming: "model.safetensors", "18446744073709551615")
    }

    @Test func refusesOtherElementTypes() throws {
        let data = try SyntheticModel().encoded(type: .float16)
        var text = data
        let range = try #require(text.range(of: Data(#""F16""#.utf8)))
        text.replaceSubrange(range, with: Data(#""I16""#.utf8))
        try folder.write(text, to: "model.safetensors")
        expect(.unsupportedModel, naming: "model.safetensors", "tensor", "I16")
    }

    @Test(arguments: [
        ("hidden_act", "relu" as any Sendable, EmbeddingError.Code.unsupportedModel),
        ("model_type", "roberta", .unsupportedModel),
        ("position_embedding_type", "relative_key", .unsupportedModel), ("hidden_size", 0, .malformedModel),
        ("num_attention_heads", 3, .malformedModel), ("layer_norm_eps", 2.0, .malformedModel),
        ("intermediate_size", "wide", .malformedModel), ("vocab_size", 10, .malformedModel),
    ])
    func namesTheFieldOfTheConfiguration(field: String, value: any Sendable, code: EmbeddingError.Code) throws {
        var model = SyntheticModel()
        model.configuration[field] = value
        try model.write(to: folder)
        expect(code, naming: "config.json", field)
    }

    @Test func namesTheFieldThatIsMissing() throws {
        var model = SyntheticModel()
        model.configuration["num_hidden_layers"] = nil
        try model.write(to: folder)
        expect(.malformedModel, naming: "config.json", "num_hidden_layers")
        try folder.write(Data("no".utf8), to: "config.json")
        expect(.malformedModel, naming: "config.json")
    }

    @Test func refusesRecipesItCannotFollow() throws {
        try folder.write([["type": "sentence_transformers.models.Dense"]], to: "modules.json")
        expect(.unsupportedModel, naming: "modules.json", "Dense")
        try folder.write(["pooling_mode_max_tokens": true], to: "1_Pooling/config.json")
        expect(.unsupportedModel, naming: "1_Pooling/config.json", "pooling_mode_max_tokens")
        try folder.write(["max_seq_length": 1], to: "sentence_bert_config.json")
        try FileManager.default.removeItem(atPath: folder.path + "/1_Pooling")
        try FileManager.default.removeItem(atPath: folder.path + "/modules.json")
        expect(.malformedModel, naming: "sentence_bert_config.json", "max_seq_length")
    }

    @Test func needsTheSpecialTokens() throws {
        try folder.write(Data("[PAD]\n[UNK]\n[CLS]\na\n".utf8), to: "vocab.txt")
        expect(.malformedModel, naming: "vocab.txt", "[SEP]")
    }
}
