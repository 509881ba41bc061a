/// Which tools work, and which of them the agent is given.
///
/// A tool that is *enabled* may run, also in the background; one that is *exposed* is in the agent's ``MemoryToolSet``.
/// Only an enabled tool can be exposed.
///
/// | | enabled by default | exposed by default |
/// |---|---|---|
/// | ``Mode/agentic`` | add, update, search, load | whatever is enabled |
/// | ``Mode/auto`` | add, update, delete, search | search and load, where enabled |
public struct ToolConfiguration: Sendable {
    /// Who decides what to remember.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// The agent, by calling tools.
        case agentic
        /// The background, by reading the conversation; the agent mostly searches.
        case auto
    }

    /// Who decides what to remember.
    public var mode: Mode
    /// Tools switched on or off, whatever the default.
    public var enabled: [ToolName: Bool]
    /// Tools shown to or hidden from the agent, whatever the default. Hiding wins over ``autoExposed``.
    public var exposed: [ToolName: Bool]
    /// Further tools that the agent is shown in mode ``Mode/auto``; without effect in the other.
    public var autoExposed: Set<ToolName>
    /// Replacements. Giving one enables the name, unless ``enabled`` says otherwise.
    public var custom: [ToolName: any MemoryTool]

    /// The defaults of a mode, and exceptions.
    public init(
        mode: Mode = .agentic, enabled: [ToolName: Bool] = [:], exposed: [ToolName: Bool] = [:],
        autoExposed: Set<ToolName> = [], custom: [ToolName: any MemoryTool] = [:]
    ) {
        self.mode = mode
        self.enabled = enabled
        self.exposed = exposed
        self.autoExposed = autoExposed
        self.custom = custom
    }

    /// Whether the tool may run.
    public func isEnabled(_ name: ToolName) -> Bool {
        if let isEnabled = enabled[name] { return isEnabled }
        if custom[name] != nil { return true }
        switch (mode, name) {
        case (_, .add), (_, .update), (_, .search), (.agentic, .load), (.auto, .delete): return true
        case (_, .clear), (.agentic, .delete), (.auto, .load): return false
        }
    }

    /// Whether the agent is given the tool.
    public func isExposed(_ name: ToolName) -> Bool {
        guard isEnabled(name) else { return false }
        if let isExposed = exposed[name] { return isExposed }
        return mode == .agentic || autoExposed.contains(name) || name == .search || name == .load
    }
}
