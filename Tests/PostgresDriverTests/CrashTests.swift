#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import Synchronization
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL after a crash", .serialized)
    struct CrashTests {
        private static let note = RecordType(
            "note",
            fields: [Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 1_000))])

        /// What the writers of all rounds did.
        private final class Ledger: Sendable {
            let acknowledged = Mutex<[Int: Set<String>]>([:])
            let unknown = Atomic<Int>(0), tally = Atomic<Int>(0), isOver = Atomic<Bool>(false)
        }

        /// Writes until the round is over, each batch until its outcome is known.
        private static func write(
            _ store: RelationalRecords, round: Int, writer: Int, _ ledger: Ledger
        ) async throws {
            let partition = Partition("owner-\(writer % 4)")
            var number = 0
            while !ledger.isOver.load(ordering: .relaxed) {
                number += 1
                let id = "\(round)-\(writer)-\(number)"
                let batch = Batch(
                    partition, id: UInt64.random(in: 0 ... .max),
                    [.insert("note", [.text(id), .text("body")]), .count("notes", 1, atMost: nil)])
                var isSettled = false
                while !isSettled {
                    do throws(StoreError) {
                        try await store.commit(batch)
                        isSettled = true
                        ledger.acknowledged.withLock { _ = $0[writer % 4, default: []].insert(id) }
                        ledger.tally.add(1, ordering: .relaxed)
                    } catch {
                        if error.code == .outcomeUnknown { ledger.unknown.add(1, ordering: .relaxed) }
                        guard error.code == .outcomeUnknown || error.code == .unavailable else { throw error }
                        // The same id makes it safe to try until the server is back.
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
        }

        /// Ten times the server is killed in the middle of writes. What was acknowledged is there, an unknown outcome is
        /// retried with the same batch id, and in the end every write happened exactly once.
        @Test(.timeLimit(.minutes(5)))
        func noAcknowledgedWriteIsLost() async throws {
            let server = try PostgresServer(settings: ["fsync=on"])
            var configuration = server.configuration(schema: "crash")
            configuration.lanes = 4
            let store = try await PostgresRecords.open(configuration)
            try await store.prepare([Self.note])
            #expect(store.capabilities.survives == .powerLoss)
            let writers = 8
            let ledger = Ledger()
            for round in 0..<10 {
                ledger.isOver.store(false, ordering: .relaxed)
                let begin = ledger.tally.load(ordering: .relaxed)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<writers {
                        group.addTask { try await Self.write(store, round: round, writer: writer, ledger) }
                    }
                    try await eventually { ledger.tally.load(ordering: .relaxed) >= begin + 100 }
                    server.kill()
                    let before = ledger.tally.load(ordering: .relaxed)
                    try server.start()
                    let start = ContinuousClock.now
                    try await eventually { ledger.tally.load(ordering: .relaxed) > before + writers }
                    let recovery = ContinuousClock.now - start
                    #expect(recovery < .seconds(5), "round \(round): \(recovery)")
                    ledger.isOver.store(true, ordering: .relaxed)
                    try await group.waitForAll()
                }
                for (owner, ids) in ledger.acknowledged.withLock({ $0 }) {
                    let partition = Partition("owner-\(owner)")
                    let count = try await store.read(.count("note", .all), in: partition).count
                    #expect(count == ids.count, "round \(round): every write once")
                    #expect(try await store.read(.counter("notes"), in: partition).count == ids.count)
                }
            }
            let total = ledger.acknowledged.withLock { $0.values.reduce(0) { $0 + $1.count } }
            print(
                "10 crashes: \(total) acknowledged writes, \(ledger.unknown.load(ordering: .relaxed)) unknown outcomes")
            await store.close()
            server.kill()
        }

        /// A commit that waits for a standby which does not exist has happened, but is not answered.
        @Test func anUnansweredCommitIsUnknownAndMayBeTriedAgain() async throws {
            let server = try PostgresServer()
            let store = try await server.open(schema: "unknown") { $0.lanes = 1 }
            try await store.commit(Notes.batch("first"))
            func waitForStandby(_ name: String) async throws {
                try server.query("ALTER SYSTEM SET synchronous_standby_names = '\(name)'")
                try server.query("SELECT pg_reload_conf()")
                try await eventually { try server.query("SHOW synchronous_standby_names") == name }
            }
            try await waitForStandby("nobody")
            let batch = Batch(
                Notes.partition, id: 77, [Notes.insert("second"), .count("notes", 1, atMost: nil)])
            let commit = Task { await store.commit([batch])[0] }
            var process = ""
            try await eventually {
                process = try server.query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                return !process.isEmpty
            }
            try server.query("SELECT pg_terminate_backend(\(process))")
            let result = await commit.value
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.code == .outcomeUnknown)
            try await waitForStandby("")
            let receipt = try await store.commit(batch)
            #expect(receipt.results == [1, 1], "the first receipt")
            #expect(try await store.count() == 2)
            #expect(try await store.read(.counter("notes"), in: Notes.partition).count == 1)
            await store.close()
            server.kill()
        }
    }
#endif
