public import Graph
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

/// Where the graph lives: in a store, or in something else that is a graph.
public enum GraphPlacement: Sendable, ExpressibleByStringLiteral {
    /// A store by its URL, as ``AgentMemory/open(_:configuration:)`` takes it.
    case url(String)
    /// A store of the caller's, of whatever kind; the caller closes it.
    case store(any RecordStore)
    /// A graph of the caller's, such as one over a graph database; the caller closes it.
    case graph(any KnowledgeGraph)

    /// A store by its URL.
    public init(stringLiteral value: String) { self = .url(value) }

    /// Where its records live; nil for a graph that has none.
    var records: Placement? {
        switch self {
        case .url(let url): .url(url)
        case .store(let store): .store(store)
        case .graph: nil
        }
    }
}
