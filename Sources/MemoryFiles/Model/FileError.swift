public import Records

/// What went wrong with files. The description never carries content.
public struct FileError: Error, Sendable, CustomStringConvertible {
    /// A kind of failure: an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's name, as it appears in answers.
        public var rawValue: String

        /// The code of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request is wrong: the message names the part and the limit.
        public static let invalid = Code(rawValue: "invalid")
        /// There is no such folder, file or version.
        public static let notFound = Code(rawValue: "not_found")
        /// Something is at the path already: ``FileError/conflictingID`` and ``FileError/conflictingPath`` name it.
        public static let exists = Code(rawValue: "exists")
        /// The file is not what was expected, or others kept changing it.
        public static let conflict = Code(rawValue: "conflict")
        /// The folder was archived: it can be read and emptied, never written again.
        public static let archived = Code(rawValue: "archived")
        /// More than fits one commit.
        public static let limit = Code(rawValue: "limit")
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
    /// A sentence for people, without content.
    public var message: String
    /// The file in the way; nil when a directory is.
    public var conflictingID: String?
    /// Where the file or directory in the way is.
    public var conflictingPath: String?
    /// What was thrown below.
    public var underlying: (any Error)?

    /// An error.
    public init(
        _ code: Code, _ message: String, conflictingID: String? = nil, conflictingPath: String? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.conflictingID = conflictingID
        self.conflictingPath = conflictingPath
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

    static let keptChanging = FileError(.conflict, "others kept changing the file or its directory; try again")
}
