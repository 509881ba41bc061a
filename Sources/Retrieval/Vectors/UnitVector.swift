internal import Foundation

/// A vector of length 1 with its copy in 8 bits.
struct UnitVector {
    /// The components, [dimensions].
    let values: [Float]
    /// The components divided by `scale` and rounded, -127 ... 127, padded with zeros to [stride].
    let quantized: [Int8]
    /// The largest absolute component divided by 127.
    let scale: Float

    init(_ vector: [Float], dimensions: Int) throws(VectorIndexError) {
        guard vector.count == dimensions else {
            throw .dimensionMismatch(expected: dimensions, actual: vector.count)
        }
        var squares = 0.0  // no finite Float overflows or vanishes when squared in double precision
        for (index, value) in vector.enumerated() {
            guard value.isFinite else { throw .notFinite(component: index) }
            squares += Double(value) * Double(value)
        }
        guard squares > 0 else { throw .zeroVector }
        let factor = 1 / squares.squareRoot()
        var values = [Float](repeating: 0, count: dimensions)
        var largest: Float = 0
        for index in 0..<dimensions {
            let value = Float(Double(vector[index]) * factor)
            values[index] = value
            largest = max(largest, abs(value))
        }
        let scale = largest / 127
        var quantized = [Int8](repeating: 0, count: Self.stride(of: dimensions))
        for index in 0..<dimensions {
            quantized[index] = Int8(max(-127, min(127, (values[index] / scale).rounded())))
        }
        self.values = values
        self.quantized = quantized
        self.scale = scale
    }

    /// The bytes between rows of quantised vectors.
    static func stride(of dimensions: Int) -> Int { (dimensions + 63) & ~63 }
}
