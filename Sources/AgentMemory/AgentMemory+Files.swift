public import Blocks
public import MemoryFiles

extension AgentMemory {
    /// The folders of files of an app's user, in the same store as the memories: texts at paths, with versions.
    ///
    /// ```swift
    /// let files = try await memory.files(for: alice)
    /// let folder = try await files.createFolder("Plans")
    /// try await files.create("/2026/trip.md", "Lisbon in May", in: folder.id)
    /// ```
    /// The store stays this object's. Agent and session of the scope do not matter.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    public func files(for scope: Scope) async throws(MemoryError) -> FileStore {
        try scope.validate()
        do {
            return try await FileStore(memories.records, owner: scope.partition.name)
        } catch {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
        }
    }

    /// Claude's memory tool on the folder of a scope, ready for an agent loop: give the API
    /// ``MemoryFiles/ClaudeMemoryTool/declaration``, and pass the input of each `tool_use` to
    /// ``MemoryFiles/ClaudeMemoryTool/call(_:)``. A scope with an agent or a session has a folder of its own.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    public func claudeMemoryTool(
        for scope: Scope, wording: ClaudeWording = .documented
    ) async throws(MemoryError) -> ClaudeMemoryTool {
        let files = try await files(for: scope)
        do {
            return try await files.claudeMemoryTool(agent: scope.agent, session: scope.session, wording: wording)
        } catch {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
        }
    }

    /// The blocks of an app's user, in the same store as the memories: labelled texts that agents have in their prompts.
    /// Agent and session of the scope do not matter.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    public func blocks(for scope: Scope) async throws(MemoryError) -> BlockStore {
        try scope.validate()
        do {
            return try await BlockStore(memories.records, owner: scope.partition.name)
        } catch {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
        }
    }
}
