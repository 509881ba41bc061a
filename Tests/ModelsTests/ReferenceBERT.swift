import Foundation

/// BERT as its definition reads, in double precision and without any regard for speed.
struct ReferenceBERT {
    typealias Matrix = [[Double]]

    let model: SyntheticModel

    /// The final vectors of a text's tokens.
    func states(of tokens: [Int32]) -> Matrix {
        var x = tokens.enumerated().map { position, token in
            zip(
                row("embeddings.word_embeddings.weight", Int(token)),
                zip(
                    row("embeddings.position_embeddings.weight", position),
                    row("embeddings.token_type_embeddings.weight", 0))
            ).map { $0 + $1.0 + $1.1 }
        }
        x = norm(x, "embeddings.LayerNorm")
        for layer in 0..<model.layers {
            let name = "encoder.layer.\(layer)"
            let attended = linear(attention(x, "\(name).attention.self"), "\(name).attention.output.dense")
            x = norm(sum(x, attended), "\(name).attention.output.LayerNorm")
            let wide = linear(x, "\(name).intermediate.dense").map {
                $0.map { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
            }
            x = norm(sum(x, linear(wide, "\(name).output.dense")), "\(name).output.LayerNorm")
        }
        return x
    }

    static func mean(_ states: Matrix) -> [Double] {
        states[0].indices.map { column in states.reduce(0) { $0 + $1[column] } / Double(states.count) }
    }

    static func unit(_ vector: [Double]) -> [Double] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }

    private func attention(_ x: Matrix, _ name: String) -> Matrix {
        let (q, k, v) = (linear(x, "\(name).query"), linear(x, "\(name).key"), linear(x, "\(name).value"))
        let width = model.hidden / model.heads
        var out = Matrix(repeating: [Double](repeating: 0, count: model.hidden), count: x.count)
        for head in 0..<model.heads {
            let columns = head * width..<(head + 1) * width
            for i in x.indices {
                let scores = x.indices.map { j in
                    columns.reduce(0) { $0 + q[i][$1] * k[j][$1] } / Double(width).squareRoot()
                }
                let exponentials = scores.map { exp($0) }
                let total = exponentials.reduce(0, +)
                for column in columns {
                    out[i][column] = x.indices.reduce(0) { $0 + exponentials[$1] / total * v[$1][column] }
                }
            }
        }
        return out
    }

    private func linear(_ x: Matrix, _ name: String) -> Matrix {
        let bias = values("\(name).bias")
        let rows = bias.indices.map { row("\(name).weight", $0) }
        return x.map { input in
            rows.indices.map { output in
                var total = bias[output]
                for index in input.indices { total += rows[output][index] * input[index] }
                return total
            }
        }
    }

    private func norm(_ x: Matrix, _ name: String) -> Matrix {
        let (gain, shift) = (values("\(name).weight"), values("\(name).bias"))
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return row.indices.map { (row[$0] - mean) / (variance + 1e-12).squareRoot() * gain[$0] + shift[$0] }
        }
    }

    private func sum(_ x: Matrix, _ y: Matrix) -> Matrix {
        zip(x, y).map { zip($0, $1).map(+) }
    }

    private func values(_ name: String) -> [Double] {
        model.tensors[name, default: .init(shape: [], values: [])].values.map(Double.init)
    }

    private func row(_ name: String, _ index: Int) -> [Double] {
        let tensor = model.tensors[name, default: .init(shape: [0, 0], values: [])]
        return tensor.values[index * tensor.shape[1]..<(index + 1) * tensor.shape[1]].map(Double.init)
    }
}
