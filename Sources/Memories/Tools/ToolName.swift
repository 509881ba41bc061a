/// The tools that an agent may be given.
public enum ToolName: String, Sendable, Hashable, CaseIterable {
    /// Stores a memory.
    case add = "memory_add"
    /// Replaces what a memory says.
    case update = "memory_update"
    /// Deletes one memory.
    case delete = "memory_delete"
    /// Deletes every memory of the scope.
    case clear = "memory_clear"
    /// Finds memories by words and meaning.
    case search = "memory_search"
    /// Reads the newest memories.
    case load = "memory_load"

    /// What errors of the tool begin with: `memory add tool: `.
    var errorPrefix: String { rawValue.split(separator: "_").joined(separator: " ") + " tool: " }
}
