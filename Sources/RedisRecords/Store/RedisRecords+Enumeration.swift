#if Redis
    public import Records

    extension RedisRecords: EnumerableStore {
        /// Partitions that have had a commit; see ``EnumerableStore/partitions(after:limit:)``.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
        /// - Complexity: O(partitions): the buckets' sets have no order.
        public func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition] {
            guard (1...10_000).contains(limit) else {
                throw StoreError(.invalid, "limit must be 1 to 10000, not \(limit)")
            }
            try client.requireOpen()
            let keys = current.keys
            let requests = (0..<keys.buckets).map { bucket in
                request(RedisCommand("SMEMBERS", keys.partitions(bucket)), keys.partitions(bucket))
            }
            var names: [String] = []
            for reply in await client.send(requests) {
                guard let members = try reply.get().elements else { throw CommitOutcome.damage }
                for member in members {
                    guard let name = member.text else { throw CommitOutcome.damage }
                    if let after, !after.name.utf8.lexicographicallyPrecedes(name.utf8) { continue }
                    names.append(name)
                }
            }
            names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return names.prefix(limit).map { Partition($0) }
        }

        /// Every counter of a partition; see ``EnumerableStore/counters(in:)``.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        public func counters(in partition: Partition) async throws(StoreError) -> [String: Int64] {
            try client.requireOpen()
            let key = current.keys.base(partition) + ":c"
            let reply = await client.send([request(RedisCommand("HGETALL", key), key)])
            guard let pairs = try reply.first?.get().elements, pairs.count.isMultiple(of: 2) else {
                throw CommitOutcome.damage
            }
            var counters: [String: Int64] = [:]
            for place in stride(from: 0, to: pairs.count, by: 2) {
                guard let name = pairs[place].text, let value = pairs[place + 1].number else {
                    throw CommitOutcome.damage
                }
                counters[name] = value
            }
            return counters
        }

        private func request(_ command: RedisCommand, _ key: String) -> RedisClient.Request {
            RedisClient.Request(command: command, slot: HashSlot.of(key), isCommit: false, script: .read)
        }
    }
#endif
