import Dispatch
package import Records
import Synchronization

/// Connections that are opened when they are wanted and kept for a while: the shell of ``PoolState``.
package final class ConnectionPool: Sendable {
    private struct Waiting {
        var continuation: CheckedContinuation<Result<any SQLConnection, StoreError>, Never>
        var deadline: Double
    }

    private struct State {
        var rules: PoolState
        var connections: [Int: any SQLConnection] = [:]
        var numbers: [ObjectIdentifier: Int] = [:]
        var waiters: [Int: Waiting] = [:]
        var nextWaiter = 0
        var failure: StoreError?
        var isTicking = false
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let connect: @Sendable () async throws(StoreError) -> any SQLConnection
    private let patience: Double

    /// A pool of at most `limit` connections.
    /// - Parameters:
    ///   - patience: How long a caller waits for one, in seconds; 30 by default.
    ///   - connect: Opens one.
    package init(
        limit: Int, patience: Double = 30, connect: @escaping @Sendable () async throws(StoreError) -> any SQLConnection
    ) {
        state = Mutex(State(rules: PoolState(limit: limit)))
        self.patience = patience
        self.connect = connect
    }

    /// A connection, for one caller until it is given back.
    /// - Throws: ``StoreError`` `unavailable` when none came in time or the caller was cancelled, `closed`, and what
    ///   connecting throws.
    package func take() async throws(StoreError) -> any SQLConnection {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let result: Result<any SQLConnection, StoreError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let deadline = Self.now() + patience
                let actions = state.withLock { state in
                    state.waiters[waiter] = Waiting(continuation: continuation, deadline: deadline)
                    return state.rules.request(waiter: waiter, deadline: deadline, now: Self.now())
                }
                perform(actions)
                if Task.isCancelled { withdraw(waiter) }
                tickLater()
            }
        } onCancel: {
            withdraw(waiter)
        }
        return try result.get()
    }

    /// Takes a connection back.
    package func give(_ connection: any SQLConnection) {
        let actions = state.withLock { state in
            guard let number = state.numbers[ObjectIdentifier(connection)] else { return [PoolState.Action]() }
            return state.rules.returned(number, isBroken: connection.isBroken, now: Self.now())
        }
        perform(actions)
    }

    /// Closes what is idle, waits for what is in use, and closes that.
    package func close() async {
        perform(state.withLock { $0.rules.close() })
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.connections.isEmpty, state.rules.opening == 0 { return true }
                state.drained.append(continuation)
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

    private func withdraw(_ waiter: Int) {
        let waiting = state.withLock { state in
            state.rules.withdraw(waiter: waiter)
            return state.waiters.removeValue(forKey: waiter)
        }
        waiting?.continuation.resume(returning: .failure(StoreError(.unavailable, "the call was cancelled")))
    }

    private func perform(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .open: Task.detached { await self.open() }
            case .hand(let number, let waiter, let mustCheck): hand(number, to: waiter, mustCheck)
            case .refuse(let waiter, let refusal): refuse(waiter, refusal)
            case .close(let number): Task.detached { await self.release(number) }
            }
        }
    }

    private func open() async {
        do throws(StoreError) {
            let connection = try await connect()
            let actions = state.withLock { state in
                let (number, actions) = state.rules.opened(now: Self.now())
                state.connections[number] = connection
                state.numbers[ObjectIdentifier(connection)] = number
                state.failure = nil
                return actions
            }
            perform(actions)
        } catch {
            let actions = state.withLock { state in
                state.failure = error
                return state.rules.openFailed(now: Self.now())
            }
            perform(actions)
            resumeWhenDrained()
        }
    }

    private func release(_ number: Int) async {
        let connection = state.withLock { state in
            let connection = state.connections[number]
            if let connection { state.numbers[ObjectIdentifier(connection)] = nil }
            return connection
        }
        await connection?.close()
        state.withLock { $0.connections[number] = nil }
        resumeWhenDrained()
    }

    private func resumeWhenDrained() {
        let drained = state.withLock { state in
            guard state.rules.isClosed, state.connections.isEmpty, state.rules.opening == 0 else {
                return [CheckedContinuation<Void, Never>]()
            }
            defer { state.drained = [] }
            return state.drained
        }
        for continuation in drained { continuation.resume() }
    }

    private func hand(_ number: Int, to waiter: Int, _ mustCheck: Bool) {
        let (connection, waiting) = state.withLock { state in
            (state.connections[number], mustCheck ? state.waiters[waiter] : state.waiters.removeValue(forKey: waiter))
        }
        guard let connection, let waiting else {
            // The waiter was cancelled meanwhile: the connection goes back.
            let actions = state.withLock { $0.rules.returned(number, isBroken: connection == nil, now: Self.now()) }
            return perform(actions)
        }
        guard mustCheck else { return waiting.continuation.resume(returning: .success(connection)) }
        Task.detached {
            let isAlive = await connection.isAlive()
            let (resumed, actions) = self.state.withLock { state -> (Waiting?, [PoolState.Action]) in
                guard let waiting = state.waiters[waiter] else {
                    return (nil, state.rules.returned(number, isBroken: !isAlive, now: Self.now()))
                }
                if isAlive {
                    state.waiters[waiter] = nil
                    return (waiting, [])
                }
                return (
                    nil, state.rules.isDead(number, waiter: waiter, deadline: waiting.deadline, now: Self.now())
                )
            }
            resumed?.continuation.resume(returning: .success(connection))
            self.perform(actions)
        }
    }

    private func refuse(_ waiter: Int, _ refusal: PoolState.Refusal) {
        let (waiting, failure) = state.withLock { ($0.waiters.removeValue(forKey: waiter), $0.failure) }
        let error =
            switch refusal {
            case .closed: StoreError.closedStore
            case .timedOut: StoreError(.unavailable, "no connection became free within \(patience) s")
            case .cannotConnect: failure ?? StoreError(.unavailable, "the server cannot be reached")
            }
        waiting?.continuation.resume(returning: .failure(error))
    }

    /// Looks at deadlines now and then, while somebody waits or something is idle.
    private func tickLater() {
        let starts = state.withLock { state in
            defer { state.isTicking = true }
            return !state.isTicking
        }
        guard starts else { return }
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .seconds(1)) { [weak self] in
            guard let self else { return }
            let (actions, goesOn) = state.withLock { state in
                let actions = state.rules.tick(now: Self.now())
                state.isTicking = false
                return (actions, !state.rules.isClosed && state.rules.waitingCount + state.rules.idleCount > 0)
            }
            perform(actions)
            if goesOn { tickLater() }
        }
    }
}
