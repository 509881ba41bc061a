import Records
import Synchronization

/// What this process knows about sessions and runs without asking. Every use is guarded by the commit it serves, so a
/// wrong belief costs a look, never an error.
final class FactCache: Sendable {
    /// Where a record is.
    struct Address: Hashable {
        var partition: Partition
        var key: Key
    }
    private struct State {
        /// Seconds to live of sessions that have such a limit, 0 of others.
        var timesToLive: [Address: Int64] = [:]
        /// The session of runs; nil for runs of their own.
        var sessions: [Address: String?] = [:]
    }

    private static let capacity = 10_000
    private let state = Mutex(State())

    func timeToLive(of session: String, in partition: Partition) -> Int64?? {
        let address = Address(partition: partition, key: StoredSession.key(session))
        return state.withLock { $0.timesToLive[address] }.map { $0 == 0 ? nil : $0 }
    }

    func learn(timeToLive: Int64?, of session: String, in partition: Partition) {
        let address = Address(partition: partition, key: StoredSession.key(session))
        state.withLock { state in
            if state.timesToLive.count >= Self.capacity { state.timesToLive = [:] }
            state.timesToLive[address] = timeToLive ?? 0
        }
    }

    func session(of run: String, in partition: Partition) -> String?? {
        let address = Address(partition: partition, key: StoredRun.key(run))
        return state.withLock { $0.sessions[address] }
    }

    func learn(session: String?, of run: String, in partition: Partition) {
        let address = Address(partition: partition, key: StoredRun.key(run))
        state.withLock { state in
            if state.sessions.count >= Self.capacity { state.sessions = [:] }
            state.sessions.updateValue(session, forKey: address)
        }
    }
}

/// The state that lives in this process only.
final class TemporaryState: Sendable {
    private struct Slot {
        var values: [String: JSONValue] = [:]
        var lastUse: UInt64 = 0
    }
    private struct State {
        var slots: [FactCache.Address: Slot] = [:]
        var uses: UInt64 = 0
    }

    /// The most sessions; the one written longest ago leaves first.
    static let capacity = 1_024
    private let state = Mutex(State())

    func values(of session: String, in partition: Partition) -> [String: JSONValue] {
        let address = FactCache.Address(partition: partition, key: StoredSession.key(session))
        return state.withLock { $0.slots[address]?.values ?? [:] }
    }

    func apply(_ changes: [StateChange], to session: String, in partition: Partition) {
        let changes = changes.filter { $0.scope == .temporary }
        guard !changes.isEmpty else { return }
        let address = FactCache.Address(partition: partition, key: StoredSession.key(session))
        state.withLock { state in
            if state.slots[address] == nil, state.slots.count >= Self.capacity,
                let oldest = state.slots.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.slots[oldest.key] = nil
            }
            state.uses += 1
            state.slots[address, default: Slot()].lastUse = state.uses
            for change in changes { state.slots[address]?.values[change.name] = change.value }
        }
    }

    func remove(_ session: String, in partition: Partition) {
        let address = FactCache.Address(partition: partition, key: StoredSession.key(session))
        state.withLock { $0.slots[address] = nil }
    }

    func removeAll() { state.withLock { $0.slots = [:] } }
}
