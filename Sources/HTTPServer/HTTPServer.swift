internal import Dispatch
internal import Synchronization

/// An HTTP/1.1 server for one asynchronous handler, over libmicrohttpd.
///
/// Connections are kept alive, pipelined requests of one connection are served in order, bodies may be chunked, and
/// `Expect: 100-continue` is answered. The handler runs as a task of its own; many run at a time, bounded by
/// `maximumConnections`. When the client hangs up the task is cancelled; the same happens when it only closes its
/// sending side, in which case it still receives the answer.
///
/// Requests that HTTP does not allow, and bodies above the limit, are answered without the handler, mostly with a
/// problem document (RFC 9457).
///
/// Answers of some length are compressed for clients that take gzip. A body may be streamed, such as events.
///
/// The process should ignore `SIGPIPE`.
public final class HTTPServer: Sendable {
    /// Answers a request. It should end soon after its task is cancelled.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    private enum State {
        case ready
        case started(Listener)
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let configuration: Configuration
    private let handler: Handler
    private let state = Mutex(State.ready)

    /// A server that is not started.
    public init(configuration: Configuration = Configuration(), handler: @escaping Handler) {
        self.configuration = configuration
        self.handler = handler
    }

    deinit {
        if case .started(let listener) = state.withLock({ $0 }) {
            // Joining the server's threads blocks, and this may be one of them or of the cooperative pool.
            DispatchQueue.global().async { listener.stopAbruptly() }
        }
    }

    /// Starts to listen.
    ///
    /// - Returns: The port, which is of interest where the configuration leaves it open.
    /// - Throws: ``HTTPServerError``: `invalidConfiguration`, `invalidHost`, `addressInUse`, `permissionDenied`,
    ///   `systemFailure`; `alreadyStarted` when called again, even after ``stop(drainSeconds:)``.
    @discardableResult
    public func start() throws(HTTPServerError) -> Int {
        try state.withLock { (state: inout sending State) throws(HTTPServerError) -> Int in
            guard case .ready = state else {
                throw HTTPServerError(.alreadyStarted, "The server was started or stopped before; make another")
            }
            let listener = try Listener(configuration: configuration, handler: handler)
            try listener.open()
            state = .started(listener)
            return listener.socket.port
        }
    }

    /// Stops the server: refuses new connections, lets requests in flight finish, then closes every connection.
    ///
    /// Requests that still run after `drainSeconds` have their task cancelled and are answered with status 503. Returns
    /// when no thread of the server runs any more; a handler that ignores its cancellation may. Calls after the first
    /// wait for it.
    ///
    /// - Parameter drainSeconds: How long requests in flight may take, in seconds, 0…86400.
    public func stop(drainSeconds: Double = 10) async {
        let listener: Listener? = state.withLock { state in
            switch state {
            case .ready:
                state = .stopped
                return nil
            case .started(let listener):
                state = .stopping([])
                return listener
            case .stopping, .stopped: return nil
            }
        }
        guard let listener else { return await waitUntilStopped() }
        await listener.stop(drainSeconds: drainSeconds)
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            defer { state = .stopped }
            guard case .stopping(let waiters) = state else { return [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                guard case .stopping(let waiters) = state else { return true }
                state = .stopping(waiters + [continuation])
                return false
            }
            if isStopped { continuation.resume() }
        }
    }
}
