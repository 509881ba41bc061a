public import Records

/// What went wrong with blocks. The description never carries values.
public struct BlockError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request is wrong: the message names the part and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// There is no such block, or the agent has none of this label.
        public static let notFound = Code(rawValue: "not_found")
        /// The agent has another block of this label, or others kept changing the block.
        public static let conflict = Code(rawValue: "conflict")
        /// The agent may read the block only.
        public static let readOnly = Code(rawValue: "read_only")
        /// The store cannot be reached.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The write may or may not have happened.
        public static let outcomeUnknown = Code(rawValue: "outcome_unknown")
        /// The store or its configuration cannot do this.
        public static let unsupported = Code(rawValue: "unsupported")
        /// Stored data is damaged, or of a newer version.
        public static let corrupted = Code(rawValue: "corrupted")
        /// The store was closed.
        public static let closed = Code(rawValue: "closed")
    }

    /// The kind of failure.
    public var code: Code
    /// A sentence for people, without values.
    public var message: String
    /// What was thrown below.
    public var underlying: (any Error)?

    /// An error.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Wraps a store's error.
    public init(_ error: StoreError) {
        let code: Code
        switch error.code {
        case .invalid: code = .invalid
        case .exists, .guardFailed, .missing: code = .conflict
        case .unsupported: code = .unsupported
        case .outcomeUnknown: code = .outcomeUnknown
        case .corrupted, .schema: code = .corrupted
        case .closed: code = .closed
        default: code = .unavailable
        }
        self.init(code, error.message, underlying: error)
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
