package import Access
package import Memories
package import Records

/// Every operation, in the order in which people read them.
package enum Catalogue {
    package static let operations: [any Operation.Type] = [
        AddMemory.self, AddMemories.self, SearchMemories.self, RecallContext.self, GetMemory.self, ListMemories.self,
        CountMemories.self, UpdateMemory.self, DeleteMemory.self, ClearMemories.self, MemoryHistory.self,
        RestoreMemory.self,
    ]

    /// The operation of a name.
    package static func operation(named name: String) -> (any Operation.Type)? { byName[name] }

    private static let byName: [String: any Operation.Type] = Dictionary(
        uniqueKeysWithValues: operations.map { ($0.specification.name, $0) })
}

extension Operation {
    /// The parameters of a request, those of the scope included.
    package static func parameters(_ defaults: ScopeDefaults) -> [any AnyParameter] {
        specification.parameters + defaults.parameters
    }

    /// Checks a request and runs it: the only way from a caller's words to the store. The caller's rights and the scope
    /// are settled before anything else is looked at.
    /// - Throws: ``MemoryError`` `forbidden`, `invalid`, and what the operation throws.
    package static func perform(
        _ members: [String: JSONValue], by caller: Caller, on store: MemoryStore, defaults: ScopeDefaults,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws(MemoryError) -> OperationAnswer {
        try caller.require(specification.permission)
        let arguments = try Arguments(members, parameters(defaults))
        let scope = try caller.scope(arguments, defaults)
        return try await run(
            OperationCall(store: store, scope: scope, arguments: arguments, progress: progress))
    }
}
