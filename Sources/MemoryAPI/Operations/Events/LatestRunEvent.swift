import Access
package import Memories
import Records

/// `run_event_latest`
package enum LatestRunEvent: Operation {
    package static let specification = EventOperations.latest(.run)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.latest(.run, call)
    }
}
