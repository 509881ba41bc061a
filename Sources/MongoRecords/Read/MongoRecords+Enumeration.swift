#if MongoDB
    public import Records

    extension MongoRecords: EnumerableStore {
        /// Partitions that have had a commit; see ``EnumerableStore/partitions(after:limit:)``.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
        public func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition] {
            guard (1...10_000).contains(limit) else {
                throw StoreError(.invalid, "limit must be 1 to 10000, not \(limit)")
            }
            return try await snapshot(try prepared(), isSingle: true) { (reader) throws(StoreError) in
                var finding = Finding(collection: reader.bookkeeping.heads, filter: [:])
                if let after { finding.filter = ["_id": ["$gt": .text(after.name)]] }
                finding.sort = ["_id": 1]
                finding.projection = ["_id": 1]
                finding.limit = limit
                var partitions: [Partition] = []
                try reader.connection.find(finding, concern: reader.concern) { (document) throws(StoreError) in
                    guard case .text(let name) = document["_id"] else {
                        throw StoreError(.corrupted, "a partition's head is damaged")
                    }
                    partitions.append(Partition(name))
                    return true
                }
                return partitions
            }
        }

        /// Every counter of a partition; see ``EnumerableStore/counters(in:)``.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        public func counters(in partition: Partition) async throws(StoreError) -> [String: Int64] {
            try await snapshot(try prepared(), isSingle: true) { (reader) throws(StoreError) in
                let finding = Finding(
                    collection: reader.bookkeeping.counters,
                    filter: .all(of: [["partition": .text(partition.name)], PagePlan.keyRange(partition)]))
                var counters: [String: Int64] = [:]
                try reader.connection.find(finding, concern: reader.concern) { (document) throws(StoreError) in
                    guard case .text(let name) = document["name"], let value = document["value"]?.integer else {
                        throw StoreError(.corrupted, "a counter is damaged")
                    }
                    counters[name] = value
                    return true
                }
                return counters
            }
        }
    }
#endif
