import Records
import Synchronization

/// One line of commits: what waits while a transaction runs goes into the next one together.
///
/// Every partition belongs to one lane, so that writers of this process do not meet at a partition's head in the engine.
final class CommitLane: Sendable {
    /// Work for the lane.
    private enum Job: Sendable {
        case commit([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)
        case run(@Sendable () async -> Void)
    }

    private struct State {
        var jobs: [Job] = []
        var isRunning = false
        var isClosed = false
        var transactions = 0
        /// How often something else was run at once.
        var turns = 0
        /// The number of transactions from which on small calls are committed on the caller's thread again.
        var briefFrom = 0
        /// Whether the last commit on a caller's thread took long.
        var wasLong = false
        var finished: [UnsafeContinuation<Void, Never>] = []
    }

    private let executor: (any TaskExecutor)?
    private let state = Mutex(State())
    private let apply: @Sendable ([[Batch]]) async -> [[Result<Receipt, StoreError>]]
    private let applyAtOnce: AtOnce?
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Commits one call's batches on the caller's thread; nil when that is not possible, and nothing happened.
    typealias AtOnce = @Sendable ([Batch]) async -> [Result<Receipt, StoreError>]?

    /// The most writes of a call that is committed on the caller's thread.
    private static let briefWrites = 32
    /// How many commits on callers' threads are made before one of them lets others in: about a millisecond of work.
    private static let commitsBetweenYields = 8
    /// The same for what else runs at once, mostly reads of some ten microseconds.
    private static let turnsBetweenYields = 32
    /// How long a commit may hold the caller's thread. After two longer ones in a row, which met a slow disk, so many are
    /// made elsewhere before the next is tried. A single one says little: now and then a commit tidies the log.
    private static let briefTime = Duration.milliseconds(1), commitsElsewhere = 64

    init(
        executor: (any TaskExecutor)?, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        atOnce: AtOnce? = nil, apply: @escaping @Sendable ([[Batch]]) async -> [[Result<Receipt, StoreError>]]
    ) {
        self.executor = executor
        self.now = now
        applyAtOnce = atOnce
        self.apply = apply
    }

    /// How many transactions were made for batches: fewer than calls when calls were grouped.
    var transactions: Int { state.withLock { $0.transactions } }

    /// Commits with whatever else is waiting; a small call alone without a change of threads where the engine can.
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        if let applyAtOnce, batches.reduce(0, { $0 + $1.writes.count }) <= Self.briefWrites, claim() {
            let start = now()
            if let results = await applyAtOnce(batches) {
                note(isLong: now() - start > Self.briefTime)
                // Nothing was waited for, and others want this thread too: a loop of commits must not keep it.
                if release() % Self.commitsBetweenYields == 0 { await Task.yield() }
                return results
            }
            return await withUnsafeContinuation { continuation in
                state.withLock {
                    $0.transactions -= 1
                    $0.jobs.insert(.commit(batches, continuation), at: 0)
                }
                startDraining()
            }
        }
        return await withUnsafeContinuation { continuation in
            if !enqueue(.commit(batches, continuation)) {
                continuation.resume(returning: batches.map { _ in .failure(.closedStore) })
            }
        }
    }

    /// Runs something between transactions.
    func run<T: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withUnsafeContinuation { continuation in
            let isAccepted = enqueue(
                .run {
                    do throws(StoreError) {
                        continuation.resume(returning: .success(try await body()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                })
            if !isAccepted { continuation.resume(returning: .failure(.closedStore)) }
        }
        return try result.get()
    }

    /// Accepts nothing more and finishes what waits.
    func close() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let isDone = state.withLock { state in
                state.isClosed = true
                if state.isRunning { state.finished.append(continuation) }
                return !state.isRunning
            }
            if isDone { continuation.resume() }
        }
    }

    private func enqueue(_ job: Job) -> Bool {
        let (isAccepted, isFirst) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            defer { state.isRunning = true }
            return (true, !state.isRunning)
        }
        if isFirst { startDraining() }
        return isAccepted
    }

    private func startDraining() {
        Task.detached(executorPreference: executor, priority: .userInitiated) { await self.drain() }
    }

    /// Runs something short on the caller's thread; nil when something else runs or waits, and nothing happened.
    func runAtOnce<T>(_ body: () async throws(StoreError) -> T) async throws(StoreError) -> T? {
        let turn = state.withLock { state -> Int? in
            guard !state.isClosed, !state.isRunning else { return nil }
            state.isRunning = true
            state.turns &+= 1
            return state.turns
        }
        guard let turn else { return nil }
        do throws(StoreError) {
            let result = try await body()
            _ = release()
            // As with commits: loops of reads on every thread would keep all others from running.
            if turn % Self.turnsBetweenYields == 0 { await Task.yield() }
            return result
        } catch {
            _ = release()
            throw error
        }
    }

    /// Takes the lane for one transaction, if nothing runs and nothing waits.
    private func claim() -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.isRunning, state.transactions >= state.briefFrom else { return false }
            state.isRunning = true
            state.transactions += 1
            return true
        }
    }

    private func note(isLong: Bool) {
        state.withLock { state in
            if isLong, state.wasLong { state.briefFrom = state.transactions + Self.commitsElsewhere }
            state.wasLong = isLong
        }
    }

    /// Gives the lane back; what has come meanwhile goes on elsewhere. Returns how many transactions there were.
    private func release() -> Int {
        let (finished, transactions) = state.withLock { state in
            guard state.jobs.isEmpty else { return ([UnsafeContinuation<Void, Never>]?.none, state.transactions) }
            state.isRunning = false
            defer { state.finished = [] }
            return (state.finished, state.transactions)
        }
        if let finished {
            for continuation in finished { continuation.resume() }
        } else {
            startDraining()
        }
        return transactions
    }

    private func drain() async {
        while true {
            let (jobs, finished) = state.withLock { state in
                defer { state.jobs = [] }
                guard state.jobs.isEmpty else { return (state.jobs, [UnsafeContinuation<Void, Never>]()) }
                state.isRunning = false
                defer { state.finished = [] }
                return ([], state.finished)
            }
            if jobs.isEmpty {
                for continuation in finished { continuation.resume() }
                return
            }
            var group: [([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)] = []
            for job in jobs {
                switch job {
                case .commit(let batches, let continuation): group.append((batches, continuation))
                case .run(let body):
                    await commit(group)
                    group = []
                    await body()
                }
            }
            await commit(group)
        }
    }

    private func commit(_ group: [([Batch], UnsafeContinuation<[Result<Receipt, StoreError>], Never>)]) async {
        guard !group.isEmpty else { return }
        state.withLock { $0.transactions += 1 }
        let results = await apply(group.map(\.0))
        for (member, result) in zip(group, results) { member.1.resume(returning: result) }
    }
}

extension StoreError {
    static let closedStore = StoreError(.closed, "the store is closed")
}
