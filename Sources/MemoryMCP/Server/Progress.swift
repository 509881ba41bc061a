import Records
import Synchronization

/// Tells of progress in order, each word greater than the one before.
final class Progress: Sendable {
    private let continuation: AsyncStream<(Int, Int)>.Continuation
    private let task: Task<Void, Never>

    /// - Parameter token: The request's progress token; nil where there is none, and then nothing is told.
    init?(_ token: JSONValue?, _ notify: @escaping @Sendable (JSONValue) async -> Void) {
        guard let token = RPCRequest.valid(token) else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: (Int, Int).self)
        self.continuation = continuation
        task = Task {
            for await (done, total) in stream {
                await notify(
                    OutgoingMessage.notification(
                        "notifications/progress",
                        ["progressToken": token, "progress": .int(Int64(done)), "total": .int(Int64(total))]))
            }
        }
    }

    @Sendable func report(_ done: Int, _ total: Int) { continuation.yield((done, total)) }

    /// Waits until everything was told.
    func finish() async {
        continuation.finish()
        await task.value
    }
}
