import Access
package import Memories
import Records

/// `run_event_append`
package enum AppendRunEvents: Operation {
    package static let specification = EventOperations.append(.run)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.append(.run, call)
    }
}
