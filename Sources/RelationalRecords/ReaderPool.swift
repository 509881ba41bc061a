import Dispatch
import Records
import Synchronization

/// Connections that read beside the writer, each used by one caller at a time.
final class ReaderPool: Sendable {
    private struct State {
        var free: [any SQLConnection]
        var waiting: [UnsafeContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "records.readers", qos: .userInitiated, attributes: .concurrent)

    init(_ connections: [any SQLConnection]) { state = Mutex(State(free: connections)) }

    /// Runs a short read on the caller's thread when a connection is free; nil when none is.
    func readInline<T>(_ body: (any SQLConnection) throws(StoreError) -> T) throws(StoreError) -> T? {
        guard let connection = try take() else { return nil }
        defer { give(connection) }
        return try body(connection)
    }

    /// Runs a read on a thread that may block.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        while true {
            if let connection = try take() {
                let result: Result<T, StoreError> = await withUnsafeContinuation { continuation in
                    queue.async {
                        defer { self.give(connection) }
                        do throws(StoreError) {
                            continuation.resume(returning: .success(try body(connection)))
                        } catch {
                            continuation.resume(returning: .failure(error))
                        }
                    }
                }
                return try result.get()
            }
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let mustWait = state.withLock { state in
                    guard state.free.isEmpty, !state.isClosed else { return false }
                    state.waiting.append(continuation)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    /// Releases the free connections; busy ones are released when they come back.
    func close() {
        let (connections, waiting) = state.withLock { state in
            state.isClosed = true
            defer {
                state.free = []
                state.waiting = []
            }
            return (state.free, state.waiting)
        }
        for connection in connections { connection.close() }
        for continuation in waiting { continuation.resume() }
    }

    private func take() throws(StoreError) -> (any SQLConnection)? {
        let outcome: Result<(any SQLConnection)?, StoreError> = state.withLock { state in
            state.isClosed ? .failure(.closedStore) : .success(state.free.popLast())
        }
        return try outcome.get()
    }

    private func give(_ connection: any SQLConnection) {
        let (next, isClosed) = state.withLock { state -> (UnsafeContinuation<Void, Never>?, Bool) in
            if state.isClosed { return (nil, true) }
            state.free.append(connection)
            return (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), false)
        }
        if isClosed { connection.close() }
        next?.resume()
    }
}
