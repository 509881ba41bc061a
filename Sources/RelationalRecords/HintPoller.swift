import Dispatch
import Records
import Synchronization

/// Looks for commits of other processes while somebody watches.
final class HintPoller: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
        var version: Int64?
    }

    /// How often it looks, in milliseconds.
    private static let interval = 25

    private let queue = DispatchQueue(label: "records.poller", qos: .utility)
    private let connection: any SQLConnection
    private let hints: ChangeHints
    private let state = Mutex(State())

    init(_ connection: any SQLConnection, _ hints: ChangeHints) {
        self.connection = connection
        self.hints = hints
    }

    func start() {
        let starts = state.withLock { state in
            defer { state.isRunning = !state.isStopped }
            return !state.isRunning && !state.isStopped
        }
        if starts { queue.async { self.look() } }
    }

    /// Ends the looking and releases the connection before it returns.
    func stop() async {
        state.withLock { $0.isStopped = true }
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            queue.async {
                self.connection.close()
                continuation.resume()
            }
        }
    }

    private func look() {
        let goesOn = state.withLock { state in
            if state.isStopped || hints.isEmpty {
                state.isRunning = false
                state.version = nil
            }
            return state.isRunning
        }
        guard goesOn else { return }
        // A version that cannot be read says nothing; a hint too many does no harm.
        let version = try? connection.dataVersion()
        let changed = state.withLock { state in
            defer { state.version = version }
            return version == nil || (state.version != nil && state.version != version)
        }
        if changed { hints.notify(nil) }
        queue.asyncAfter(deadline: .now() + .milliseconds(Self.interval)) { self.look() }
    }
}
