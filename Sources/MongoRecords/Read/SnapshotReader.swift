#if MongoDB
    import Records

    /// Reads over one connection; the caller decides what is one snapshot.
    struct SnapshotReader {
        let connection: MongoConnection
        let layouts: [String: CollectionLayout]
        let bookkeeping: Bookkeeping
        /// The read concern outside transactions; nil inside one.
        let concern: String?
        /// See ``StoreShape/vectorIndexes``.
        let vectorIndexes: Set<String>

        /// Documents that a page looks at before it gives up with a short one.
        static let scanBudget = 5_000

        func answer(_ read: Read, in partition: Partition) throws(StoreError) -> Page {
            switch read {
            case .keys(let keys, let fields): return Page(records: try records(keys, fields, partition))
            case .counter(let name):
                let finding = Finding(
                    collection: bookkeeping.counters,
                    filter: [
                        "_id": .text(Bookkeeping.counter(name, partition)), "partition": .text(partition.name),
                    ])
                return Page(count: Int(try connection.first(finding, concern: concern)?["value"]?.integer ?? 0))
            case .count(let type, let filter): return Page(count: try count(layout(type), filter, partition))
            case .query(let query):
                let layout = try layout(query.type)
                if case .nearest(let field, let vector) = query.order {
                    // The engine's own search is refused inside transactions.
                    if concern != nil, vectorIndexes.contains(VectorIndexes.name(layout.type.name, field)),
                        let page = try engineNearest(query, field, vector, layout, partition)
                    {
                        return page
                    }
                    return try nearest(query, field, vector, layout, partition)
                }
                return try page(query, layout, partition).page
            }
        }

        func layout(_ type: String) throws(StoreError) -> CollectionLayout {
            guard let layout = layouts[type] else {
                throw StoreError(.invalid, "record type \(type) was not prepared")
            }
            return layout
        }

        /// The partition's head; nil when it has no commit.
        func head(_ partition: Partition) throws(StoreError) -> PartitionHead? {
            let name = BSON.text(partition.name)
            let finding = Finding(collection: bookkeeping.heads, filter: ["_id": name, "partition": name])
            return try connection.first(finding, concern: concern).map(PartitionHead.init)
        }

        /// Records by key, one query for the keys of a type.
        func records(
            _ keys: [Key], _ fields: [String]?, _ partition: Partition
        ) throws(StoreError) -> [Record?] {
            var found: [Key: Record] = [:]
            for (type, keys) in Dictionary(grouping: keys, by: \.type) {
                let layout = try layout(type)
                let positions = try layout.positions(fields)
                let identifiers = Set(keys).map { BSON.text(KeyText.identifier(partition, $0.id)) }
                let finding = Finding(
                    collection: layout.collection,
                    filter: [
                        "_id": identifiers.count == 1 ? identifiers[0] : ["$in": .array(identifiers)],
                        "partition": .text(partition.name),
                    ], projection: layout.projection(positions))
                try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                    let record = try layout.record(document, positions)
                    found[record.key] = record
                    return true
                }
            }
            return keys.map { found[$0] }
        }

        private func count(
            _ layout: CollectionLayout, _ filter: Filter, _ partition: Partition
        ) throws(StoreError) -> Int {
            let pushed = try FilterDocument(filter, layout)
            let query = Document.all(of: [["partition": .text(partition.name)], pushed.query])
            var count = 0
            if pushed.isExact {
                let pipeline: [Document] = [["$match": .document(query)], ["$count": "count"]]
                try connection.aggregate(pipeline, of: layout.collection, concern: concern) {
                    (document) throws(StoreError) in
                    count = Int(document["count"]?.integer ?? 0)
                    return false
                }
                return count
            }
            let compiled = try CompiledFilter(filter, layout.table)
            let positions = try layout.positions(Array(filter.fields))
            let finding = Finding(
                collection: layout.collection, filter: query, projection: layout.projection(positions))
            try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                if compiled.accepts(try layout.record(document, positions)) { count += 1 }
                return true
            }
            return count
        }

        /// A page in key or field order; for a survey (`partition` nil) with each record's partition.
        func page(
            _ query: Query, _ layout: CollectionLayout, _ partition: Partition?
        ) throws(StoreError) -> (page: Page, partitions: [Partition]) {
            let plan = try PagePlan(query, layout, partition)
            let pushed = try FilterDocument(query.filter, layout)
            let compiled = try CompiledFilter(query.filter, layout.table)
            let returned = try layout.positions(query.fields)
            var wanted = Set(returned)
            if let order = plan.orderPosition { wanted.insert(order) }
            if !pushed.isExact { wanted.formUnion(try layout.positions(Array(query.filter.fields))) }
            let positions = wanted.sorted()
            let finding = Finding(
                collection: layout.collection, filter: plan.find(pushed.query), sort: plan.sort,
                projection: layout.projection(positions),
                // One document more than asked tells whether there is a next page.
                limit: pushed.isExact ? query.limit + 1 : Self.scanBudget + 1,
                batch: pushed.isExact ? query.limit + 1 : max(101, min(query.limit * 2, 1_000)))
            var page = Page()
            var partitions: [Partition] = []
            var examined = 0
            var last: (record: Record, partition: Partition)?
            try connection.find(finding, concern: concern) { (document) throws(StoreError) in
                if page.records.count == query.limit || examined == Self.scanBudget {
                    page.next = last.map { plan.cursor(after: $0.record, $0.partition) }
                    return false
                }
                var record = try layout.record(document, positions)
                let owner: Partition
                if let partition { owner = partition } else { owner = try layout.partition(document) }
                examined += 1
                last = (record, owner)
                guard pushed.isExact || compiled.accepts(record) else { return true }
                record.keepOnly(returned)
                page.records.append(record)
                partitions.append(owner)
                return true
            }
            return (page, partitions)
        }
    }

    extension Record {
        /// Empties values that were read for the filter or the cursor only.
        fileprivate mutating func keepOnly(_ positions: [Int]) {
            guard positions.count < values.count else { return }
            var kept = [Value](repeating: .null, count: values.count)
            for position in positions { kept[position] = values[position] }
            values = kept
        }
    }
#endif
