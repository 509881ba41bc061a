import Foundation
import InMemoryRecords
import RecordStoreConformance
import Records
import RelationalRecords
import SQLiteDriver
import Synchronization
import Testing

/// A store that the kit is run on.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case inMemory, sqlite, sqliteInMemory

    var testDescription: String { rawValue }

    /// A fresh store; its file goes when the folder does.
    func make(in folder: TemporaryFolder) throws -> ConformanceStore {
        switch self {
        case .inMemory: return ConformanceStore(InMemoryRecords())
        case .sqliteInMemory: return ConformanceStore(try SQLiteRecords.open(SQLiteConfiguration(path: ":memory:")))
        case .sqlite:
            let path = folder.path + "/\(UUID().uuidString).db"
            let store = try SQLiteRecords.open(SQLiteConfiguration(path: path))
            return ConformanceStore(store) {
                await store.close()
                return try SQLiteRecords.open(SQLiteConfiguration(path: path))
            }
        }
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "agent-memory-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Record store conformance")
struct ConformanceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: Backend.allCases, RecordStoreConformance.cases)
    func keeps(_ backend: Backend, _ sentence: ConformanceCase) async throws {
        let folder = folder
        try await sentence.run { try backend.make(in: folder) }
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

    /// Random operations answer the same on SQLite as on the reference. `AGENT_MEMORY_SEED` repeats one sequence.
    @Test func randomOperationsAnswerAsTheReference() async throws {
        let chosen = ProcessInfo.processInfo.environment["AGENT_MEMORY_SEED"].flatMap { UInt64($0) }
        let first = UInt64.random(in: 0...UInt64(UInt32.max))
        let seeds = chosen.map { [$0] } ?? (0..<500).map { first + $0 }
        print("model check: \(seeds.count) sequences of 40 steps, seeds \(first)…\(seeds.last ?? first)")
        let folder = folder
        for seed in seeds {
            let subject = try SQLiteRecords.open(
                SQLiteConfiguration(path: folder.path + "/\(seed).db", readers: 1, synchronous: .normal))
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
