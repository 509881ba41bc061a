package import Access
package import Memories
package import Records
import Telemetry

/// Every operation, in the order in which people read them.
package enum Catalogue {
    package static let operations: [any Operation.Type] = [
        AddMemory.self, AddMemories.self, SearchMemories.self, RecallContext.self, GetMemory.self, ListMemories.self,
        CountMemories.self, UpdateMemory.self, DeleteMemory.self, ClearMemories.self, MemoryHistory.self,
        RestoreMemory.self, ExportMemories.self, ImportMemories.self,
        CreateSession.self, ListSessions.self, GetSession.self, UpdateSession.self, EndSession.self, PurgeSession.self,
        SummarizeSession.self, SessionContext.self, ExportSession.self, ImportSession.self,
        AppendEvents.self, ListEvents.self, LatestEvent.self, GetEvent.self, ReadEventWindow.self,
        SearchTranscripts.self,
        ReadSessionState.self, UpdateSessionState.self, ReadState.self, UpdateState.self,
        StartRun.self, UpsertRun.self, GetRun.self, FindRun.self, ListRuns.self, UpdateRun.self, CancelRun.self,
        LinkRun.self, ReadRunSnapshot.self, ReadRunCheckpoint.self, PurgeRun.self, AppendRunEvents.self,
        ListRunEvents.self, LatestRunEvent.self,
        ArchiveRuns.self, ArchiveRun.self, RestoreRun.self, SearchArchive.self,
        AppendToBuffer.self, ReadBuffer.self, ClearBuffer.self,
    ]

    /// The operation of a name.
    package static func operation(named name: String) -> (any Operation.Type)? { byName[name] }

    private static let byName: [String: any Operation.Type] = Dictionary(
        uniqueKeysWithValues: operations.map { ($0.specification.name, $0) })
}

extension OperationAnswer {
    /// The memory that it is about, or those of a list that were made.
    fileprivate var ids: [String] {
        if case .string(let id)? = members["id"] { return [id] }
        guard case .array(let results)? = members["results"] else { return [] }
        return results.compactMap { result in
            guard case .object(let element) = result, element["created"] != nil, case .string(let id)? = element["id"]
            else { return nil }
            return id
        }
    }
}

extension Operation {
    /// The parameters of a request, those of the scope included.
    package static func parameters(_ defaults: ScopeDefaults) -> [any AnyParameter] {
        switch specification.reach {
        case .scope: specification.parameters + defaults.parameters
        case .owner: specification.parameters + defaults.ownerParameters
        case .everybody: specification.parameters + ScopeDefaults.rangeParameters
        }
    }

    /// Checks a request and runs it: the only way from a caller's words to the store. The caller's rights and the scope
    /// are settled before anything else is looked at.
    /// - Parameter kept: What was kept of the answer, where the same was done before: nothing is done then.
    /// - Throws: ``MemoryError`` `forbidden`, `invalid`, and what the operation throws.
    package static func perform(
        _ members: [String: JSONValue], by caller: Caller, on services: Services, defaults: ScopeDefaults,
        kept: OperationAnswer? = nil, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws(MemoryError) -> OperationAnswer {
        let trail = AccessTrail.current
        trail?.note(operation: specification.name)
        try caller.require(specification.permission)
        let arguments = try Arguments(members, parameters(defaults))
        let scope: Scope
        var owners = OwnerRange()
        switch specification.reach {
        case .scope: scope = try caller.scope(arguments, defaults)
        case .owner:
            scope = try caller.scope(
                app: arguments[ScopeParameters.app], user: arguments[ScopeParameters.user], defaults)
        case .everybody:
            owners = try caller.owners(arguments)
            scope = Scope(app: owners.app ?? "", user: owners.user ?? "")
        }
        if let trail, case .string(let id)? = members["id"], id.utf8.count == 36 { trail.note(id: id) }
        let call = OperationCall(
            services: services, scope: scope, owners: owners, isForOneUser: caller.user != nil, arguments: arguments,
            kept: kept, progress: progress)
        let answer = try await traced(call, members)
        if let trail { answer.ids.forEach { trail.note(id: $0) } }
        return answer
    }

    /// As the other `perform`, where nothing but memories is kept.
    /// - Throws: ``MemoryError``, as there, and `unsupported` for what is not about memories.
    package static func perform(
        _ members: [String: JSONValue], by caller: Caller, on store: MemoryStore, defaults: ScopeDefaults,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws(MemoryError) -> OperationAnswer {
        try await perform(
            members, by: caller, on: Services(memories: store), defaults: defaults, progress: progress)
    }

    /// Runs it, as a span of its own where somebody records.
    private static func traced(
        _ call: OperationCall, _ members: [String: JSONValue]
    ) async throws(MemoryError) -> OperationAnswer {
        guard let span = MemorySpan(specification) else { return try await answer(call) }
        func result() async -> Result<OperationAnswer, MemoryError> {
            do throws(MemoryError) {
                return .success(try await answer(call))
            } catch {
                return .failure(error)
            }
        }
        let outcome = await CurrentSpan.$current.withValue(span.current, operation: result)
        span.end(members, outcome)
        return try outcome.get()
    }
}
