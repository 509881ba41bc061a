import Access
package import Memories
import Records

/// `event_latest`
package enum LatestEvent: Operation {
    package static let specification = EventOperations.latest(.session)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.latest(.session, call)
    }
}
