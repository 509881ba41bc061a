internal import CMicroHTTPD
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Tells exchanges whose handler is running that their client hung up. The HTTP library does not look at a suspended
/// connection, so nobody else would notice.
final class DisconnectWatch: Sendable {
    private struct State {
        var nextIdentifier: UInt64 = 0
        var exchanges: [UInt64: Exchange] = [:]
    }

    private let epoll: Int32
    private let state = Mutex(State())
    /// Dispatch sources are safe to use from any thread; Dispatch does not declare it.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    init() throws(HTTPServerError) {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else {
            throw HTTPServerError(.systemFailure, "Cannot watch connections: \(String(cString: strerror(errno)))")
        }
        self.epoll = epoll
        source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: .global(qos: .userInitiated))
        source.setEventHandler { [weak self] in self?.report() }
        source.setCancelHandler { close(epoll) }
        source.activate()
    }

    deinit {
        source.cancel()
    }

    /// Watches a socket for an exchange until ``end(_:on:)``; the returned identifier is never used again.
    func begin(_ exchange: Exchange, on socket: Int32) -> UInt64 {
        let identifier = state.withLock { state in
            state.nextIdentifier += 1
            state.exchanges[state.nextIdentifier] = exchange
            return state.nextIdentifier
        }
        // A socket that cannot be watched only loses the early notice: the answer to it fails later.
        _ = microhttpd_watch_hangup(epoll, socket, identifier)
        return identifier
    }

    func end(_ identifier: UInt64, on socket: Int32) {
        _ = microhttpd_unwatch_hangup(epoll, socket)
        _ = state.withLock { $0.exchanges.removeValue(forKey: identifier) }
    }

    private func report() {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { identifiers in
            guard let first = identifiers.baseAddress else { return }
            // Dispatch calls again while more are pending.
            let count = microhttpd_hangups(epoll, first)
            for identifier in identifiers.prefix(Int(max(count, 0))) {
                state.withLock { $0.exchanges[identifier] }?.clientHungUp()
            }
        }
    }
}
