import Synchronization

/// Counts arrivals and holds them until it is opened.
final class Gate: Sendable {
    private struct State {
        var arrivals = 0
        var isOpen = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var arrivals: Int { state.withLock { $0.arrivals } }

    /// Arrives, without being held.
    func arrive() {
        let watchers = state.withLock { state in
            state.arrivals += 1
            let ready = state.watchers.filter { $0.count <= state.arrivals }
            state.watchers.removeAll { $0.count <= state.arrivals }
            return ready.map(\.continuation)
        }
        for watcher in watchers { watcher.resume() }
    }

    /// Arrives and waits for `open()`.
    func pass() async {
        arrive()
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until so many have arrived, or throws when the test's time limit cancels it.
    func waitForArrivals(_ count: Int) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReached = state.withLock { state in
                    let isReached = state.arrivals >= count || Task.isCancelled
                    if !isReached { state.watchers.append((count, continuation)) }
                    return isReached
                }
                if isReached { continuation.resume() }
            }
        } onCancel: {
            let watchers = state.withLock { state in
                defer { state.watchers = [] }
                return state.watchers
            }
            for watcher in watchers { watcher.continuation.resume() }
        }
        try Task.checkCancellation()
    }
}

/// Returns when the current task is cancelled.
func waitForCancellation() async {
    let (stream, _) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
}
