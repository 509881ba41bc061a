/// Why a vector is refused.
package enum VectorIndexError: Error, Equatable, CustomStringConvertible {
    /// The vector has another dimension than the index.
    case dimensionMismatch(expected: Int, actual: Int)
    /// A component is infinite or not a number.
    case notFinite(component: Int)
    /// All components are 0, so the vector has no direction to compare.
    case zeroVector

    package var description: String {
        switch self {
        case .dimensionMismatch(let expected, let actual):
            "vector: dimension \(actual), but the index has dimension \(expected)"
        case .notFinite(let component): "vector: component \(component) is not a finite number"
        case .zeroVector: "vector: all components are 0, so it has no direction"
        }
    }
}
