import Records
import Synchronization

/// Passes on the commits of other processes while somebody watches: from the engine's announcements, else by looking.
final class ChangeLooker: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
        var listener: Task<Void, Never>?
        var version: Int64?
        var stamps: [Partition: Int64] = [:]
    }

    /// How often it looks.
    private static let interval = Duration.milliseconds(25)

    private let engine: any SQLEngine
    private let bookkeeping: Bookkeeping
    private let hints: ChangeHints
    private let state = Mutex(State())

    init(_ engine: any SQLEngine, _ bookkeeping: Bookkeeping, _ hints: ChangeHints) {
        self.engine = engine
        self.bookkeeping = bookkeeping
        self.hints = hints
    }

    /// Begins when it has not begun.
    func start() {
        state.withLock { state in
            guard !state.isStopped, !state.isRunning else { return }
            state.isRunning = true
            state.listener = Task.detached(executorPreference: engine.executor) { await self.listen() }
        }
    }

    /// Ends, and returns when it has ended.
    func stop() async {
        let listener = state.withLock { state in
            state.isStopped = true
            return state.listener
        }
        listener?.cancel()
        await listener?.value
    }

    private func listen() async {
        if let announcements = engine.announcements() {
            for await partition in announcements {
                hints.notify(partition)
                if Task.isCancelled { break }
            }
            return state.withLock { $0.isRunning = false }
        }
        while goesOn() {
            await look()
            do { try await Task.sleep(for: Self.interval) } catch { break }
        }
        state.withLock { $0.isRunning = false }
    }

    private func goesOn() -> Bool {
        state.withLock { state in
            guard !state.isStopped, !hints.isEmpty else {
                state.isRunning = false
                state.version = nil
                state.stamps = [:]
                return false
            }
            return true
        }
    }

    private func look() async {
        // What cannot be looked at says nothing; a hint too many does no harm.
        do throws(StoreError) {
            let connection = try await engine.take(.watching)
            do throws(StoreError) {
                try await look(through: connection)
                await engine.give(connection, .watching)
            } catch {
                await engine.give(connection, .watching)
                throw error
            }
        } catch {
            hints.notify(nil)
        }
    }

    private func look(through connection: any SQLConnection) async throws(StoreError) {
        if let version = try await connection.dataVersion() {
            let changed = state.withLock { state in
                defer { state.version = version }
                return state.version != nil && state.version != version
            }
            if changed { hints.notify(nil) }
            return
        }
        let partitions = hints.partitions
        var stamps: [Partition: Int64] = [:]
        try await connection.query(partitions.map { SQLCall(bookkeeping.head, [.text($0.name)]) }) { place, row in
            stamps[partitions[place]] = row.integer(1)
        }
        let changed = state.withLock { state in
            defer { state.stamps = stamps }
            return stamps.filter { partition, stamp in
                state.stamps[partition].map { $0 != stamp } ?? !state.stamps.isEmpty
            }
        }
        for partition in changed.keys { hints.notify(partition) }
    }
}
