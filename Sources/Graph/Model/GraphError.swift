public import Records

/// What went wrong with a graph. The description never carries what entities and relations say.
public struct GraphError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request is wrong: the message names the field and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// There is no such entity or relation: the message says which (`source`, `target`, …).
        public static let notFound = Code(rawValue: "not_found")
        /// What is stored stands against it (another entity's name, another revision, a retracted relation), or others
        /// kept changing it meanwhile; then repeating is safe.
        public static let conflict = Code(rawValue: "conflict")
        /// What is stored would become larger than an entity may be, or one commit.
        public static let limit = Code(rawValue: "limit")
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
    /// A sentence for people, without content.
    public var message: String
    /// The id of the entity or relation that is in the way, where there is one.
    public var existing: String?
    /// What was thrown below.
    public var underlying: (any Error)?

    /// An error.
    public init(_ code: Code, _ message: String, existing: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.existing = existing
        self.underlying = underlying
    }

    /// Wraps a store's error.
    public init(_ error: StoreError) {
        let code: Code
        switch error.code {
        case .invalid: code = .invalid
        case .exists, .guardFailed, .missing: code = .conflict
        case .limit: code = .limit
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
