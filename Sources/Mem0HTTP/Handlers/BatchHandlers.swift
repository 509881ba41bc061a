import Access
import HTTPServer
import Memories
import Records

extension Mem0Call {
    private static let batchLimit = 1_000

    /// `PUT /v1/batch/`. Every memory is found and every change checked before the first is made.
    func batchUpdate() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.write)
        let start = project.now
        var changes: [(Mem0Memory, MemoryChangeRequest)] = []
        for (id, members) in try batch("updated") {
            let memory = try await project.memory(id)
            guard !memory.attributes.isImmutable else {
                throw MemoryError(.invalid, "memory \(memory.memory.id) is immutable: nothing was updated")
            }
            changes.append((memory, try MemoryChangeRequest(members)))
        }
        var events: [MemoryEvent] = []
        var failure: MemoryError?
        for (memory, change) in changes {
            do {
                events.append(try await project.apply(change, to: memory).event(.update))
            } catch {
                failure = error
                break
            }
        }
        let event = try await project.record("UPDATE", events, since: start)
        if let failure {
            throw MemoryError(
                failure.code, "\(events.count) of \(changes.count) memories were updated, then: \(failure.message)",
                conflictingID: failure.conflictingID)
        }
        return Mem0Answer.object([
            "message": .string("Successfully updated \(events.count) memories"), "event_id": .string(event),
        ])
    }

    /// `DELETE /v1/batch/`, with a body. Every memory is found before the first is deleted.
    func batchDelete() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.delete)
        let start = project.now
        var memories: [Owner: [Mem0Memory]] = [:]
        for (id, _) in try batch("deleted") {
            let memory = try await project.memory(id)
            memories[memory.owner, default: []].append(memory)
        }
        var events: [MemoryEvent] = []
        for (owner, memories) in memories { events += try await project.remove(memories, of: owner) }
        let event = try await project.record("DELETE", events, since: start)
        return Mem0Answer.object([
            "message": .string("Successfully deleted \(events.count) memories"), "event_id": .string(event),
        ])
    }

    /// The ids of a batch, and what else it says of each.
    private func batch(_ verb: String) throws(MemoryError) -> [(id: String, members: [String: JSONValue])] {
        guard case .array(let elements)? = request.body["memories"], !elements.isEmpty else {
            throw MemoryError(.invalid, "memories must be a list of objects with a memory_id")
        }
        guard elements.count <= Self.batchLimit else {
            throw MemoryError(.invalid, "Maximum of \(Self.batchLimit) memories can be \(verb) in a single request")
        }
        var batch: [(id: String, members: [String: JSONValue])] = []
        for element in elements {
            guard case .object(let members) = element, case .string(let id)? = members["memory_id"] ?? members["id"]
            else { throw MemoryError(.invalid, "memories must be a list of objects with a memory_id") }
            batch.append((id, members))
        }
        return batch
    }
}
