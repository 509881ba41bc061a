#if MongoDB
    import Records

    /// A partition as the transaction at hand sees it.
    struct StoredPartition: PartitionSource {
        let reader: SnapshotReader
        let partition: Partition
        /// Receipts of batches committed at this time or earlier are forgotten, in microseconds.
        let ledgerStart: Int64

        private var name: BSON { .text(partition.name) }

        func records(_ keys: [Key]) throws(StoreError) -> [Record] {
            try reader.records(keys, nil, partition).compactMap(\.self)
        }

        func holders(_ unique: [UniqueKey]) throws(StoreError) -> [Record] {
            var records: [Record] = []
            for (type, keys) in Dictionary(grouping: unique, by: \.type) {
                let layout = try reader.layout(type)
                let positions = Array(layout.type.fields.indices)
                for (place, keys) in Dictionary(grouping: keys, by: \.place) {
                    let finding = Finding(
                        collection: layout.collection, filter: query(layout.type.unique[place], keys),
                        projection: layout.projection(positions))
                    try reader.connection.find(finding, concern: nil) { (document) throws(StoreError) in
                        records.append(try layout.record(document, positions))
                        return true
                    }
                }
            }
            return records
        }

        /// The query for any of these values of one unique key.
        private func query(_ names: [String], _ keys: [UniqueKey]) -> Document {
            if names.count == 1 {
                let values = keys.compactMap { FieldCoding.encode($0.values[0]) }
                return ["partition": name, names[0]: values.count == 1 ? values[0] : ["$in": .array(values)]]
            }
            let choices = keys.map { key in
                var choice: Document = ["partition": name]
                for (field, value) in zip(names, key.values) {
                    // `$eq` also says that there is a value, as the partial index requires.
                    choice.append(field, ["$eq": FieldCoding.encode(value) ?? .null])
                }
                return choice
            }
            return choices.count == 1 ? choices[0] : ["$or": .array(choices.map(BSON.document))]
        }

        func counters(_ names: [String]) throws(StoreError) -> [String: Int64] {
            let identifiers = names.map { BSON.text(Bookkeeping.counter($0, partition)) }
            let finding = Finding(
                collection: reader.bookkeeping.counters,
                filter: ["_id": ["$in": .array(identifiers)], "partition": name])
            var values: [String: Int64] = [:]
            try reader.connection.find(finding, concern: nil) { (document) throws(StoreError) in
                guard let name = document["name"]?.text, let value = document["value"]?.integer else {
                    throw StoreError(.corrupted, "a counter is damaged")
                }
                values[name] = value
                return true
            }
            return values
        }

        func receipts(_ ids: [UInt64]) throws(StoreError) -> [UInt64: Receipt] {
            let identifiers = Set(ids).map { BSON.text(Bookkeeping.batch($0, partition)) }
            let finding = Finding(
                collection: reader.bookkeeping.batches,
                filter: [
                    "_id": ["$in": .array(identifiers)], "partition": name, "committed": ["$gt": .int64(ledgerStart)],
                ])
            var receipts: [UInt64: Receipt] = [:]
            try reader.connection.find(finding, concern: nil) { (document) throws(StoreError) in
                let results = document["results"]?.array?.compactMap(\.integer)
                guard let id = document["id"]?.integer, let stamp = document["stamp"]?.integer, let results else {
                    throw StoreError(.corrupted, "the ledger of batches is damaged")
                }
                receipts[UInt64(bitPattern: id)] = Receipt(stamp: Stamp(stamp), results: results)
                return true
            }
            return receipts
        }
    }
#endif
