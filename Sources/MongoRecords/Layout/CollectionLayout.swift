#if MongoDB
    import Records

    /// The collection of one record type: its documents and their indexes.
    ///
    /// A document has `_id` (see ``KeyText``), `partition`, `revision`, `stamp`, and the declared fields under their own
    /// names. Every query names the partition, so `partition` is the shard key of a sharded deployment:
    /// `sh.shardCollection("DATABASE.COLLECTION", {partition: 1})`.
    struct CollectionLayout: Sendable {
        let table: Schema.Table
        let collection: String
        /// For a bytes field that an index orders by: the name of the field that holds it as sortable text. Declared names
        /// have no upper case, so it cannot meet another.
        let orderNames: [String: String]

        var type: RecordType { table.type }

        init(_ table: Schema.Table, prefix: String) {
            self.table = table
            collection = prefix + table.type.name
            var orderNames: [String: String] = [:]
            for order in table.type.indexes.compactMap(\.order) {
                guard let position = table.positions[order], table.type.fields[position].kind == .bytes else {
                    continue
                }
                orderNames[order] = order + "Order"
            }
            self.orderNames = orderNames
        }

        /// The field to sort and compare by.
        func orderName(_ field: String) -> String { orderNames[field] ?? field }

        /// A value as the field to sort by holds it; nil for null.
        func orderValue(_ field: String, _ value: Value) -> BSON? {
            if orderNames[field] != nil, case .bytes(let bytes) = value { return .text(KeyText.text(of: bytes)) }
            return FieldCoding.encode(value)
        }

        /// The fields of a value at a position: itself, and its sortable text where there is one.
        func fields(_ position: Int, _ value: Value) -> Document {
            var document = Document()
            let name = type.fields[position].name
            guard let encoded = FieldCoding.encode(value) else { return document }
            document.append(name, encoded)
            if let order = orderNames[name], let sortable = orderValue(name, value) { document.append(order, sortable) }
            return document
        }

        /// The whole document of a record.
        func document(_ record: Record, _ partition: Partition) -> Document {
            var document: Document = [
                "_id": .text(KeyText.identifier(partition, record.key.id)), "partition": .text(partition.name),
                "revision": .int64(record.revision), "stamp": .int64(record.stamp.number),
            ]
            for (position, value) in record.values.enumerated() { document.append(fields(position, value)) }
            return document
        }

        /// The record of a document that has the fields at these positions.
        /// - Throws: ``StoreError`` `corrupted` when a field holds another kind of value, or the key is missing.
        func record(_ document: Document, _ positions: [Int]) throws(StoreError) -> Record {
            var values = [Value](repeating: .null, count: type.fields.count)
            for position in positions {
                let field = type.fields[position]
                guard let value = FieldCoding.decode(document[field.name], field.kind),
                    position >= type.keyCount || !value.isNull
                else { throw StoreError(.corrupted, "\(collection): a document's field \(field.name) is damaged") }
                values[position] = value
            }
            guard let revision = document["revision"]?.integer, let stamp = document["stamp"]?.integer else {
                throw StoreError(.corrupted, "\(collection): a document has no revision or stamp")
            }
            return Record(
                type: type.name, keyCount: type.keyCount, revision: revision, stamp: Stamp(stamp), values: values)
        }

        /// The partition of a document.
        func partition(_ document: Document) throws(StoreError) -> Partition {
            guard let name = document["partition"]?.text else {
                throw StoreError(.corrupted, "\(collection): a document has no partition")
            }
            return Partition(name)
        }

        /// The positions that a read returns: the key and what it asked for.
        func positions(_ fields: [String]?) throws(StoreError) -> [Int] {
            guard let fields else { return Array(type.fields.indices) }
            var positions = Set(0..<type.keyCount)
            for field in fields { positions.insert(try table.position(of: field)) }
            return positions.sorted()
        }

        /// What a query must answer for these positions.
        func projection(_ positions: [Int]) -> Document {
            if positions.count == type.fields.count {
                var document: Document = ["_id": 0]
                for name in orderNames.values.sorted() { document.append(name, 0) }
                return document
            }
            var document: Document = ["_id": 0, "partition": 1, "revision": 1, "stamp": 1]
            for position in positions { document.append(type.fields[position].name, 1) }
            return document
        }

        /// The values that one unique key of a record holds; nil when it cannot conflict.
        func uniqueValues(_ names: [String], _ values: [Value]) -> [Value]? {
            var held: [Value] = []
            for name in names {
                guard let position = table.positions[name], !values[position].isNull else { return nil }
                held.append(values[position])
            }
            return held
        }
    }
#endif
