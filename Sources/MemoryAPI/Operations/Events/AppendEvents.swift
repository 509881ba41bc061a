import Access
package import Memories
import Records

/// `event_append`
package enum AppendEvents: Operation {
    package static let specification = EventOperations.append(.session)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.append(.session, call)
    }
}
