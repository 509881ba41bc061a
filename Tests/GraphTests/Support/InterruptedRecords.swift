import Records
import Synchronization

/// A store that lets somebody else act right before chosen commits and reads: races that happen every time.
final class InterruptedRecords: RecordStore {
    typealias Interruption = @Sendable (_ number: Int) async -> Void

    private let base: any RecordStore
    private struct State {
        var beforeCommit: Interruption?
        var beforeRead: Interruption?
        var commits = 0
        var reads = 0
        /// Commits from this number on fail, as if the process had ended.
        var failsFrom = Int.max
        var isInterrupting = false
    }
    private let state = Mutex(State())

    init(_ base: any RecordStore) { self.base = base }

    var capabilities: Capabilities { base.capabilities }
    /// Commits since ``arm(beforeCommit:beforeRead:failsFrom:)``.
    var commits: Int { state.withLock { $0.commits } }
    /// Reads since then.
    var reads: Int { state.withLock { $0.reads } }

    /// Counts from 1 again, and interrupts from now on.
    func arm(beforeCommit: Interruption? = nil, beforeRead: Interruption? = nil, failsFrom: Int = .max) {
        state.withLock {
            $0 = State(beforeCommit: beforeCommit, beforeRead: beforeRead, failsFrom: failsFrom)
        }
    }

    private func interrupt(_ choose: @Sendable (inout State) -> (Interruption?, Int)) async {
        let chosen: (Interruption?, Int) = state.withLock { state in
            // What the interruption does itself is neither counted nor interrupted.
            if state.isInterrupting { return (nil, 0) }
            let chosen = choose(&state)
            state.isInterrupting = chosen.0 != nil
            return chosen
        }
        guard let interruption = chosen.0 else { return }
        await interruption(chosen.1)
        state.withLock { $0.isInterrupting = false }
    }

    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }

    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        await interrupt { state in
            state.commits += 1
            return (state.beforeCommit, state.commits)
        }
        if state.withLock({ !$0.isInterrupting && $0.commits >= $0.failsFrom }) {
            return batches.map { _ in .failure(StoreError(.unavailable, "the store went away")) }
        }
        return await base.commit(batches)
    }

    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        await interrupt { state in
            state.reads += 1
            return (state.beforeRead, state.reads)
        }
        return try await base.read(reads, in: partition, atLeast: atLeast)
    }

    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }

    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
