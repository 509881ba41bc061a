import MemoryAPI

/// Which tools a client is shown: each takes room in a model's context.
package enum ToolProfile: String, Sendable, CaseIterable {
    /// Every operation.
    case all
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
        case .minimal: [AddMemory.self, SearchMemories.self]
        case .standard: [AddMemory.self, SearchMemories.self, UpdateMemory.self, DeleteMemory.self]
        case .readonly: [SearchMemories.self, RecallContext.self, GetMemory.self, ListMemories.self]
        case .reference, .claude: []
        }
    }
}
