#if MongoDB
    import Records

    extension SnapshotReader {
        /// The change feed of one type, in whole stamps.
        func changes(
            of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
        ) throws(StoreError) -> Changes {
            let layout = try layout(type)
            let head = try head(partition) ?? PartitionHead()
            let horizon = head.horizons[type] ?? 0
            guard after.number >= horizon || after.number == 0 else {
                throw StoreError(.tooOld, "the change feed begins after stamp \(horizon)")
            }
            let end = Changes(put: [], deleted: [], upTo: Stamp(head.stamp), hasMore: false)
            guard after.number < head.stamp else { return end }
            let positions = try layout.positions(fields)
            var put = try written(layout, partition, positions, ["$gt": .int64(after.number)], limit: limit + 1)
            var gone = try deleted(type, partition, from: after.number + 1, to: nil, limit: limit + 1)
            var changes = end
            let stamps = (put.map(\.stamp.number) + gone.map(\.stamp)).sorted()
            if stamps.count > limit {
                // The entry past the limit tells that there is more; whole stamps before it belong to this piece, or,
                // when one stamp alone is longer than the limit, that stamp.
                let upTo = max(stamps[limit] - 1, stamps[0])
                if upTo == stamps[limit] {
                    put = try written(layout, partition, positions, ["$eq": .int64(upTo)], limit: 0)
                    gone = try deleted(type, partition, from: upTo, to: upTo, limit: 0)
                }
                changes.upTo = Stamp(upTo)
                changes.hasMore = upTo < head.stamp
            }
            changes.put = put.filter { $0.stamp <= changes.upTo }
            var seen: Set<Key> = []
            for (stamp, key) in gone where stamp <= changes.upTo.number && seen.insert(key).inserted {
                changes.deleted.append(key)
            }
            return changes
        }

        private func written(
            _ layout: CollectionLayout, _ partition: Partition, _ positions: [Int], _ stamps: Document, limit: Int
        ) throws(StoreError) -> [Record] {
            let finding = Finding(
                collection: layout.collection,
                filter: ["partition": .text(partition.name), "stamp": .document(stamps)], sort: ["stamp": 1],
                projection: layout.projection(positions), limit: limit)
            var records: [Record] = []
            try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                records.append(try layout.record(document, positions))
                return true
            }
            return records
        }

        private func deleted(
            _ type: String, _ partition: Partition, from first: Int64, to last: Int64?, limit: Int
        ) throws(StoreError) -> [(stamp: Int64, key: Key)] {
            let start = Bookkeeping.deletions(type, partition, from: first)
            let end =
                last.map { Bookkeeping.deletions(type, partition, from: $0 + 1) }
                ?? Bookkeeping.endOfDeletions(type, partition)
            let finding = Finding(
                collection: bookkeeping.deletions,
                filter: ["_id": ["$gte": .text(start), "$lt": .text(end)], "partition": .text(partition.name)],
                sort: ["_id": 1], limit: limit)
            var deletions: [(stamp: Int64, key: Key)] = []
            try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                guard let stamp = document["stamp"]?.integer, case .bytes(_, let bytes)? = document["key"],
                    let id = ScalarCoding.values(of: bytes[...])
                else { throw StoreError(.corrupted, "a deletion in the change feed is damaged") }
                deletions.append((stamp, Key(type, id)))
                return true
            }
            return deletions
        }
    }
#endif
