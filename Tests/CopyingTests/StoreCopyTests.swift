import Copying
import InMemoryRecords
import Memories
import Records
import Synchronization
import TestStores
import Testing

/// Copies between backends: everything arrives, and a copy that stopped goes on.
@Suite("Copies of stores")
struct StoreCopyTests {
    private static let scopes = (0..<5).map { Scope(app: "app", user: "user \($0)/é") }

    /// A store with memories, changed and deleted ones among them.
    private func filled(_ records: any RecordStore) async throws {
        let store = try await MemoryStore(records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        for (number, scope) in Self.scopes.enumerated() {
            var ids: [String] = []
            for count in 0..<(number * 40) {
                ids.append(try await store.add(NewMemory("Memory \(count) of \(scope.user)"), in: scope).id)
            }
            guard ids.count > 2 else { continue }
            _ = try await store.update(ids[0], MemoryUpdate(content: "changed"), in: scope)
            try await store.delete(ids[1], in: scope)
        }
    }

    @Test(arguments: TestBackend.all) func everythingArrives(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        defer { withExtendedLifetime(made) {} }
        let target = try #require(made.store as? any EnumerableStore)
        let source = InMemoryRecords()
        try await filled(source)
        let outcome = try await StoreCopy(from: source, to: target, types: MemoryRecords.all).run()
        #expect(outcome.content.partitions == 4)
        #expect(outcome.content.total == outcome.written.records)
        #expect(outcome.content == (try await StoreContent(of: source, types: MemoryRecords.all)))

        // And back, into a third store.
        let back = InMemoryRecords()
        let second = try await StoreCopy(from: target, to: back, types: MemoryRecords.all).run()
        #expect(second.content.hash == outcome.content.hash)
        let memories = try await MemoryStore(back, configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        let list = try await memories.list(in: Self.scopes[4], limit: 500).memories
        #expect(list.count == 159)
        let changed = try #require(list.first { $0.content == "changed" })
        #expect(try await memories.history(changed.id, in: Self.scopes[4]).count == 2)
        await target.close()
    }

    @Test func aStoppedCopyGoesOn() async throws {
        let source = InMemoryRecords(), target = InMemoryRecords()
        try await filled(source)
        let seen = Mutex(0)
        let task = Task {
            try await StoreCopy(from: source, to: StoppingStore(target, after: 8), types: MemoryRecords.all).run()
        }
        await #expect(throws: StoreError.self) { try await task.value }
        let outcome = try await StoreCopy(from: source, to: target, types: MemoryRecords.all).run { progress in
            seen.withLock { $0 = progress.partitions }
        }
        #expect(seen.withLock { $0 } < 4, "partitions that were copied are not copied again")
        #expect(outcome.content == (try await StoreContent(of: source, types: MemoryRecords.all)))
    }

    @Test func aFullTargetAndADifferenceAreReported() async throws {
        let source = InMemoryRecords(), target = InMemoryRecords()
        try await filled(source)
        try await filled(target)
        let error = await #expect(throws: StoreError.self) {
            try await StoreCopy(from: source, to: target, types: MemoryRecords.all).run()
        }
        #expect(error?.code == .exists)
        let one = try await StoreContent(of: source, types: MemoryRecords.all)
        let other = try await StoreContent(of: target, types: MemoryRecords.all)
        #expect(one.hash != other.hash && one.total == other.total, "ids and times differ")
    }
}

/// A store that fails after so many notes of progress, as a killed process would.
private final class StoppingStore: EnumerableStore {
    private let store: InMemoryRecords
    private let left: Mutex<Int>

    init(_ store: InMemoryRecords, after count: Int) {
        self.store = store
        left = Mutex(count)
    }

    var capabilities: Capabilities { store.capabilities }

    func prepare(_ types: [RecordType]) async throws(StoreError) { try await store.prepare(types) }

    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        let stops = left.withLock { left in
            left -= 1
            return left < 0
        }
        if stops { return batches.map { _ in .failure(StoreError(.unavailable, "stopped")) } }
        return await store.commit(batches)
    }

    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await store.read(reads, in: partition, atLeast: atLeast)
    }

    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await store.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }

    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await store.survey(query) }

    func watch(_ partition: Partition) -> AsyncStream<Void> { store.watch(partition) }

    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await store.scrub(within: seconds) }

    func close() async {}

    func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition] {
        try await store.partitions(after: after, limit: limit)
    }

    func counters(in partition: Partition) async throws(StoreError) -> [String: Int64] {
        try await store.counters(in: partition)
    }
}
