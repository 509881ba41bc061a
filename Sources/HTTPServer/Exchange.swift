internal import CMicroHTTPD
internal import Synchronization

/// One request and its answer, from the request line until the last byte of the answer is sent or the connection is
/// gone. The library's thread receives the request, suspends the connection while the handler runs as a task, and is
/// woken to send the answer.
final class Exchange: Sendable {
    private enum Phase {
        case receiving
        case running(Task<Void, Never>, watch: UInt64)
        case answered(HTTPResponse)
        case streaming(BodyPump, watch: UInt64, socket: Int32)
        case finished
    }

    private struct State {
        var phase = Phase.receiving
        var isBegun = false
        var request: HTTPRequest?
        var receivedBytes = 0
        var startedAt: ContinuousClock.Instant?
        var connection: Connection?
    }

    /// A connection, which is only touched while the exchange is not finished.
    private struct Connection: @unchecked Sendable {  // MHD_resume_connection may be called from any thread.
        let pointer: OpaquePointer
        let socket: Int32
    }

    /// The request target as sent; `nil` when it is not UTF-8.
    let target: String?
    /// The length of the target up to its first NUL, in bytes.
    let targetLength: Int
    private let listener: Listener
    private let state = Mutex(State())

    /// How much of a body that is refused is read and thrown away, in bytes, so that a client which sends before it
    /// listens gets to see the refusal instead of a reset connection.
    static let discardedBytes = 64 << 20

    init(target: String?, targetLength: Int, listener: Listener) {
        self.target = target
        self.targetLength = targetLength
        self.listener = listener
    }

    /// Whether this is the first call for the request.
    func isFirstCall() -> Bool {
        state.withLock { state in
            defer { state.isBegun = true }
            return !state.isBegun
        }
    }

    /// Takes the head. An answer that is returned is to be sent at once, without reading the body.
    func begin(_ head: RequestHead) -> HTTPResponse? {
        guard listener.admit(self) else { return .shuttingDown }
        var refusal: HTTPResponse?
        switch head.fault {
        case .framing(let response): return response
        case .request(let response): refusal = response
        case nil:
            if let length = head.contentLength, length > UInt64(listener.configuration.maximumBodyBytes) {
                refusal = tooLarge
            }
        }
        if let refusal {
            let length = head.contentLength ?? 0
            if head.expectsContinue || length > UInt64(Self.discardedBytes) { return refusal }
            state.withLock { $0.phase = .answered(refusal) }
        } else {
            let capacity = min(head.contentLength ?? 0, 1 << 20)  // The announcement alone earns no more memory.
            state.withLock { state in
                state.request = head.request
                state.request?.body.reserveCapacity(Int(capacity))
            }
        }
        return nil
    }

    /// Takes a part of the body. `false`: the client sends without end, close the connection.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let limit = listener.configuration.maximumBodyBytes
        let tooLarge = tooLarge
        // The bytes are only read inside this call.
        nonisolated(unsafe) let bytes = bytes
        return state.withLock { state in
            state.receivedBytes += bytes.count
            guard case .receiving = state.phase else { return state.receivedBytes <= Self.discardedBytes }
            if state.receivedBytes > limit {
                state.request = nil
                state.phase = .answered(tooLarge)
            } else {
                state.request?.body.append(contentsOf: bytes)
            }
            return true
        }
    }

    /// The request is complete, or an answer is ready: returns the answer, or starts the handler and suspends.
    func proceed(_ connection: OpaquePointer) -> HTTPResponse? {
        let connection = Connection(pointer: connection, socket: microhttpd_socket(connection))
        return state.withLock { state in
            switch state.phase {
            case .answered(let response): return response
            case .running, .streaming, .finished: return nil
            case .receiving:
                guard let request = state.request.take() else { return .failed }
                // Suspended first: a task that ends at once must find a connection that it can resume.
                MHD_suspend_connection(connection.pointer)
                state.connection = connection
                let watch = listener.watch.begin(self, on: connection.socket)
                let task = Task {
                    let response = await listener.handler(request).compressed(for: request)
                    answer(response.hasValidHead ? response : .failed)
                }
                state.phase = .running(task, watch: watch)
                state.startedAt = .now
                return nil
            }
        }
    }

    /// The handler's answer; ignored when the exchange was abandoned before.
    private func answer(_ response: HTTPResponse) {
        state.withLock { state in
            guard case .running(_, let watch) = state.phase else { return }
            state.phase = .answered(response)
            resume(state.connection, watch: watch)
        }
    }

    /// The answer's body comes from a pump; called on the library's thread, before the first byte is asked for.
    func stream(_ pump: BodyPump, on connection: OpaquePointer) {
        let socket = microhttpd_socket(connection)
        state.withLock { state in
            state.phase = .streaming(pump, watch: listener.watch.begin(self, on: socket), socket: socket)
        }
        // Streams have no end of their own to wait for.
        if listener.closesConnections { pump.finish() }
    }

    /// Ends a streamed body, because the server stops; other requests go on.
    func endStream() {
        let pump: BodyPump? = state.withLock { state in
            guard case .streaming(let pump, _, _) = state.phase else { return nil }
            return pump
        }
        pump?.finish()
    }

    /// Gives up on a handler that started before a moment.
    func expire(startedBefore limit: ContinuousClock.Instant) {
        let task: Task<Void, Never>? = state.withLock { state in
            guard case .running(let task, let watch) = state.phase, let start = state.startedAt, start < limit else {
                return nil
            }
            state.phase = .answered(.timedOut)
            resume(state.connection, watch: watch)
            return task
        }
        task?.cancel()
    }

    /// Gives up waiting for the client's request or for the handler, because the server stops.
    func abandon() {
        endStream()
        let task: Task<Void, Never>? = state.withLock { state in
            switch state.phase {
            case .receiving:
                state.phase = .answered(.shuttingDown)
                return nil
            case .running(let task, let watch):
                state.phase = .answered(.shuttingDown)
                resume(state.connection, watch: watch)
                return task
            case .answered, .streaming, .finished: return nil
            }
        }
        task?.cancel()
    }

    /// Called inside the lock: `finish()`, and with it the end of the connection and of the server, wait for it.
    private func resume(_ connection: Connection?, watch: UInt64) {
        guard let connection else { return }
        listener.watch.end(watch, on: connection.socket)
        MHD_resume_connection(connection.pointer)
    }

    /// Cancels the handler: nobody waits for its answer.
    func clientHungUp() {
        let phase = state.withLock { $0.phase }
        switch phase {
        case .running(let task, _): task.cancel()
        case .streaming(let pump, _, _): pump.abort()
        case .receiving, .answered, .finished: break
        }
    }

    /// The answer is sent or the connection is gone.
    func finish() {
        let phase = state.withLock { state in
            defer { state.phase = .finished }
            state.request = nil
            state.connection = nil
            return state.phase
        }
        if case .streaming(let pump, let watch, let socket) = phase {
            listener.watch.end(watch, on: socket)
            pump.detach()
        }
        listener.dismiss(self)
    }

    private var tooLarge: HTTPResponse {
        let limit = listener.configuration.maximumBodyBytes
        return .problem(
            413, "Content Too Large", "The request body exceeds the limit of \(limit) bytes", code: "too_large")
    }
}

extension HTTPResponse {
    static let shuttingDown = problem(
        503, "Service Unavailable", "The server is shutting down", code: "unavailable")
    static let failed = problem(
        500, "Internal Server Error", "The server could not form a valid response", code: "failed")
    static let timedOut = problem(
        504, "Gateway Timeout", "The request took too long; what it asked for may have happened", code: "timeout")
}
