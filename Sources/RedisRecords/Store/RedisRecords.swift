#if Redis
    public import Records
    internal import Synchronization

    /// A record store in Redis, Valkey or Dragonfly, on one server, behind sentinels or in a cluster.
    ///
    /// A record is a hash, an index a sorted set, a commit one Lua script; see `KeyLayout` for the keys and `CommitScript`
    /// for what makes a commit all or nothing. Deletions stay in the change feed by their key, so that the feed always
    /// reaches back to the start.
    ///
    /// A server that evicts keys is refused, because it would forget records. A user needs the keys and channels
    /// `{prefix*`, the commands `PING`, `INFO`, `EVALSHA`, `SCRIPT LOAD`, `SUBSCRIBE`, `PUBLISH` and those on hashes, sets
    /// and sorted sets; without `CONFIG GET` nothing is said about durability, without `BGREWRITEAOF` and `BGSAVE` nothing
    /// is scrubbed. Where the server has the search module, and the user its commands `FT.*`, vectors of fixed dimensions
    /// are found by it; see `VectorSearch`.
    public final class RedisRecords: RecordStore {
        /// What is known after ``prepare(_:)``.
        struct Prepared: Sendable {
            var schema: Schema
            var types: [String: TypeLayout]
            var keys: KeyLayout
            /// The indexes of the search module.
            var searches: Set<VectorSearch> = []
        }

        let client: RedisClient
        let configuration: RedisConfiguration
        let prepared = Mutex<Prepared?>(nil)
        private let hints: Subscriptions
        let facts: Mutex<Capabilities>

        private init(_ client: RedisClient, _ configuration: RedisConfiguration, _ capabilities: Capabilities) {
            self.client = client
            self.configuration = configuration
            facts = Mutex(capabilities)
            hints = Subscriptions(client)
        }

        deinit { hints.finish() }

        /// Connects, and reads how durable the servers are.
        /// - Throws: ``StoreError`` `invalid` for a wrong option, user or certificate; `unavailable` when no server answers
        ///   within ``RedisConfiguration/busyTimeout``; `unsupported` when a server evicts keys.
        public static func open(_ configuration: RedisConfiguration) async throws(StoreError) -> RedisRecords {
            try configuration.validate()
            let client = try RedisClient(configuration)
            do throws(StoreError) {
                let capabilities = try await Inspection.capabilities(of: client)
                return RedisRecords(client, configuration, capabilities)
            } catch {
                client.close()
                throw error
            }
        }

        /// What the servers said when the store was opened, and of vectors when it was prepared.
        public var capabilities: Capabilities { facts.withLock { $0 } }

        /// What all keys of this store begin with, after a brace.
        public var keyPrefix: String { configuration.keyPrefix }

        /// The prepared types; none before ``prepare(_:)``.
        var current: Prepared {
            prepared.withLock { $0 }
                ?? Prepared(schema: Schema(), types: [:], keys: KeyLayout(prefix: configuration.keyPrefix, buckets: 1))
        }

        /// Commits each batch by one script; those of one server in one round trip. See ``RecordStore/commit(_:)``.
        public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
            let current = current
            var results: [Result<Receipt, StoreError>] = []
            var requests: [RedisClient.Request] = []
            var places: [Int] = []
            for (place, batch) in batches.enumerated() {
                // Replaced below; a batch that fails here is not sent.
                results.append(.failure(StoreError(.unavailable, "the batch was not sent")))
                do throws(StoreError) {
                    try client.requireOpen()
                    try current.schema.validate(batch, capabilities)
                    requests.append(try request(batch, current))
                    places.append(place)
                } catch {
                    results[place] = .failure(error)
                }
            }
            let replies = requests.isEmpty ? [] : await client.send(requests)
            for (place, reply) in zip(places, replies) {
                do throws(StoreError) {
                    results[place] = .success(try await finish(batches[place], try reply.get(), current))
                    hints.notify(batches[place].partition)
                } catch {
                    results[place] = .failure(error)
                }
            }
            return results
        }

        private func request(_ batch: Batch, _ current: Prepared) throws(StoreError) -> RedisClient.Request {
            RedisClient.Request(
                command: try CommitEncoder.command(batch, current.types, current.keys, isCluster: client.isCluster),
                slot: HashSlot.of(current.keys.head(batch.partition)), isCommit: true, script: .commit)
        }

        /// The outcome of a reply, after migrating the partition where it is of an earlier version.
        private func finish(
            _ batch: Batch, _ first: RESPValue, _ current: Prepared
        ) async throws(StoreError) -> Receipt {
            var reply = first
            for _ in 0...current.types.count {
                switch try CommitOutcome(reply, current.types) {
                case .done(let result): return try result.get()
                case .mustMigrate(let type):
                    try await migrate(type, batch.partition, current)
                    let replies = await client.send([try request(batch, current)])
                    guard let next = replies.first else { throw CommitOutcome.damage }
                    reply = try next.get()
                }
            }
            throw StoreError(.schema, "the partition's version changes again and again")
        }

        /// Answers reads by one script, from one snapshot; see ``RecordStore/read(_:in:atLeast:)``.
        ///
        /// A query that looks at more than 10,000 entries ends its page early, and continues after its cursor; a count with
        /// a filter looks at the whole partition in one go, and holds the server up meanwhile; so does a `nearest` query
        /// without an index of the server's search module, or where that cannot tell.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
        public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
            try client.requireOpen()
            try partition.validate()
            let current = current
            if let pages = try await read(reads, partition, atLeast, current, current.searches) { return pages }
            guard let pages = try await read(reads, partition, atLeast, current, []) else { throw CommitOutcome.damage }
            return pages
        }

        /// The pages; nil when an index of vectors could not tell.
        private func read(
            _ reads: [Read], _ partition: Partition, _ atLeast: Stamp?, _ current: Prepared,
            _ searches: Set<VectorSearch>
        ) async throws(StoreError) -> [Page]? {
            var plans: [ReadPlan] = []
            for read in reads {
                plans.append(try ReadPlan(read, in: partition, current.schema, current.types, searches))
            }
            let base = current.keys.base(partition)
            let answer = try await ask(plans.flatMap(\.types), partition, current) { command in
                command.append(plans.reduce(0) { $0 + $1.answers })
                for plan in plans { plan.append(to: &command, base) }
            }
            if let atLeast, atLeast > answer.stamp {
                throw StoreError(.unavailable, "the partition has not reached stamp \(atLeast.number)")
            }
            var pages: [Page] = []
            var rest = answer.pages[...]
            for plan in plans {
                guard rest.count >= plan.answers else { throw CommitOutcome.damage }
                guard let page = try plan.page(rest.prefix(plan.answers)) else { return nil }
                pages.append(page)
                rest = rest.dropFirst(plan.answers)
            }
            return pages
        }

        /// What happened to a tracked type; the feed always reaches back to the start. See ``RecordStore``.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
        /// - Complexity: O(log records + piece).
        public func changes(
            of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
        ) async throws(StoreError) -> Changes {
            try client.requireOpen()
            try partition.validate()
            let current = current
            let table = try current.schema.table(type)
            guard let layout = current.types[type], table.type.isTracked else {
                throw StoreError(.invalid, "record type \(type) is not tracked")
            }
            guard limit >= 1 else { throw StoreError(.invalid, "limit must be at least 1, not \(limit)") }
            let decoder = try RecordDecoder(layout, fields)
            let answer = try await ask([layout], partition, current) { command in
                command.append(1)
                command.append("F")
                command.append(":f:\(type)")
                command.append(":r:\(type):")
                command.append(String(after.number))
                command.append(min(limit, 10_000))
                decoder.append(to: &command)
            }
            guard let parts = answer.pages.first?.elements, parts.count == 4, let upTo = parts[0].number else {
                throw CommitOutcome.damage
            }
            var changes = Changes(put: [], deleted: [], upTo: Stamp(upTo), hasMore: parts[1].text == "1")
            for key in parts[2].elements ?? [] {
                var reader = SortableReader((key.raw ?? [])[...])
                guard let values = reader.takeKey(layout.keyKinds) else { throw CommitOutcome.damage }
                changes.deleted.append(Key(type, values))
            }
            for reply in parts[3].elements ?? [] {
                if let record = try decoder.record(reply) { changes.put.append(record) }
            }
            return changes
        }

        /// Calls the read script of a partition, after migrating it where it is of an earlier version.
        private func ask(
            _ types: [TypeLayout], _ partition: Partition, _ current: Prepared,
            _ append: (inout RedisCommand) -> Void
        ) async throws(StoreError) -> (stamp: Stamp, pages: [RESPValue]) {
            var used: [TypeLayout] = []
            for type in types where !used.contains(where: { $0.type.name == type.type.name }) { used.append(type) }
            let head = current.keys.head(partition)
            var command = RedisCommand(.read, key: head)
            command.append("P")
            command.append(used.count)
            for layout in used {
                command.append(layout.type.name)
                command.append(layout.version)
            }
            append(&command)
            let request = RedisClient.Request(
                command: command, slot: HashSlot.of(head), isCommit: false, script: .read)
            for _ in 0...used.count {
                guard let reply = await client.send([request]).first, let parts = try reply.get().elements,
                    parts.count == 3
                else { throw CommitOutcome.damage }
                switch parts[0].text {
                case "ok":
                    guard let stamp = parts[1].number, let pages = parts[2].elements else { throw CommitOutcome.damage }
                    return (Stamp(stamp), pages)
                case "old": try await migrate(parts[1].text ?? "", partition, current)
                case "new": throw CommitOutcome.newer(parts[1].text ?? "", parts[2].text ?? "")
                default: throw CommitOutcome.damage
                }
            }
            throw StoreError(.schema, "the partition's version changes again and again")
        }

        /// Yields at once, after each commit of the partition by anybody, and after a lost connection to the server.
        public func watch(_ partition: Partition) -> AsyncStream<Void> {
            hints.stream(for: partition) { [weak self] in
                self?.prepared.withLock { $0?.keys.channel(partition) }
            }
        }

        /// Closes every connection and ends every stream.
        public func close() async {
            hints.finish()
            client.close()
        }
    }
#endif
