/// What went wrong in a store. The description never carries record content.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers and logs.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A key or unique key is taken: ``StoreError/record`` is in the way.
        public static let exists = Code(rawValue: "exists")
        /// A record to change is not there.
        public static let missing = Code(rawValue: "missing")
        /// A guard did not hold.
        public static let guardFailed = Code(rawValue: "guard_failed")
        /// A counter's bound would be passed: ``StoreError/value`` is the counter's value.
        public static let limit = Code(rawValue: "limit")
        /// The change feed no longer reaches back that far: rebuild from reads.
        public static let tooOld = Code(rawValue: "too_old")
        /// The commit may or may not have happened: retry with the same ``Batch/id``.
        public static let outcomeUnknown = Code(rawValue: "outcome_unknown")
        /// The store cannot be reached, or is busy beyond its limit.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The engine or its configuration cannot do this.
        public static let unsupported = Code(rawValue: "unsupported")
        /// The request is wrong: the message names the field and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// The stored schema is newer than this program, or differs from it.
        public static let schema = Code(rawValue: "schema")
        /// The store's data is damaged.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The store was closed.
        public static let closed = Code(rawValue: "closed")
    }

    /// The kind of failure.
    public var code: Code
    /// A sentence for people, without content.
    public var message: String
    /// Which guard (`guardFailed`) or write failed, from 0.
    public var index: Int?
    /// The record in the way.
    public var record: Record?
    /// The counter's value before the refused change.
    public var value: Int64?
    /// What the engine said.
    public var underlying: (any Error)?

    /// An error.
    public init(
        _ code: Code, _ message: String, index: Int? = nil, record: Record? = nil, value: Int64? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.index = index
        self.record = record
        self.value = value
        self.underlying = underlying
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
