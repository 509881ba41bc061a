import Foundation
import InMemoryRecords
import RecordStoreConformance
import Records
import TestStores
import Testing

@Suite("Record store conformance")
struct ConformanceTests {
    @Test(arguments: TestBackend.all, RecordStoreConformance.cases)
    func keeps(_ backend: TestBackend, _ sentence: ConformanceCase) async throws {
        try await sentence.run {
            let made = try await backend.make()
            return ConformanceStore(made.store, reopen: made.reopen)
        }
    }

    /// Every case must be able to fail: each is red for every fault it names, and names at least one.
    @Test(arguments: RecordStoreConformance.cases)
    func canFail(_ sentence: ConformanceCase) async throws {
        #expect(!sentence.faults.isEmpty, "the case names no fault")
        for fault in sentence.faults {
            await #expect(throws: (any Error).self, "green although the store \(fault.rawValue)") {
                try await sentence.run {
                    let good = InMemoryRecords()
                    let store = FaultyRecords(good, fault) { InMemoryRecords() }
                    return ConformanceStore(store) {
                        fault == .forgetsOnReopen ? InMemoryRecords() as any RecordStore : store
                    }
                }
            }
        }
    }

    @Test func everyFaultIsNamedByACase() {
        let named = Set(RecordStoreConformance.cases.flatMap(\.faults))
        #expect(named == Set(FaultyRecords.Fault.allCases))
    }

    /// Random operations answer the same as on the reference. `AGENT_MEMORY_SEED` repeats one sequence.
    @Test(arguments: TestBackend.all.filter { $0.description != "memory" })
    func randomOperationsAnswerAsTheReference(_ backend: TestBackend) async throws {
        let chosen = ProcessInfo.processInfo.environment["AGENT_MEMORY_SEED"].flatMap { UInt64($0) }
        let first = UInt64.random(in: 0...UInt64(UInt32.max))
        let count = backend.description.hasPrefix("sqlite") ? UInt64(500) : 100
        let seeds = chosen.map { [$0] } ?? (0..<count).map { first + $0 }
        print("model check, \(backend): \(seeds.count) sequences of 40 steps, seeds \(first)…\(seeds.last ?? first)")
        for seed in seeds {
            let made = try await backend.make()
            let subject = made.store
            // A store's files live as long as the value that made it.
            defer { withExtendedLifetime(made) {} }
            do {
                try await ModelCheck.run(seed: seed, reference: InMemoryRecords(), subject: subject)
            } catch {
                await subject.close()
                throw error
            }
            await subject.close()
        }
    }

    @Test func modelCheckFindsADifference() async throws {
        for fault in [FaultyRecords.Fault.dropsGuards, .reversesPages, .feedForgetsDeletions, .ignoresBounds] {
            await #expect(throws: ModelCheck.Difference.self, "did not notice that the store \(fault.rawValue)") {
                for seed in UInt64(1)...40 {
                    let faulty = FaultyRecords(InMemoryRecords(), fault) { InMemoryRecords() }
                    try await ModelCheck.run(seed: seed, reference: InMemoryRecords(), subject: faulty)
                }
            }
        }
    }
}
