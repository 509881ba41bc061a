#if MongoDB
    import Records

    extension SnapshotReader {
        /// The records most similar to a vector: a scan of the partition's vectors, the filter inside.
        func nearest(
            _ query: Query, _ field: String, _ vector: [Float], _ layout: CollectionLayout, _ partition: Partition
        ) throws(StoreError) -> Page {
            let pushed = try FilterDocument(query.filter, layout)
            let compiled = try CompiledFilter(query.filter, layout.table)
            let place = try layout.table.position(of: field)
            let positions = try layout.positions(Array(query.filter.fields) + [field])
            let finding = Finding(
                collection: layout.collection,
                filter: .all(of: [["partition": .text(partition.name)], [field: ["$exists": true]], pushed.query]),
                projection: layout.projection(positions))
            var best: [(score: Double, key: Key)] = []
            try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                let record = try layout.record(document, positions)
                guard case .vector(let stored) = record.values[place], stored.count == vector.count,
                    pushed.isExact || compiled.accepts(record)
                else { return true }
                best.append((Cosine.similarity(vector, stored), record.key))
                if best.count > 4 * query.limit + 1_000 { best.keepNearest(query.limit) }
                return true
            }
            best.keepNearest(query.limit)
            return try page(of: best, query, partition)
        }

        /// The page of these keys in this order; one that has gone meanwhile is left out.
        func page(
            of best: [(score: Double, key: Key)], _ query: Query, _ partition: Partition
        ) throws(StoreError) -> Page {
            var page = Page()
            guard !best.isEmpty else { return page }
            let records = try records(best.map(\.key), query.fields, partition)
            for (record, (score, _)) in zip(records, best) {
                guard let record else { continue }
                page.records.append(record)
                page.scores.append(score)
            }
            return page
        }
    }

    extension [(score: Double, key: Key)] {
        /// Keeps the best, ties by key.
        mutating func keepNearest(_ limit: Int) {
            sort { left, right in
                if left.score != right.score { return left.score > right.score }
                for (a, b) in zip(left.key.id, right.key.id) {
                    let order = a.compare(b)
                    if order != 0 { return order < 0 }
                }
                return false
            }
            if count > limit { removeLast(count - limit) }
        }
    }
#endif
