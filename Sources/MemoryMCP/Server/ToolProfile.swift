import MemoryAPI

/// Which tools a client is shown: each takes room in a model's context.
package enum ToolProfile: String, Sendable, CaseIterable {
    /// Every operation, those on transcripts included.
    case all
    /// Every operation on memories.
    case memories
    /// Every operation on transcripts: sessions, runs, events, state, the archive and the conversation at hand.
    case transcripts
    /// Add and search.
    case minimal
    /// Add, search, update and delete.
    case standard
    /// Search, get, list and context: nothing that changes anything.
    case readonly
    /// The knowledge graph of the protocol's reference memory server, under its names.
    case reference
    /// Claude's memory tool: files below `/memories`.
    case claude

    /// The operations that are tools.
    var operations: [any Operation.Type] {
        switch self {
        case .all: Catalogue.operations
        case .memories: Catalogue.operations.filter { $0.specification.domain == .memories }
        case .transcripts: Catalogue.operations.filter { $0.specification.domain != .memories }
        case .minimal: [AddMemory.self, SearchMemories.self]
        case .standard: [AddMemory.self, SearchMemories.self, UpdateMemory.self, DeleteMemory.self]
        case .readonly: [SearchMemories.self, RecallContext.self, GetMemory.self, ListMemories.self]
        case .reference, .claude: []
        }
    }
}
