package import Records
import Synchronization

/// A store that lets somebody else act right before chosen commits and reads: races that happen every time. Where the
/// other fails, so does the commit or read, so that no test passes without its race.
package final class InterruptedRecords: RecordStore {
    package typealias Interruption = @Sendable (_ number: Int) async throws -> Void

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

    package init(_ base: any RecordStore) { self.base = base }

    package var capabilities: Capabilities { base.capabilities }
    /// Commits since ``arm(beforeCommit:beforeRead:failsFrom:)``.
    package var commits: Int { state.withLock { $0.commits } }
    /// Reads since then.
    package var reads: Int { state.withLock { $0.reads } }

    /// Counts from 1 again, and interrupts from now on.
    package func arm(beforeCommit: Interruption? = nil, beforeRead: Interruption? = nil, failsFrom: Int = .max) {
        state.withLock {
            $0 = State(beforeCommit: beforeCommit, beforeRead: beforeRead, failsFrom: failsFrom)
        }
    }

    private func interrupt(
        _ choose: @Sendable (inout State) -> (Interruption?, Int)
    ) async throws(StoreError) {
        let chosen: (Interruption?, Int) = state.withLock { state in
            // What the interruption does itself is neither counted nor interrupted.
            if state.isInterrupting { return (nil, 0) }
            let chosen = choose(&state)
            state.isInterrupting = chosen.0 != nil
            return chosen
        }
        guard let interruption = chosen.0 else { return }
        defer { state.withLock { $0.isInterrupting = false } }
        do {
            try await interruption(chosen.1)
        } catch {
            throw StoreError(.corrupted, "what was to come between failed: \(error)")
        }
    }

    package func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }

    package func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        do throws(StoreError) {
            try await interrupt { state in
                state.commits += 1
                return (state.beforeCommit, state.commits)
            }
        } catch {
            return batches.map { _ in .failure(error) }
        }
        if state.withLock({ !$0.isInterrupting && $0.commits >= $0.failsFrom }) {
            return batches.map { _ in .failure(StoreError(.unavailable, "the store went away")) }
        }
        return await base.commit(batches)
    }

    package func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await interrupt { state in
            state.reads += 1
            return (state.beforeRead, state.reads)
        }
        return try await base.read(reads, in: partition, atLeast: atLeast)
    }

    package func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }

    package func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    package func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    package func scrub(within seconds: Double) async throws(StoreError) -> [String] {
        try await base.scrub(within: seconds)
    }
    package func close() async { await base.close() }
}
