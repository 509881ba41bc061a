#if MongoDB
    import Records
    import Synchronization

    /// A lane per partition: what waits for the same partition is committed together, one group after the other.
    ///
    /// Without lanes the writers of one partition would meet in the engine as write conflicts, each of which costs a whole
    /// transaction.
    final class CommitLanes: Sendable {
        /// Commits one group and answers what the lane remembers. May block.
        typealias CommitGroup =
            @Sendable ([Batch], Partition, LaneMemory?) -> (
                results: [Result<Receipt, StoreError>], memory: LaneMemory?
            )

        private struct Entry {
            var batch: Batch
            var call: Call
            var place: Int
        }

        private struct Lane {
            var waiting: [Entry] = []
            var isRunning = false
            var memory: LaneMemory?
        }

        /// The most writes of a group, unless a single batch has more.
        private static let maximumWrites = 500
        /// How many idle partitions are remembered.
        private static let maximumIdle = 4_096

        private let lanes = Mutex<[Partition: Lane]>([:])
        private let submit: @Sendable (@escaping @Sendable () -> Void) -> Bool
        private let commitGroup: CommitGroup

        /// Lanes whose groups run where `submit` puts them.
        init(submit: @escaping @Sendable (@escaping @Sendable () -> Void) -> Bool, commit: @escaping CommitGroup) {
            self.submit = submit
            commitGroup = commit
        }

        /// Commits batches, those of one partition in their order.
        func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
            guard !batches.isEmpty else { return [] }
            let call = Call(count: batches.count)
            return await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    call.begin(continuation)
                    enqueue(batches, call)
                    // A cancellation that came before the batches were in their lanes.
                    if call.isCancelled { withdraw(call) }
                }
            } onCancel: {
                call.cancel()
                withdraw(call)
            }
        }

        private func enqueue(_ batches: [Batch], _ call: Call) {
            let started = lanes.withLock { lanes in
                var started: [Partition] = []
                for (place, batch) in batches.enumerated() {
                    lanes[batch.partition, default: Lane()].waiting.append(
                        Entry(batch: batch, call: call, place: place))
                    if lanes[batch.partition]?.isRunning == false {
                        lanes[batch.partition]?.isRunning = true
                        started.append(batch.partition)
                    }
                }
                return started
            }
            for partition in started { run(partition) }
        }

        /// Takes the batches of a cancelled call out of the lanes where their group has not begun.
        private func withdraw(_ call: Call) {
            let places = lanes.withLock { lanes in
                var places: [Int] = []
                for partition in lanes.keys {
                    lanes[partition]?.waiting.removeAll { entry in
                        guard entry.call === call else { return false }
                        places.append(entry.place)
                        return true
                    }
                }
                return places
            }
            for place in places { call.finish(place, .failure(.cancelled)) }
        }

        private func run(_ partition: Partition) {
            guard !submit({ self.runGroup(partition) }) else { return }
            let entries = lanes.withLock { lanes in lanes.removeValue(forKey: partition)?.waiting ?? [] }
            for entry in entries { entry.call.finish(entry.place, .failure(.closedStore)) }
        }

        private func runGroup(_ partition: Partition) {
            let (group, memory) = lanes.withLock { lanes -> ([Entry], LaneMemory?) in
                guard let lane = lanes[partition] else { return ([], nil) }
                var writes = 0
                var count = 0
                for entry in lane.waiting {
                    writes += entry.batch.writes.count
                    if count > 0, writes > Self.maximumWrites { break }
                    count += 1
                }
                lanes[partition]?.waiting.removeFirst(count)
                return (Array(lane.waiting.prefix(count)), lane.memory)
            }
            var remembered = memory
            if !group.isEmpty {
                let (results, memory) = commitGroup(group.map(\.batch), partition, memory)
                remembered = memory
                for (entry, result) in zip(group, results) { entry.call.finish(entry.place, result) }
            }
            let goesOn = lanes.withLock { lanes in
                lanes[partition]?.memory = remembered
                guard lanes[partition]?.waiting.isEmpty == true else { return true }
                lanes[partition]?.isRunning = false
                if remembered == nil { lanes[partition] = nil }
                if lanes.count > Self.maximumIdle { lanes = lanes.filter { $0.value.isRunning } }
                return false
            }
            if goesOn { run(partition) }
        }
    }

    /// One call of `commit`, which waits for all of its batches.
    private final class Call: Sendable {
        private struct State {
            var results: [Result<Receipt, StoreError>?]
            var missing: Int
            var continuation: UnsafeContinuation<[Result<Receipt, StoreError>], Never>?
            var isCancelled = false
        }

        private let state: Mutex<State>

        init(count: Int) { state = Mutex(State(results: Array(repeating: nil, count: count), missing: count)) }

        var isCancelled: Bool { state.withLock { $0.isCancelled } }

        func cancel() { state.withLock { $0.isCancelled = true } }

        func begin(_ continuation: UnsafeContinuation<[Result<Receipt, StoreError>], Never>) {
            state.withLock { $0.continuation = continuation }
        }

        func finish(_ place: Int, _ result: Result<Receipt, StoreError>) {
            let finished = state.withLock {
                state -> (UnsafeContinuation<[Result<Receipt, StoreError>], Never>, State)? in
                guard state.results[place] == nil else { return nil }
                state.results[place] = result
                state.missing -= 1
                guard state.missing == 0, let continuation = state.continuation else { return nil }
                state.continuation = nil
                return (continuation, state)
            }
            guard let (continuation, state) = finished else { return }
            continuation.resume(returning: state.results.map { $0 ?? .failure(.closedStore) })
        }
    }
#endif
