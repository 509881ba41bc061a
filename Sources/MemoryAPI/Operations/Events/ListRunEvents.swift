import Access
package import Memories
import Records

/// `run_event_list`
package enum ListRunEvents: Operation {
    package static let specification = EventOperations.list(.run)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.list(.run, call)
    }
}
