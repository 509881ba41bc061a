import Foundation

/// A small BERT with made-up weights, written as a folder that can be loaded.
///
/// Every weight is exact in all three element types, so that they must give the same vectors.
struct SyntheticModel {
    enum ElementType: String, CaseIterable {
        case float32 = "F32"
        case float16 = "F16"
        case brainFloat16 = "BF16"
    }

    struct Tensor {
        var shape: [Int]
        var values: [Float]
    }

    static let vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + "abcdefghij".map(String.init) + "abcdefghij".map { "##\($0)" }

    let hidden: Int
    let heads: Int
    let intermediate: Int
    let layers = 2
    let positions = 80
    var tensors: [String: Tensor] = [:]
    var configuration: [String: Any]

    init(hidden: Int = 8, heads: Int = 2, intermediate: Int = 20) {
        (self.hidden, self.heads, self.intermediate) = (hidden, heads, intermediate)
        configuration = [
            "model_type": "bert", "hidden_size": hidden, "num_hidden_layers": 2, "num_attention_heads": heads,
            "intermediate_size": intermediate, "vocab_size": Self.vocabulary.count, "max_position_embeddings": 80,
            "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
        ]
        var random = Random()
        func add(_ name: String, _ shape: [Int], scale: Float, offset: Float = 0) {
            let values = (0..<shape.reduce(1, *)).map { _ in random.next() * scale + offset }
            tensors[name] = Tensor(shape: shape, values: values)
        }
        func addNorm(_ name: String) {
            add("\(name).weight", [hidden], scale: 1 / 64, offset: 1)
            // Down to 2⁻²⁰, where half precision has only subnormal numbers.
            add("\(name).bias", [hidden], scale: 0x1p-20)
        }
        func addLinear(_ name: String, _ outputs: Int, _ inputs: Int) {
            add("\(name).weight", [outputs, inputs], scale: 1 / 64)
            add("\(name).bias", [outputs], scale: 1 / 64)
        }
        add("embeddings.word_embeddings.weight", [Self.vocabulary.count, hidden], scale: 1 / 16)
        add("embeddings.position_embeddings.weight", [positions, hidden], scale: 1 / 64)
        add("embeddings.token_type_embeddings.weight", [2, hidden], scale: 1 / 64)
        addNorm("embeddings.LayerNorm")
        for layer in 0..<layers {
            let name = "encoder.layer.\(layer)"
            for part in ["query", "key", "value"] { addLinear("\(name).attention.self.\(part)", hidden, hidden) }
            addLinear("\(name).attention.output.dense", hidden, hidden)
            addNorm("\(name).attention.output.LayerNorm")
            addLinear("\(name).intermediate.dense", intermediate, hidden)
            addLinear("\(name).output.dense", hidden, intermediate)
            addNorm("\(name).output.LayerNorm")
        }
    }

    func write(to folder: TemporaryFolder, type: ElementType = .float32, prefix: String = "") throws {
        try folder.write(Data(Self.vocabulary.joined(separator: "\n").utf8), to: "vocab.txt")
        try folder.write(configuration, to: "config.json")
        try folder.write(encoded(type: type, prefix: prefix), to: "model.safetensors")
    }

    func encoded(type: ElementType, prefix: String = "") throws -> Data {
        var header: [String: Any] = ["__metadata__": ["format": "pt"]]
        var data = Data()
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let start = data.count
            for value in tensor.values { data.append(contentsOf: Self.bytes(of: value, type)) }
            header[prefix + name] = [
                "dtype": type.rawValue, "shape": tensor.shape, "data_offsets": [start, data.count],
            ]
        }
        let json = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json + data
    }

    private static func bytes(of value: Float, _ type: ElementType) -> [UInt8] {
        func bytes(_ bits: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: bits.littleEndian) { Array($0) } }
        switch type {
        case .float32: return bytes(value.bitPattern)
        case .float16: return bytes(Float16(value).bitPattern)
        case .brainFloat16: return bytes(UInt16(value.bitPattern >> 16))
        }
    }

    /// Whole numbers from −32 to 31, by Knuth's linear congruential generator (MMIX).
    private struct Random {
        private var state: UInt64 = 42

        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 58) - 32
        }
    }
}
