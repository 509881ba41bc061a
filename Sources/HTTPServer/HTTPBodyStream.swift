internal import CMicroHTTPD
internal import Synchronization

/// A body that is made while it is sent, such as events.
public struct HTTPBodyStream: Sendable {
    package let produce: @Sendable (HTTPBodyWriter) async -> Void

    /// A body of what `produce` writes; it ends when that returns. Its task is cancelled when the client hangs up and
    /// when the server stops.
    public init(_ produce: @escaping @Sendable (HTTPBodyWriter) async -> Void) {
        self.produce = produce
    }
}

/// Where a streamed body is written to.
public struct HTTPBodyWriter: Sendable {
    private let send: @Sendable ([UInt8]) async -> Bool
    private let end: @Sendable () -> Void

    /// A writer to somewhere else than a connection, for handlers that are tested without a server.
    package init(_ send: @escaping @Sendable ([UInt8]) async -> Bool, abort: @escaping @Sendable () -> Void = {}) {
        self.send = send
        end = abort
    }

    /// Sends bytes, waiting while the client is slow to read.
    /// - Returns: Whether anybody still reads.
    @discardableResult
    public func write(_ bytes: [UInt8]) async -> Bool { await send(bytes) }

    /// Ends the body at once, so that the client sees that it is not whole.
    public func abort() { end() }

    /// Sends text.
    /// - Returns: Whether anybody still reads.
    @discardableResult
    public func write(_ text: String) async -> Bool { await send(Array(text.utf8)) }
}

/// Carries a streamed body from the task that makes it to the thread that sends it. While there is nothing to send the
/// connection is suspended.
final class BodyPump: Sendable {
    /// What may wait to be sent, in bytes, before the writer waits too.
    private static let capacity = 64 << 10

    private enum End { case open, finished, aborted }

    private struct State: @unchecked Sendable {  // MHD_resume_connection may be called from any thread.
        var bytes: [UInt8] = []
        var end = End.open
        var connection: OpaquePointer?
        var isSuspended = false
        var writer: CheckedContinuation<Void, Never>?
        var task: Task<Void, Never>?
        var isStarted = false
    }

    private let stream: HTTPBodyStream
    private let state: Mutex<State>

    init(_ stream: HTTPBodyStream, connection: OpaquePointer) {
        self.stream = stream
        nonisolated(unsafe) let connection = connection
        state = Mutex(State(connection: connection))
    }

    /// Fills a buffer of the HTTP library, on its thread; 0 after suspending the connection.
    func read(into buffer: UnsafeMutablePointer<CChar>, atMost limit: Int) -> Int {
        nonisolated(unsafe) let buffer = buffer
        let (count, writer): (Int, CheckedContinuation<Void, Never>?) = state.withLock { state in
            if !state.isStarted, state.end == .open {
                state.isStarted = true
                // Started by the first read: a HEAD request never reads.
                state.task = Task { [self] in
                    await stream.produce(HTTPBodyWriter(write, abort: abort))
                    finish()
                }
            }
            if !state.bytes.isEmpty, state.end != .aborted {
                let count = min(limit, state.bytes.count)
                state.bytes.withUnsafeBytes { bytes in
                    UnsafeMutableRawPointer(buffer).copyMemory(
                        from: bytes.baseAddress ?? UnsafeRawPointer(buffer), byteCount: count)
                }
                state.bytes.removeFirst(count)
                return (count, state.bytes.count < Self.capacity ? state.writer.take() : nil)
            }
            switch state.end {
            case .finished: return (microhttpd_end_of_stream(), nil)
            case .aborted: return (microhttpd_end_with_error(), nil)
            case .open:
                if let connection = state.connection {
                    state.isSuspended = true
                    MHD_suspend_connection(connection)
                }
                return (0, nil)
            }
        }
        writer?.resume()
        return count
    }

    func write(_ bytes: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard state.end == .open else { return false }
                state.bytes += bytes
                Self.wake(&state)
                guard state.bytes.count >= Self.capacity else { return false }
                state.writer = continuation
                return true
            }
            if !waits { continuation.resume() }
        }
        return state.withLock { $0.end == .open }
    }

    /// Ends the body after what was written.
    func finish() { end(.finished) }

    /// Ends the body at once: nobody reads it.
    func abort() { end(.aborted) }

    private func end(_ end: End) {
        let (writer, task) = state.withLock { state in
            if state.end == .open { state.end = end }
            Self.wake(&state)
            return (state.writer.take(), state.task.take())
        }
        writer?.resume()
        task?.cancel()
    }

    /// The connection is gone.
    func detach() {
        state.withLock { state in
            state.connection = nil
            state.isSuspended = false
        }
        abort()
    }

    /// Called inside the lock: the end of the connection waits for it.
    private static func wake(_ state: inout State) {
        guard state.isSuspended, let connection = state.connection else { return }
        state.isSuspended = false
        MHD_resume_connection(connection)
    }
}
