import Records
import Synchronization

/// The latest checkpoints of threads' namespaces in memory, each valid as long as its head is as it was.
///
/// Every put, write and removal in a namespace changes its head, so one read of the head tells whether what is here is
/// still true, whoever changed it. What this process writes itself goes in on the way.
final class LatestCache: Sendable {
    /// A namespace of a thread.
    struct Place: Hashable {
        var partition: Partition
        var namespace: Bytewise

        init(_ partition: Partition, _ namespace: String) {
            self.partition = partition
            self.namespace = Bytewise(namespace)
        }
    }

    /// A checkpoint and the head that it was the latest under.
    struct Entry {
        var headStamp: Stamp
        var headRevision: Int64
        /// The greatest checkpoint that tasks wrote after.
        var lastWritten: String?
        var tuple: CheckpointTuple

        fileprivate var byteCount: Int {
            let checkpoint = tuple.checkpoint
            return 1_024 + checkpoint.state.bytes.count + checkpoint.metadata.json.utf8.count
                + checkpoint.versions.reduce(0) { $0 + 64 + $1.channel.utf8.count }
                + checkpoint.values.reduce(0) { $0 + 64 + $1.value.bytes.count }
                + tuple.pendingWrites.reduce(0) { $0 + 128 + $1.value.bytes.count }
        }
    }

    private struct State {
        var entries: [Place: (entry: Entry, byteCount: Int, use: UInt64)] = [:]
        var byteCount = 0
        var uses: UInt64 = 0
    }

    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    func entry(_ place: Place) -> Entry? {
        guard maximumBytes > 0 else { return nil }
        return state.withLock { state in
            guard let index = state.entries.index(forKey: place) else { return nil }
            state.uses += 1
            state.entries.values[index].use = state.uses
            return state.entries.values[index].entry
        }
    }

    /// Keeps an entry, and forgets the least recently used ones where there is no room; nil forgets the place.
    func set(_ entry: Entry?, _ place: Place) {
        guard maximumBytes > 0 else { return }
        let byteCount = entry?.byteCount ?? 0
        state.withLock { state in
            if let old = state.entries.removeValue(forKey: place) { state.byteCount -= old.byteCount }
            // One thread must not drive out all others.
            guard let entry, byteCount <= maximumBytes / 4 else { return }
            state.uses += 1
            state.entries[place] = (entry, byteCount, state.uses)
            state.byteCount += byteCount
            while state.byteCount > maximumBytes, let oldest = state.entries.min(by: { $0.value.use < $1.value.use }) {
                state.byteCount -= oldest.value.byteCount
                state.entries[oldest.key] = nil
            }
        }
    }
}

extension LatestCache.Entry {
    /// The entry after a checkpoint was put as a new record; nil when not everything of it is known here.
    /// - Parameter before: The entry of the head before; nil when the put made the head.
    init?(
        putting new: NewCheckpoint, _ address: CheckpointAddress, metadata: CheckpointMetadata, at now: Int64,
        after before: LatestCache.Entry?, _ stamp: Stamp, _ revision: Int64
    ) {
        if let before {
            // Somebody else changed the thread meanwhile, or this is not the latest, or tasks wrote before it came.
            guard before.isFollowed(by: stamp, revision), before.tuple.checkpoint.id.compareBytes(new.id) < 0 else {
                return nil
            }
            if let last = before.lastWritten, new.id.compareBytes(last) <= 0 { return nil }
        } else {
            guard revision == 1 else { return nil }
        }
        let old = before?.tuple.checkpoint
        let versions = new.versions.sorted { $0.channel.compareBytes($1.channel) < 0 }
        var values: [ChannelValue] = []
        for version in versions {
            if let change = new.changes.last(where: { $0.channel == version }) {
                if let value = change.value { values.append(ChannelValue(version.channel, value)) }
            } else if let old, old.versions.contains(version) {
                if let value = old.value(of: version.channel) { values.append(ChannelValue(version.channel, value)) }
            } else {
                return nil
            }
        }
        headStamp = stamp
        headRevision = revision
        lastWritten = before?.lastWritten
        tuple = CheckpointTuple(
            checkpoint: Checkpoint(
                thread: address.thread, namespace: address.namespace, id: new.id, parent: new.parent,
                state: new.state, versions: versions.map { ChannelVersion($0.channel, $0.version.normalized) },
                values: values, incremental: new.incremental, metadata: metadata, createdAt: now), pendingWrites: [])
    }

    /// Whether a change of the head came right after what this knows. The revision alone does not say so: it begins anew
    /// with a thread that was deleted and made again, the numbers of commits do not.
    private func isFollowed(by stamp: Stamp, _ revision: Int64) -> Bool {
        stamp.number == headStamp.number + 1 && revision == headRevision + 1
    }

    /// The entry after a task wrote; nil when somebody else changed the thread meanwhile.
    func writing(_ pack: WritePack, after id: String, _ stamp: Stamp, _ revision: Int64) -> LatestCache.Entry? {
        guard isFollowed(by: stamp, revision) else { return nil }
        var entry = self
        entry.headStamp = stamp
        entry.headRevision = revision
        if lastWritten.map({ $0.compareBytes(id) < 0 }) ?? true { entry.lastWritten = id }
        if tuple.checkpoint.id.hasSameBytes(as: id) {
            entry.tuple.pendingWrites.removeAll { $0.task.hasSameBytes(as: pack.task) }
            entry.tuple.pendingWrites += pack.writes
            entry.tuple.pendingWrites.sort(by: PendingWrite.precedes)
        }
        return entry
    }
}
