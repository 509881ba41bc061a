internal import CKernels

/// The encoder's computation over a batch of texts laid end to end, without padding, in memory of its own.
///
/// One pass belongs to one thread at a time.
final class BERTForwardPass {
    private let configuration: BERTConfiguration
    private let weights: BERTWeights
    private let level: Int32
    /// Rows, that is tokens, that the buffers hold.
    let capacity: Int

    private let state: FloatBuffer
    private let attended: FloatBuffer
    /// Query, key and value, then the intermediate layer: the two are never needed at once.
    private let wide: FloatBuffer
    private let scratch: FloatBuffer

    init(configuration: BERTConfiguration, weights: BERTWeights, level: KernelLevel, capacity: Int) {
        self.configuration = configuration
        self.weights = weights
        self.level = level.number
        self.capacity = capacity
        let hidden = configuration.hiddenSize
        state = FloatBuffer(count: capacity * hidden)
        attended = FloatBuffer(count: capacity * hidden)
        wide = FloatBuffer(count: capacity * max(3 * hidden, configuration.intermediateSize))
        let attention = transformer_attention_work_count(configuration.maximumTokens, configuration.headWidth)
        scratch = FloatBuffer(count: max(attention, capacity * hidden))
    }

    /// The vectors of several texts, given as token numbers, together at most `capacity` of them.
    func vectors(of texts: [[Int32]]) -> [[Float]] {
        let rows = texts.reduce(0) { $0 + $1.count }
        precondition(rows <= capacity && texts.allSatisfy { !$0.isEmpty && $0.count <= configuration.maximumTokens })
        embed(texts, rows: rows)
        for layer in weights.layers {
            run(layer, lengths: texts.map(\.count), rows: rows)
        }
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        var row = 0
        for text in texts {
            vectors.append(pooled(first: row, count: text.count))
            row += text.count
        }
        return vectors
    }

    private func embed(_ texts: [[Int32]], rows: Int) {
        let hidden = configuration.hiddenSize
        var row = 0
        for text in texts {
            for (position, token) in text.enumerated() {
                weights.file.copy(
                    weights.words, from: Int(token) * hidden, count: hidden, to: state.floats + row * hidden)
                (attended.floats + row * hidden)
                    .update(from: weights.positions.floats + position * hidden, count: hidden)
                row += 1
            }
        }
        addNormalizing(attended, rows: rows, weights.embeddingNorm)
    }

    private func run(_ layer: BERTWeights.Layer, lengths: [Int], rows: Int) {
        let hidden = configuration.hiddenSize
        apply(layer.attention, to: state, rows: rows, into: wide)
        var row = 0
        for length in lengths {
            transformer_attention(
                level, wide.floats + row * 3 * hidden, 3 * hidden, length, configuration.heads, configuration.headWidth,
                scratch.floats, attended.floats + row * hidden, hidden)
            row += length
        }
        apply(layer.attentionOutput, to: attended, rows: rows, into: scratch)
        addNormalizing(scratch, rows: rows, layer.attentionNorm)
        apply(layer.intermediate, to: state, rows: rows, into: wide, activation: TRANSFORMER_GELU)
        apply(layer.output, to: wide, rows: rows, into: scratch)
        addNormalizing(scratch, rows: rows, layer.outputNorm)
    }

    private func apply(
        _ layer: BERTWeights.Linear, to input: FloatBuffer, rows: Int, into output: FloatBuffer,
        activation: Int = TRANSFORMER_IDENTITY
    ) {
        transformer_linear(
            level, input.floats, layer.inputs, rows, layer.inputs, layer.packed.floats, layer.bias.floats,
            layer.outputs, Int32(activation), output.floats, layer.outputs)
    }

    /// state = norm(state + addend).
    private func addNormalizing(_ addend: FloatBuffer, rows: Int, _ norm: BERTWeights.LayerNorm) {
        transformer_add_layer_norm(
            level, state.floats, addend.floats, rows, configuration.hiddenSize, norm.gain.floats, norm.shift.floats,
            configuration.epsilon)
    }

    private func pooled(first: Int, count: Int) -> [Float] {
        let hidden = configuration.hiddenSize
        let start = state.floats + first * hidden
        var vector = [Float](unsafeUninitializedCapacity: hidden) { buffer, initialized in
            _ = buffer.update(fromContentsOf: UnsafeBufferPointer(start: start, count: hidden))
            initialized = hidden
        }
        if configuration.pooling == .mean {
            for row in 1..<max(count, 1) {
                for index in 0..<hidden { vector[index] += start[row * hidden + index] }
            }
            for index in 0..<hidden { vector[index] /= Float(count) }
        }
        if configuration.normalizes {
            var square: Float = 0
            for element in vector { square += element * element }
            // The same floor as the reference implementation, so that a zero vector stays one.
            let length = max(square.squareRoot(), 1e-12)
            for index in 0..<hidden { vector[index] /= length }
        }
        return vector
    }
}
