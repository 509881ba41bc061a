/// Cosine similarity, in one formula for every store that compares vectors itself, so that ties are ties everywhere.
public enum Cosine {
    /// The cosine of the angle between two vectors of one dimension, −1 to 1; 0 where one has no direction.
    /// - Complexity: O(dimensions), in double precision.
    public static func similarity(_ left: [Float], _ right: [Float]) -> Double {
        var product = 0.0
        var leftSquares = 0.0
        var rightSquares = 0.0
        for index in 0..<min(left.count, right.count) {
            let a = Double(left[index])
            let b = Double(right[index])
            product += a * b
            leftSquares += a * a
            rightSquares += b * b
        }
        let lengths = leftSquares.squareRoot() * rightSquares.squareRoot()
        return lengths == 0 ? 0 : max(-1, min(1, product / lengths))
    }
}
