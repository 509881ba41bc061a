import Records
import Synchronization

/// What happened to a memory.
public enum MemoryChange: Sendable {
    /// It was added, changed or restored; this is how it is now. Changes that follow each other quickly come as one.
    case saved(Memory)
    /// It was deleted, softly or for good.
    case deleted(id: String)
}

extension MemoryStore {
    /// Follows what anybody does to the memories of a scope, in this process or another, in the order of commits.
    ///
    /// Every change after the call is in the stream, none twice; it ends when the store closes or the task that reads
    /// it is cancelled. Two agents that share a scope see each other's writes so.
    /// - Parameter includesPresent: Whether the memories that are there come first.
    /// - Throws: ``MemoryError`` `invalid` for a wrong scope, `unavailable`, `closed`. The stream throws `unavailable`
    ///   when its reader was so slow that the change feed no longer reaches back: subscribe again.
    public func subscribe(
        to scope: Scope, includesPresent: Bool = false
    ) async throws(MemoryError) -> AsyncThrowingStream<MemoryChange, any Error> {
        try scope.validate()
        let type = MemoryRecords.memory.name
        let partition = scope.partition
        let records = records
        let start: Stamp
        do throws(StoreError) {
            // Beyond the newest stamp there is nothing, and the answer says which that is.
            start =
                includesPresent
                ? .zero
                : try await records.changes(
                    of: type, in: partition, after: Stamp(.max), limit: 1, fields: ["id"]
                ).upTo
        } catch {
            throw MemoryError(error)
        }
        let hints = records.watch(partition)
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: MemoryChange.self)
        let subscriptions = subscriptions
        let number = subscriptions.nextNumber()
        let task = Task {
            defer { subscriptions.remove(number) }
            var feed = SubscriptionFeed(scope: scope, stamp: start)
            do {
                for await _ in hints {
                    try await feed.drain(records) { continuation.yield($0) }
                    if Task.isCancelled { break }
                }
                continuation.finish()
            } catch {
                // A read that was cut off by the end is the end.
                if Task.isCancelled { continuation.finish() } else { continuation.finish(throwing: error) }
            }
        }
        subscriptions.add(task, number)
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

/// The tasks behind subscriptions, which end when their store closes.
final class SubscriptionTasks: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var ended: Set<Int> = []
        var last = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    func nextNumber() -> Int {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    /// Keeps a task until it ends, which it may have done already.
    func add(_ task: Task<Void, Never>, _ number: Int) {
        let isLate = state.withLock { state in
            if state.ended.remove(number) == nil, !state.isClosed { state.tasks[number] = task }
            return state.isClosed
        }
        if isLate { task.cancel() }
    }

    func remove(_ number: Int) {
        state.withLock { state in
            if state.tasks.removeValue(forKey: number) == nil { state.ended.insert(number) }
        }
    }

    func cancelAll() {
        let tasks = state.withLock { state in
            state.isClosed = true
            defer { state.tasks = [:] }
            return state.tasks.values.map { $0 }
        }
        for task in tasks { task.cancel() }
    }
}

/// How far a subscription has read.
private struct SubscriptionFeed {
    let scope: Scope
    var stamp: Stamp
    /// Ids that were told of, where the scope is narrower than the partition: a deletion says nothing but the id.
    private var told: Set<String> = []
    private static let toldLimit = 100_000

    init(scope: Scope, stamp: Stamp) {
        self.scope = scope
        self.stamp = stamp
    }

    mutating func drain(_ records: any RecordStore, _ tell: (MemoryChange) -> Void) async throws(MemoryError) {
        while true {
            let piece: Changes
            do throws(StoreError) {
                piece = try await records.changes(
                    of: MemoryRecords.memory.name, in: scope.partition, after: stamp, limit: 500,
                    fields: MemoryField.visible)
            } catch {
                if error.code == .tooOld {
                    throw MemoryError(
                        .unavailable, "the change feed no longer reaches back so far; subscribe again",
                        underlying: error)
                }
                throw MemoryError(error)
            }
            for key in piece.deleted {
                guard case .text(let id) = key.id.first else { continue }
                if isWhole || told.remove(id) != nil { tell(.deleted(id: id)) }
            }
            for record in piece.put {
                let memory = try StoredMemory(record).memory
                guard scope.includes(memory.scope) else { continue }
                if memory.deletedAt != nil {
                    tell(.deleted(id: memory.id))
                } else {
                    if !isWhole, told.count < Self.toldLimit { told.insert(memory.id) }
                    tell(.saved(memory))
                }
            }
            stamp = piece.upTo
            if !piece.hasMore { return }
        }
    }

    private var isWhole: Bool { scope.agent == nil && scope.session == nil }
}
