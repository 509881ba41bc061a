public import Records

/// What went wrong with transcripts. The description never carries content.
public struct TranscriptError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request is wrong: the message names the field and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// The owner has no such session, run or event.
        public static let notFound = Code(rawValue: "not_found")
        /// The same identifier or key says something else, or the record changed meanwhile.
        public static let conflict = Code(rawValue: "conflict")
        /// A bound would be passed: the message names it.
        public static let limit = Code(rawValue: "limit")
        /// The session has ended and takes nothing new.
        public static let sessionEnded = Code(rawValue: "session_ended")
        /// The session was purged or has expired; its id is never used again.
        public static let sessionPurged = Code(rawValue: "session_purged")
        /// The session must be ended first.
        public static let sessionActive = Code(rawValue: "session_active")
        /// The session still has runs that are pending, running or paused.
        public static let sessionHasActiveRuns = Code(rawValue: "session_has_active_runs")
        /// The run is over and takes nothing new.
        public static let runNotActive = Code(rawValue: "run_not_active")
        /// The run is still pending, running or paused.
        public static let runActive = Code(rawValue: "run_active")
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
        case .exists, .guardFailed: code = .conflict
        case .missing: code = .notFound
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
