import Checkpoints
import RecordStoreConformance
import Records
import TestStores
import Testing

/// What every checkpoint must load as, whatever left around it.
private struct ThreadModel {
    struct Entry {
        var parent: String?
        var versions: [String: Int64]
        var values: [String: String]
        /// The incremental channel: what it has accumulated at this checkpoint, and whether the checkpoint stores it.
        var log: [String]
        var storesLog: Bool
        var run: String
        var writes: [String] = []
    }

    var entries: [String: Entry] = [:]
    var visible: Set<String> = []
    var number = 100
}

@Suite("Random threads, forks and removals") struct PrunePropertyTests {
    @Test("Every checkpoint that stays loads whole", arguments: TestBackend.all, 1...6 as ClosedRange<UInt64>)
    func staysWhole(_ backend: TestBackend, _ seed: UInt64) async throws {
        let records = try await backend.makeRecords()
        // Two processes, each with latest checkpoints in memory that the other changes.
        let stores = [try await CheckpointStore(records), try await CheckpointStore(records)]
        var random = SeededGenerator(seed: seed)
        var models: [String: ThreadModel] = ["t0": ThreadModel()]
        for _ in 0..<90 {
            let thread = models.keys.sorted().randomElement(using: &random) ?? "t0"
            var model = models[thread] ?? ThreadModel()
            let store = stores[Int.random(in: 0..<4, using: &random) / 3]
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<11: try await put(store, thread, &model, &random)
            case 11..<15: try await write(store, thread, &model, &random)
            case 15, 16:
                let count = Int.random(in: 1...4, using: &random)
                try await store.prune([thread], PrunePolicy(keepLatest: count))
                model.visible = Set(model.visible.sorted(by: >).prefix(count))
            case 17:
                let run = "\(thread) run \(Int.random(in: 0..<4, using: &random))"
                try await store.delete(runs: [run])
                for (name, other) in models {
                    models[name]?.visible = other.visible.filter { other.entries[$0]?.run != run }
                }
                model.visible = model.visible.filter { model.entries[$0]?.run != run }
                // A thread without checkpoints begins anew: nothing of it can be reached any more.
                for name in models.keys where models[name]?.visible.isEmpty == true { models[name]?.entries = [:] }
                if model.visible.isEmpty { model.entries = [:] }
            default:
                let target = "t\(models.count)"
                if models.count < 4, !model.visible.isEmpty {
                    try await store.copyThread(thread, to: target)
                    models[target] = model
                }
            }
            models[thread] = model
            try await check(stores, thread, model)
        }
        for (thread, model) in models { try await check(stores, thread, model) }
    }

    private func put(
        _ store: CheckpointStore, _ thread: String, _ model: inout ThreadModel, _ random: inout SeededGenerator
    ) async throws {
        model.number += 1
        let id = String(model.number)
        // Mostly from the latest, sometimes from an older one: a fork.
        let visible = model.visible.sorted()
        let parent = Int.random(in: 0..<3, using: &random) == 0 ? visible.randomElement(using: &random) : visible.last
        let base = parent.flatMap { model.entries[$0] }
        let storesLog = parent == nil || Int.random(in: 0..<4, using: &random) == 0
        var entry = ThreadModel.Entry(
            parent: parent, versions: base?.versions ?? [:], values: base?.values ?? [:],
            log: (base?.log ?? []) + (base?.writes ?? []), storesLog: storesLog,
            run: "\(thread) run \(Int.random(in: 0..<4, using: &random))")
        var changes: [String: (Int64, String?)] = [:]
        for channel in ["a", "b", "c", "d"] where parent == nil || Int.random(in: 0..<3, using: &random) == 0 {
            let value = Int.random(in: 0..<5, using: &random) == 0 ? nil : "\(channel) of \(id)"
            changes[channel] = (Int64(model.number), value)
            entry.versions[channel] = Int64(model.number)
            entry.values[channel] = value
        }
        changes["log"] = (Int64(model.number), storesLog ? entry.log.joined(separator: ",") : nil)
        entry.versions["log"] = Int64(model.number)
        try await store.put(
            .make(
                id, parent: parent, changes: changes,
                unchanged: entry.versions.filter { changes[$0.key] == nil }, incremental: storesLog ? [] : ["log"],
                metadata: ["run_id": .string(entry.run)]), thread: thread)
        model.entries[id] = entry
        model.visible.insert(id)
    }

    private func write(
        _ store: CheckpointStore, _ thread: String, _ model: inout ThreadModel, _ random: inout SeededGenerator
    ) async throws {
        // Only after checkpoints without children yet: a child is made of the writes before it.
        let parents = Set(model.entries.values.compactMap(\.parent))
        guard let id = model.visible.subtracting(parents).sorted().randomElement(using: &random) else { return }
        let count = model.entries[id]?.writes.count ?? 0
        let text = "w\(count) of \(id)"
        try await store.putWrites(
            [NewWrite("log", .text(text))], task: "task \(count)", taskPath: "\(count)",
            after: CheckpointAddress(thread: thread, id: id))
        model.entries[id]?.writes.append(text)
    }

    private func check(_ stores: [CheckpointStore], _ thread: String, _ model: ThreadModel) async throws {
        let store = stores[0]
        // A list is never answered from memory.
        let listed = try await store.list(CheckpointQuery(thread: thread, limit: 1_000)).tuples
        #expect(listed.map(\.checkpoint.id) == model.visible.sorted(by: >))
        for store in stores { #expect(try await store.get(CheckpointAddress(thread: thread)) == listed.first) }
        for tuple in listed {
            let id = tuple.checkpoint.id
            let entry = try #require(model.entries[id])
            var texts = tuple.checkpoint.texts
            let stored = texts.removeValue(forKey: "log")
            #expect(texts == entry.values)
            #expect(tuple.pendingWrites.map(\.value.string) == entry.writes)
            if entry.storesLog {
                #expect(stored == entry.log.joined(separator: ","))
                continue
            }
            #expect(stored == nil)
            let history = try await store.history(of: ["log"], at: CheckpointAddress(thread: thread, id: id))[0]
            let seed = history.seed?.string.split(separator: ",").map(String.init) ?? []
            #expect(seed + history.writes.map(\.value.string) == entry.log)
        }
    }
}
