import Graph
import Memories

extension DomainOpening where Store == any KnowledgeGraph {
    /// The graph of a memory.
    /// - Parameter placement: nil puts it beside the memories.
    init(_ memories: MemoryStore, _ placement: GraphPlacement?) {
        if case .graph(let graph)? = placement {
            self.init { () async throws(MemoryError) in
                graph
            } shut: { _ in
                // The caller's, who closes it.
            }
            return
        }
        self.init { () async throws(MemoryError) in
            let (records, isOurs) = try await (placement?.records).records(besides: memories)
            do throws(GraphError) {
                return try await GraphStore(records, configuration: GraphStoreConfiguration(ownsRecords: isOurs))
            } catch {
                if isOurs { await records.close() }
                throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
            }
        } shut: {
            await $0.close()
        }
    }
}
