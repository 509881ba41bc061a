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
        case finished
    }

    private struct State {
        var phase = Phase.receiving
        var isBegun = false
        var request: HTTPRequest?
        var receivedBytes = 0
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
            case .running, .finished: return nil
            case .receiving:
                guard let request = state.request.take() else { return .failed }
                // Suspended first: a task that ends at once must find a connection that it can resume.
                MHD_suspend_connection(connection.pointer)
                state.connection = connection
                let watch = listener.watch.begin(self, on: connection.socket)
                let task = Task {
                    let response = await listener.handler(request)
                    answer(response.hasValidHead ? response : .failed)
                }
                state.phase = .running(task, watch: watch)
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

    /// Gives up waiting for the client's request or for the handler, because the server stops.
    func abandon() {
        let task: Task<Void, Never>? = state.withLock { state in
            switch state.phase {
            case .receiving:
                state.phase = .answered(.shuttingDown)
                return nil
            case .running(let task, let watch):
                state.phase = .answered(.shuttingDown)
                resume(state.connection, watch: watch)
                return task
            case .answered, .finished: return nil
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
        let task: Task<Void, Never>? = state.withLock { state in
            guard case .running(let task, _) = state.phase else { return nil }
            return task
        }
        task?.cancel()
    }

    /// The answer is sent or the connection is gone.
    func finish() {
        state.withLock { state in
            state.phase = .finished
            state.request = nil
            state.connection = nil
        }
        listener.dismiss(self)
    }

    private var tooLarge: HTTPResponse {
        let limit = listener.configuration.maximumBodyBytes
        return .problem(413, "Content Too Large", "The request body exceeds the limit of \(limit) bytes")
    }
}

extension HTTPResponse {
    static let shuttingDown = problem(503, "Service Unavailable", "The server is shutting down")
    static let failed = problem(500, "Internal Server Error", "The server could not form a valid response")
}
