import Dispatch
import Records
import Synchronization

/// The writer: one connection on one thread, and everything that is waiting goes into one transaction.
final class WriterQueue: Sendable {
    /// Work for the writer's thread.
    enum Job: Sendable {
        case commit([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)
        case run(@Sendable (any SQLConnection) -> Void)
    }

    private struct State {
        var jobs: [Job] = []
        var isScheduled = false
        var isClosed = false
        var transactions = 0
    }

    private let queue = DispatchQueue(label: "records.writer", qos: .userInitiated)
    private let connection: any SQLConnection
    private let state: Mutex<State>
    private let apply: @Sendable (any SQLConnection, [[Batch]]) -> [[Result<Receipt, StoreError>]]

    init(
        _ connection: any SQLConnection,
        apply: @escaping @Sendable (any SQLConnection, [[Batch]]) -> [[Result<Receipt, StoreError>]]
    ) {
        self.connection = connection
        self.apply = apply
        state = Mutex(State())
    }

    /// How many transactions were committed for batches: fewer than calls when calls were grouped.
    var transactions: Int { state.withLock { $0.transactions } }

    /// Commits with whatever else is waiting.
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        await withUnsafeContinuation { continuation in
            if !enqueue(.commit(batches, continuation)) {
                continuation.resume(returning: batches.map { _ in .failure(.closedStore) })
            }
        }
    }

    /// Runs something between transactions.
    func run<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withUnsafeContinuation { continuation in
            let isAccepted = enqueue(
                .run { connection in
                    do throws(StoreError) {
                        continuation.resume(returning: .success(try body(connection)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                })
            if !isAccepted { continuation.resume(returning: .failure(.closedStore)) }
        }
        return try result.get()
    }

    /// Finishes what is waiting and releases the connection; later calls fail with `closed`.
    func close(releasing: Bool) async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let wasClosed = state.withLock { state in
                defer { state.isClosed = true }
                return state.isClosed
            }
            queue.async {
                self.drain()
                if !wasClosed, releasing { self.connection.close() }
                continuation.resume()
            }
        }
    }

    private func enqueue(_ job: Job) -> Bool {
        let (isAccepted, isFirst) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            defer { state.isScheduled = true }
            return (true, !state.isScheduled)
        }
        if isFirst { queue.async { self.drain() } }
        return isAccepted
    }

    private func drain() {
        while true {
            let jobs = state.withLock { state in
                defer { state.jobs = [] }
                if state.jobs.isEmpty { state.isScheduled = false }
                return state.jobs
            }
            if jobs.isEmpty { return }
            var group: [([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)] = []
            for job in jobs {
                switch job {
                case .commit(let batches, let continuation): group.append((batches, continuation))
                case .run(let body):
                    commit(group)
                    group = []
                    body(connection)
                }
            }
            commit(group)
        }
    }

    private func commit(_ group: [([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)]) {
        guard !group.isEmpty else { return }
        state.withLock { $0.transactions += 1 }
        let results = apply(connection, group.map(\.0))
        for (member, result) in zip(group, results) { member.1.resume(returning: result) }
    }
}

extension StoreError {
    static let closedStore = StoreError(.closed, "the store is closed")
}
