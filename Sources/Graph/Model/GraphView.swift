public import Records

/// Which relations are seen, on both time axes. By default those that are believed now, whenever they were true.
public struct GraphView: Sendable, Hashable {
    /// What the store believed.
    public enum Belief: Sendable, Hashable {
        /// What it believes now.
        case now
        /// What it believed at a moment.
        case at(Timestamp)
        /// What it ever believed, retracted relations included.
        case ever
    }

    /// What the store believed.
    public var belief: Belief
    /// Only what was true in the world at this moment; nil is whenever. A relation without a beginning was always true
    /// before its end, one without an end is true from its beginning on.
    public var validAt: Timestamp?

    /// A view of a belief.
    public init(_ belief: Belief, validAt: Timestamp? = nil) {
        self.belief = belief
        self.validAt = validAt
    }

    /// What was true at one moment, as it was known at another; nil is whenever, and now.
    public init(validAt: Timestamp? = nil, knownAt: Timestamp? = nil) {
        self.init(knownAt.map { .at($0) } ?? .now, validAt: validAt)
    }

    /// Every relation there ever was, retracted ones included.
    public static let everything = GraphView(.ever)
}
