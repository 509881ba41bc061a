import Access
package import Memories
import Records

/// `event_list`
package enum ListEvents: Operation {
    package static let specification = EventOperations.list(.session)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        try await EventOperations.list(.session, call)
    }
}
