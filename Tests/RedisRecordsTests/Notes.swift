#if Redis
    import Foundation
    import Records
    import RedisRecords
    import TestStores

    /// A small record type and what the tests do with it.
    enum Notes {
        static let type = RecordType(
            "note",
            fields: [
                Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 4 << 20)), Field("due", .time),
                Field("words", .tokens),
            ], indexes: [Index(order: "due", isGlobal: true)], isTracked: true)

        static let partition = Partition("app/user")

        static func insert(_ id: String, _ body: String = "x", due: Int64? = nil) -> Write {
            .insert("note", [.text(id), .text(body), due.map { .time($0) } ?? .null, .tokens(["w"])])
        }

        /// A note that is counted in the same batch, which may have an identifier.
        static func counted(_ id: String, in partition: Partition = partition, batch: UInt64? = nil) -> Batch {
            Batch(partition, id: batch, [insert(id, due: 1), .count("notes", 1, atMost: nil)])
        }

        /// A store of a prefix of its own.
        static func open(_ configuration: RedisConfiguration) async throws -> RedisRecords {
            var configuration = configuration
            configuration.keyPrefix = "t" + UUID().uuidString
            return try await openAgain(configuration)
        }

        static func openAgain(_ configuration: RedisConfiguration) async throws -> RedisRecords {
            let store = try await RedisRecords.open(configuration)
            try await store.prepare([type])
            return store
        }

        /// The ids in every index of the partition's notes must be the same, and as many as were counted.
        static func ids(_ store: RedisRecords, in partition: Partition = partition) async throws -> Set<String> {
            let byKey = try await ids(.key, store, partition)
            let byDue = try await ids(.field("due"), store, partition)
            let pages = try await store.read([.counter("notes"), .count("note", .all)], in: partition, atLeast: nil)
            guard byKey == byDue, pages[0].count == byKey.count, pages[1].count == byKey.count else {
                throw TestServerError(
                    "\(byKey.count) notes by key, \(byDue.count) by due, \(pages[1].count) in all, \(pages[0].count) counted"
                )
            }
            return byKey
        }

        private static func ids(
            _ order: Query.Order, _ store: RedisRecords, _ partition: Partition
        ) async throws -> Set<String> {
            var query = Query("note", order: order, limit: 1_000, fields: [])
            var ids: Set<String> = []
            while true {
                let page = try await store.read(.query(query), in: partition)
                for case .text(let id)? in page.records.map({ $0?.values[0] }) { ids.insert(id) }
                guard let next = page.next else { return ids }
                query.after = next
            }
        }
    }

    /// Writers that go on until they are told to stop, and what was acknowledged to them.
    ///
    /// A commit of unknown outcome is sent again as the same batch, so that in the end every note was either acknowledged
    /// or is not there.
    final class Writers: Sendable {
        private let acknowledged = Protected<[String: Set<String>]>([:])
        private let isStopped = Protected(false)
        private let progress: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation
        private let failures = Protected<[StoreError]>([])

        init() {
            (progress, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .unbounded)
        }

        /// Writes counted notes into the partitions, by `count` tasks, while `body` runs.
        func run(
            _ count: Int, _ store: RedisRecords, _ partitions: [Partition], _ body: @Sendable () async throws -> Void
        ) async throws {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for writer in 0..<count {
                    tasks.addTask { try await self.write(as: writer, store, partitions) }
                }
                defer { isStopped.value = true }
                try await body()
                isStopped.value = true
                try await tasks.waitForAll()
            }
        }

        private func write(as writer: Int, _ store: RedisRecords, _ partitions: [Partition]) async throws {
            // Whoever waits for progress must not wait for a writer that failed.
            defer { if !isStopped.value { signal.finish() } }
            var number = 0
            while !isStopped.value {
                number += 1
                let partition = partitions[number % partitions.count]
                let id = "\(writer)-\(number)"
                let batch = Notes.counted(id, in: partition, batch: .random(in: 1...(.max)))
                var mustRetry = false
                repeat {
                    try Task.checkCancellation()
                    do throws(StoreError) {
                        try await store.commit(batch)
                        note(id, partition)
                        mustRetry = false
                    } catch {
                        note(error)
                        guard error.code == .unavailable || error.code == .outcomeUnknown else { throw error }
                        // Once the outcome is unknown, `unavailable` says nothing about the first attempt.
                        mustRetry = mustRetry || error.code == .outcomeUnknown
                    }
                } while mustRetry
            }
        }

        /// Waits for so many further acknowledgements.
        /// - Throws: when a writer failed or the test was cancelled meanwhile.
        func waitForProgress(_ count: Int) async throws {
            var seen = 0
            for await _ in progress {
                seen += 1
                if seen == count { return }
            }
            throw TestServerError("the writers stopped after \(seen) of \(count) commits")
        }

        /// How often the outcome of a commit was unknown.
        var unknown: Int { errors.count { $0.code == .outcomeUnknown } }

        /// What was acknowledged, by the partition's name.
        var all: [String: Set<String>] { acknowledged.value }

        /// What went wrong meanwhile.
        var errors: [StoreError] { failures.value }

        private func note(_ id: String, _ partition: Partition) {
            acknowledged.update { $0[partition.name, default: []].insert(id) }
            signal.yield()
        }

        private func note(_ error: StoreError) { failures.update { $0.append(error) } }
    }
#endif
