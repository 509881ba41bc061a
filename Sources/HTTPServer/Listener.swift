internal import CMicroHTTPD
internal import Dispatch
internal import Synchronization

/// The socket, the polling threads and the exchanges in flight of a started server.
final class Listener: Sendable {
    private enum Phase { case serving, draining, stopped }

    private struct State {
        var phase = Phase.serving
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        var waiter: (identifier: Int, continuation: CheckedContinuation<Void, Never>)?
        var waits = 0
    }

    /// One daemon a thread. Independent daemons share the socket: the library's own pool can abort the process when
    /// it is quiesced in the moment in which a pool thread reaches its connection limit.
    private struct Daemons: @unchecked Sendable {  // Used by `open` and, once, by `stop`, which never overlap.
        var pointers: [OpaquePointer] = []
        /// Looks for requests that take too long. Dispatch sources are safe to use from any thread.
        var timer: (any DispatchSourceTimer)?
    }

    let configuration: HTTPServer.Configuration
    let handler: HTTPServer.Handler
    let watch: DisconnectWatch
    let socket: ListeningSocket
    private let daemons = Mutex(Daemons())
    private let state = Mutex(State())

    init(configuration: HTTPServer.Configuration, handler: @escaping HTTPServer.Handler) throws(HTTPServerError) {
        try configuration.validate()
        self.configuration = configuration
        self.handler = handler
        watch = try DisconnectWatch()
        socket = try ListeningSocket(host: configuration.host, port: configuration.port)
    }

    /// Starts the threads. They keep the listener alive until `close()`.
    func open() throws(HTTPServerError) {
        let threads = configuration.threads
        let context = Unmanaged.passRetained(self).toOpaque()
        startTimer()
        for thread in 0..<threads {
            // The limit is shared out; the first threads take what does not divide.
            let total = configuration.maximumConnections
            let limit = total / threads + (thread < total % threads ? 1 : 0)
            // The library reads both texts while it starts.
            let daemon = configuration.tls.withPEM { key, certificates in
                microhttpd_start(
                    socket.descriptor, UInt32(configuration.idleTimeoutSeconds), UInt32(limit), key, certificates,
                    context, handleRequest, beginExchange, endExchange)
            }
            guard let daemon else {
                close()
                throw configuration.tls == nil
                    ? HTTPServerError(.systemFailure, "Cannot start the thread that serves HTTP")
                    : HTTPServerError(
                        .invalidConfiguration, "The TLS key and certificates are not PEM that belongs together")
            }
            daemons.withLock { [daemon = Daemons(pointers: [daemon])] in $0.pointers += daemon.pointers }
        }
    }

    /// Whether a request may be served; if so it counts as in flight until it is dismissed.
    func admit(_ exchange: Exchange) -> Bool {
        state.withLock { state in
            guard state.phase != .stopped else { return false }
            state.exchanges[ObjectIdentifier(exchange)] = exchange
            return true
        }
    }

    /// The exchange is over.
    func dismiss(_ exchange: Exchange) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.exchanges.removeValue(forKey: ObjectIdentifier(exchange))
            guard state.exchanges.isEmpty else { return nil }
            return state.waiter.take()?.continuation
        }
        waiter?.resume()
    }

    /// Whether answers ask the client to close the connection.
    var closesConnections: Bool { state.withLock { $0.phase != .serving } }

    /// Stops accepting, gives the requests in flight `seconds` to finish, abandons the rest, and ends the threads.
    func stop(drainSeconds seconds: Double) async {
        let exchanges = state.withLock { state in
            state.phase = .draining
            return Array(state.exchanges.values)
        }
        quiesce()
        for exchange in exchanges { exchange.endStream() }
        await waitUntilIdle(atMost: seconds)
        abandonExchanges()
        // Time for the answers of abandoned requests to leave; clients in the middle of sending do not get more.
        await waitUntilIdle(atMost: 0.5)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {  // Joining threads blocks, which the cooperative pool must not.
                self.close()
                continuation.resume()
            }
        }
    }

    /// Ends everything at once, without waiting for requests.
    func stopAbruptly() {
        quiesce()
        abandonExchanges()
        close()
    }

    private func startTimer() {
        let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        timer.setEventHandler { [weak self] in self?.expireExchanges() }
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.activate()
        daemons.withLock { [daemons = Daemons(timer: timer)] in $0.timer = daemons.timer }
    }

    private func expireExchanges() {
        let limit = ContinuousClock.now - .seconds(configuration.requestTimeoutSeconds)
        for exchange in state.withLock({ Array($0.exchanges.values) }) { exchange.expire(startedBefore: limit) }
    }

    private func quiesce() {
        for daemon in daemons.withLock({ $0 }).pointers { MHD_quiesce_daemon(daemon) }
        socket.refuseConnections()
    }

    /// From here on no connection is suspended, which stopping a daemon requires.
    private func abandonExchanges() {
        let exchanges = state.withLock { state in
            state.phase = .stopped
            return Array(state.exchanges.values)
        }
        for exchange in exchanges { exchange.abandon() }
    }

    private func close() {
        let stopped = daemons.withLock { daemons in
            defer { daemons = Daemons() }
            return daemons
        }
        stopped.timer?.cancel()
        // Quiesced before, or else the first daemon would close the socket that they share.
        for daemon in stopped.pointers { MHD_quiesce_daemon(daemon) }
        for daemon in stopped.pointers { MHD_stop_daemon(daemon) }
        socket.closeDescriptor()
        Unmanaged.passUnretained(self).release()
    }

    private func waitUntilIdle(atMost seconds: Double) async {
        await withCheckedContinuation { continuation in
            let wait: Int? = state.withLock { state in
                guard !state.exchanges.isEmpty, seconds > 0 else { return nil }
                state.waits += 1
                state.waiter = (state.waits, continuation)
                return state.waits
            }
            guard let wait else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + min(seconds, 86_400)) {
                let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                    guard state.waiter?.identifier == wait else { return nil }
                    return state.waiter.take()?.continuation
                }
                waiter?.resume()
            }
        }
    }
}

extension HTTPServer.Configuration.TLS? {
    /// Both texts as the HTTP library takes them; nil without TLS.
    fileprivate func withPEM<Result>(_ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result) -> Result {
        guard let self else { return body(nil, nil) }
        return self.privateKey.withCString { key in self.certificateChain.withCString { body(key, $0) } }
    }
}
