public import Records

/// What went wrong with checkpoints. The description never carries state.
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request is wrong: the message names the field and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// There is no such checkpoint.
        public static let notFound = Code(rawValue: "not_found")
        /// Others kept changing the thread meanwhile; repeating is safe.
        public static let conflict = Code(rawValue: "conflict")
        /// The checkpoint leaves channels unchanged, but its parent is gone, and their values may be as well. Send every
        /// channel's value, or load the thread again.
        public static let parentMissing = Code(rawValue: "parent_missing")
        /// A stored value cannot be opened: it is sealed under another key or cipher, or was not sealed.
        public static let sealed = Code(rawValue: "sealed")
        /// The store cannot be reached.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The write may or may not have happened; repeating it is safe.
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
    /// A sentence for people, without state.
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
