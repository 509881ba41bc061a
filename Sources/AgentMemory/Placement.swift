public import Records

/// Where the records of a domain live.
public enum Placement: Sendable, ExpressibleByStringLiteral {
    /// A store by its URL, as ``AgentMemory/open(_:configuration:)`` takes it.
    case url(String)
    /// A store of the caller's, of whatever kind; the caller closes it.
    case store(any RecordStore)

    /// A store by its URL.
    public init(stringLiteral value: String) { self = .url(value) }
}
