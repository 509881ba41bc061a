internal import CKernels

/// A BERT encoder's parameters: linear layers packed for the matrix kernels, embeddings left in the mapped file.
struct BERTWeights: Sendable {
    /// y = x · wᵀ + b.
    struct Linear: Sendable {
        let packed: FloatBuffer
        let bias: FloatBuffer
        let inputs: Int
        let outputs: Int
    }

    struct LayerNorm: Sendable {
        let gain: FloatBuffer
        let shift: FloatBuffer
    }

    struct Layer: Sendable {
        /// Query, key and value in one product, `[3 · hidden]` outputs.
        let attention: Linear
        let attentionOutput: Linear
        let attentionNorm: LayerNorm
        let intermediate: Linear
        let output: Linear
        let outputNorm: LayerNorm
    }

    /// `[vocabulary × hidden]`, read row by row.
    let words: SafeTensors.Tensor
    /// `[positions × hidden]`: the position's vector plus that of token type 0, the only one a single text has.
    let positions: FloatBuffer
    let embeddingNorm: LayerNorm
    let layers: [Layer]
    let file: SafeTensors

    /// Reads and packs `model.safetensors`.
    ///
    /// - Throws: `modelNotFound`, `malformedModel` or `unsupportedModel`, naming the file and the tensor.
    init(directory: ModelDirectory, configuration: BERTConfiguration) throws(EmbeddingError) {
        let file = try SafeTensors(path: directory.file(ModelFile.weights))
        let prefix = file.contains("bert.embeddings.word_embeddings.weight") ? "bert." : ""
        let reader = Reader(file: file, prefix: prefix)
        let hidden = configuration.hiddenSize
        let intermediate = configuration.intermediateSize

        words = try reader.tensor("embeddings.word_embeddings.weight", [configuration.vocabularySize, hidden])
        positions = try reader.matrix("embeddings.position_embeddings.weight", [configuration.positions, hidden])
        let types = try reader.matrix("embeddings.token_type_embeddings.weight", [configuration.tokenTypes, hidden])
        for index in 0..<positions.count {
            positions.floats[index] += types.floats[index % hidden]
        }
        embeddingNorm = try reader.norm("embeddings.LayerNorm", hidden)

        var layers: [Layer] = []
        for index in 0..<configuration.layers {
            let name = "encoder.layer.\(index)"
            let attention = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
            layers.append(
                Layer(
                    attention: try reader.linear(attention, inputs: hidden, outputs: hidden),
                    attentionOutput: try reader.linear(
                        ["\(name).attention.output.dense"], inputs: hidden, outputs: hidden),
                    attentionNorm: try reader.norm("\(name).attention.output.LayerNorm", hidden),
                    intermediate: try reader.linear(
                        ["\(name).intermediate.dense"], inputs: hidden, outputs: intermediate),
                    output: try reader.linear(["\(name).output.dense"], inputs: intermediate, outputs: hidden),
                    outputNorm: try reader.norm("\(name).output.LayerNorm", hidden)))
            // The packed copy has taken its place.
            file.file.releasePages()
        }
        self.layers = layers
        self.file = file
    }

    private struct Reader {
        let file: SafeTensors
        let prefix: String

        func tensor(_ name: String, _ shape: [Int]) throws(EmbeddingError) -> SafeTensors.Tensor {
            try file.tensor(prefix + name, shape: shape)
        }

        func matrix(_ name: String, _ shape: [Int]) throws(EmbeddingError) -> FloatBuffer {
            let tensor = try tensor(name, shape)
            let buffer = FloatBuffer(count: shape.reduce(1, *))
            file.copy(tensor, count: buffer.count, to: buffer.floats)
            return buffer
        }

        /// Old checkpoints call the gain gamma and the shift beta.
        func norm(_ name: String, _ width: Int) throws(EmbeddingError) -> LayerNorm {
            let isOld = file.contains("\(prefix)\(name).gamma")
            return LayerNorm(
                gain: try matrix("\(name).\(isOld ? "gamma" : "weight")", [width]),
                shift: try matrix("\(name).\(isOld ? "beta" : "bias")", [width]))
        }

        /// Layers of the same input side by side, each with `outputs` outputs.
        func linear(_ names: [String], inputs: Int, outputs: Int) throws(EmbeddingError) -> Linear {
            let total = names.count * outputs
            let rows = FloatBuffer(count: total * inputs)
            let bias = FloatBuffer(count: total)
            for (index, name) in names.enumerated() {
                let weight = try tensor("\(name).weight", [outputs, inputs])
                file.copy(weight, count: outputs * inputs, to: rows.floats + index * outputs * inputs)
                let offset = try tensor("\(name).bias", [outputs])
                file.copy(offset, count: outputs, to: bias.floats + index * outputs)
            }
            let packed = FloatBuffer(count: transformer_packed_count(total, inputs))
            transformer_pack(rows.floats, inputs, total, inputs, packed.floats)
            return Linear(packed: packed, bias: bias, inputs: inputs, outputs: total)
        }
    }
}
