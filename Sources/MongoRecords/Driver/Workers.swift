#if MongoDB
    import Foundation
    import Records
    import Synchronization

    /// A bounded number of threads for calls that block, started as they are needed.
    final class Workers: Sendable {
        private struct State {
            var jobs: [@Sendable () -> Void] = []
            /// Jobs before this place are taken; the array is cut now and then.
            var taken = 0
            var threads = 0
            var idle = 0
            var isClosed = false
            var closing: [UnsafeContinuation<Void, Never>] = []
        }

        private let limit: Int
        private let state = Mutex(State())
        private let signal = DispatchSemaphore(value: 0)

        init(count: Int) { limit = count }

        /// Queues a job; false when closed.
        func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
            let (isAccepted, startsThread) = state.withLock { state in
                guard !state.isClosed else { return (false, false) }
                state.jobs.append(job)
                guard state.jobs.count - state.taken > state.idle, state.threads < limit else { return (true, false) }
                state.threads += 1
                return (true, true)
            }
            guard isAccepted else { return false }
            if startsThread { start() }
            signal.signal()
            return true
        }

        /// Runs something on one of the threads.
        /// - Throws: ``StoreError``: what the body throws, `closed`, `unavailable` when the calling task is cancelled before
        ///   the work starts. Work that has started is finished.
        func run<T: Sendable>(_ body: @escaping @Sendable () throws(StoreError) -> T) async throws(StoreError) -> T {
            let ticket = Ticket<T>()
            let result = await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    guard ticket.wait(with: continuation) else { return }
                    let isAccepted = submit {
                        guard ticket.start() else { return }
                        do throws(StoreError) {
                            ticket.finish(.success(try body()))
                        } catch {
                            ticket.finish(.failure(error))
                        }
                    }
                    if !isAccepted, ticket.start() { ticket.finish(.failure(.closedStore)) }
                }
            } onCancel: {
                if ticket.start() { ticket.finish(.failure(.cancelled)) }
            }
            return try result.get()
        }

        /// Lets the threads finish what is queued, and waits for their end.
        func close() async {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let threads = state.withLock { state in
                    state.isClosed = true
                    if state.threads > 0 { state.closing.append(continuation) }
                    return state.threads
                }
                if threads == 0 { continuation.resume() }
                for _ in 0..<threads { signal.signal() }
            }
        }

        private func start() {
            let thread = Thread { self.work() }
            thread.name = "records.mongo"
            thread.stackSize = 1 << 20
            thread.start()
        }

        private func work() {
            while true {
                state.withLock { $0.idle += 1 }
                signal.wait()
                let (job, isOver) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
                    state.idle -= 1
                    guard state.taken < state.jobs.count else { return (nil, state.isClosed) }
                    let job = state.jobs[state.taken]
                    state.taken += 1
                    if state.taken == state.jobs.count || state.taken > 1_000 {
                        state.jobs.removeFirst(state.taken)
                        state.taken = 0
                    }
                    return (job, false)
                }
                job?()
                if isOver { return end() }
            }
        }

        private func end() {
            let waiting = state.withLock { state in
                state.threads -= 1
                guard state.threads == 0 else { return [] as [UnsafeContinuation<Void, Never>] }
                defer { state.closing = [] }
                return state.closing
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// One call that waits for a thread; whoever starts it first, worker or cancellation, answers it.
    private final class Ticket<T: Sendable>: Sendable {
        private enum State {
            case new
            case waiting(UnsafeContinuation<Result<T, StoreError>, Never>)
            case started(UnsafeContinuation<Result<T, StoreError>, Never>)
            case cancelled
            case finished
        }

        private let state = Mutex(State.new)

        /// False when the call was cancelled before; then it is answered.
        func wait(with continuation: UnsafeContinuation<Result<T, StoreError>, Never>) -> Bool {
            let isWaiting = state.withLock { state in
                guard case .new = state else { return false }
                state = .waiting(continuation)
                return true
            }
            if !isWaiting { continuation.resume(returning: .failure(.cancelled)) }
            return isWaiting
        }

        /// Whether the caller of this may, and must, finish the call.
        func start() -> Bool {
            state.withLock { state in
                switch state {
                case .waiting(let continuation):
                    state = .started(continuation)
                    return true
                case .new:
                    state = .cancelled
                    return false
                default: return false
                }
            }
        }

        func finish(_ result: Result<T, StoreError>) {
            let continuation = state.withLock { state -> UnsafeContinuation<Result<T, StoreError>, Never>? in
                guard case .started(let continuation) = state else { return nil }
                state = .finished
                return continuation
            }
            continuation?.resume(returning: result)
        }
    }

    extension StoreError {
        static let closedStore = StoreError(.closed, "the store is closed")
        static let cancelled = StoreError(.unavailable, "the call was cancelled before it started")
    }
#endif
