/// Which connections there are and who waits for one: the rules of a pool, without any connection, clock or lock.
///
/// Every event answers what the shell must do. Connections are known by number. Times are seconds of any steady clock.
package struct PoolState: Sendable {
    /// What the shell must do, in order.
    package enum Action: Equatable, Sendable {
        /// Open a connection; answer with ``opened(now:)`` or ``openFailed(now:)``.
        case open
        /// Hand a connection to a waiter; look first whether it still answers when it must be checked.
        case hand(connection: Int, to: Int, mustCheck: Bool)
        /// Tell a waiter that it gets none.
        case refuse(waiter: Int, Refusal)
        /// Close a connection.
        case close(connection: Int)
    }

    /// Why a waiter gets no connection.
    package enum Refusal: Equatable, Sendable {
        case timedOut, closed, cannotConnect
    }

    private struct Idle: Sendable {
        var connection: Int
        var since: Double
    }

    private struct Waiter: Sendable {
        var number: Int
        var deadline: Double
    }

    /// The most connections, those being opened included.
    package let limit: Int
    /// After so many idle seconds a connection is looked at before it is handed out.
    package let trust: Double
    /// After so many idle seconds a connection is closed.
    package let idleLimit: Double
    /// Connections that are in use.
    package private(set) var busy = 0
    /// Connections that are being opened.
    package private(set) var opening = 0
    private var idle: [Idle] = []
    private var waiting: [Waiter] = []
    private var nextConnection = 0
    private var mistrustsAll = false
    /// Whether ``close()`` was called.
    package private(set) var isClosed = false

    /// An empty pool.
    package init(limit: Int, trust: Double = 15, idleLimit: Double = 300) {
        self.limit = limit
        self.trust = trust
        self.idleLimit = idleLimit
    }

    /// Connections that nobody uses.
    package var idleCount: Int { idle.count }
    /// Callers without a connection.
    package var waitingCount: Int { waiting.count }

    /// Somebody wants a connection, and waits until the deadline.
    package mutating func request(waiter: Int, deadline: Double, now: Double) -> [Action] {
        guard !isClosed else { return [.refuse(waiter: waiter, .closed)] }
        waiting.append(Waiter(number: waiter, deadline: deadline))
        return serve(now: now)
    }

    /// A connection was opened; answers its number before the actions.
    package mutating func opened(now: Double) -> (connection: Int, actions: [Action]) {
        opening -= 1
        nextConnection += 1
        let connection = nextConnection
        guard !isClosed else { return (connection, [.close(connection: connection)]) }
        idle.append(Idle(connection: connection, since: now))
        return (connection, serve(now: now))
    }

    /// A connection could not be opened: whoever waited longest is told, the others try again.
    package mutating func openFailed(now: Double) -> [Action] {
        opening -= 1
        guard !waiting.isEmpty else { return [] }
        return [.refuse(waiter: waiting.removeFirst().number, .cannotConnect)] + serve(now: now)
    }

    /// A connection comes back. A broken one makes the idle ones suspect: the server may have restarted.
    package mutating func returned(_ connection: Int, isBroken: Bool, now: Double) -> [Action] {
        busy -= 1
        if isBroken { mistrustsAll = true }
        guard !isBroken, !isClosed else { return [.close(connection: connection)] + serve(now: now) }
        idle.append(Idle(connection: connection, since: now))
        return serve(now: now)
    }

    /// A connection that was handed out for a check does not answer; its waiter goes on waiting, first in line.
    package mutating func isDead(_ connection: Int, waiter: Int, deadline: Double, now: Double) -> [Action] {
        busy -= 1
        guard !isClosed else { return [.close(connection: connection), .refuse(waiter: waiter, .closed)] }
        waiting.insert(Waiter(number: waiter, deadline: deadline), at: 0)
        return [.close(connection: connection)] + serve(now: now)
    }

    /// A waiter gave up.
    package mutating func withdraw(waiter: Int) {
        waiting.removeAll { $0.number == waiter }
    }

    /// Time has passed: waiters past their deadline are told, connections idle for too long are closed.
    package mutating func tick(now: Double) -> [Action] {
        var actions: [Action] = []
        for waiter in waiting where waiter.deadline <= now { actions.append(.refuse(waiter: waiter.number, .timedOut)) }
        waiting.removeAll { $0.deadline <= now }
        for old in idle where now - old.since >= idleLimit { actions.append(.close(connection: old.connection)) }
        idle.removeAll { now - $0.since >= idleLimit }
        return actions
    }

    /// Nobody gets a connection any more; those in use are closed when they come back.
    package mutating func close() -> [Action] {
        isClosed = true
        defer {
            idle = []
            waiting = []
        }
        return idle.map { .close(connection: $0.connection) } + waiting.map { .refuse(waiter: $0.number, .closed) }
    }

    private mutating func serve(now: Double) -> [Action] {
        var actions: [Action] = []
        // The newest idle one first, so that the others can grow old and be closed.
        while !waiting.isEmpty, let free = idle.popLast() {
            busy += 1
            actions.append(
                .hand(
                    connection: free.connection, to: waiting.removeFirst().number,
                    mustCheck: mistrustsAll || now - free.since >= trust))
        }
        if idle.isEmpty { mistrustsAll = false }
        while opening < waiting.count, busy + opening + idle.count < limit {
            opening += 1
            actions.append(.open)
        }
        return actions
    }
}
