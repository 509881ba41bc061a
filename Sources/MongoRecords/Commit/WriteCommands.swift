#if MongoDB
    import Records

    /// The commands that write what a group of batches changed, in an order that no unique index refuses.
    struct WriteCommands {
        /// A write command, and how many documents it must find: fewer mean that the data is not what was read.
        struct Command {
            var document: Document
            var count: Int
        }

        /// What a command's documents may weigh together; the server takes 48 MiB, of which a body may have 16.
        private static let maximumBytes = 8 << 20
        private static let maximumDocuments = 1_000

        private(set) var commands: [Command] = []
        private let partition: Partition

        init(_ partition: Partition) { self.partition = partition }

        /// Deletes, then updates, then inserts of each type.
        ///
        /// An index looks at every single write, so one record must leave a unique key before another takes it. One whose
        /// key another takes is therefore deleted and inserted again; so even two that swap their keys pass.
        mutating func add(_ changes: [(before: Record?, after: Record?)], _ layouts: [String: CollectionLayout]) {
            let byType = Dictionary(grouping: changes) { $0.after?.type ?? $0.before?.type ?? "" }
            for (type, changes) in byType.sorted(by: { $0.key < $1.key }) {
                guard let layout = layouts[type] else { continue }
                var taken: [UniqueKey: Key] = [:]
                for case (_, let after?) in changes {
                    for unique in layout.table.uniqueKeys(of: after.values) { taken[unique] = after.key }
                }
                var deleted: [BSON] = []
                var updates: [(document: Document, bytes: Int)] = []
                var inserts: [(document: Document, bytes: Int)] = []
                for (before, after) in changes {
                    let gives =
                        before.map { before in
                            layout.table.uniqueKeys(of: before.values).contains {
                                taken[$0] ?? before.key != before.key
                            }
                        } ?? false
                    if let before, after == nil || gives {
                        deleted.append(.text(KeyText.identifier(partition, before.key.id)))
                    }
                    guard let after else { continue }
                    if let before, !gives {
                        updates.append((layout.update(before, after, partition), after.approximateBytes))
                    } else {
                        inserts.append((layout.document(after, partition), after.approximateBytes))
                    }
                }
                add(deleting: deleted, from: layout.collection)
                add("update", "updates", layout.collection, updates)
                add("insert", "documents", layout.collection, inserts)
            }
        }

        mutating func add(deleting identifiers: [BSON], from collection: String) {
            guard !identifiers.isEmpty else { return }
            let query: BSON = ["_id": ["$in": .array(identifiers)], "partition": .text(partition.name)]
            commands.append(
                Command(
                    document: ["delete": .text(collection), "deletes": [["q": query, "limit": 0]]],
                    count: identifiers.count))
        }

        /// Adds a command of many documents, or several where they are large.
        mutating func add(
            _ verb: String, _ list: String, _ collection: String, _ documents: [(document: Document, bytes: Int)]
        ) {
            var rest = documents[...]
            while !rest.isEmpty {
                var bytes = 0
                var part: [BSON] = []
                while let next = rest.first, part.isEmpty || bytes + next.bytes <= Self.maximumBytes,
                    part.count < Self.maximumDocuments
                {
                    bytes += next.bytes
                    part.append(.document(next.document))
                    rest.removeFirst()
                }
                commands.append(
                    Command(
                        document: [verb: .text(collection), list: .array(part), "ordered": true], count: part.count))
            }
        }
    }

    extension CollectionLayout {
        /// One element of an `update` command: only the fields that differ, so that a small change of a large record is a
        /// small entry of the oplog.
        func update(_ before: Record, _ after: Record, _ partition: Partition) -> Document {
            var set: Document = ["revision": .int64(after.revision), "stamp": .int64(after.stamp.number)]
            var unset = Document()
            for (position, value) in after.values.enumerated() where value != before.values[position] {
                if value.isNull {
                    for (name, _) in fields(position, before.values[position]).fields { unset.append(name, "") }
                } else {
                    set.append(fields(position, value))
                }
            }
            var change: Document = ["$set": .document(set)]
            if !unset.isEmpty { change.append("$unset", .document(unset)) }
            return [
                "q": [
                    "_id": .text(KeyText.identifier(partition, before.key.id)), "partition": .text(partition.name),
                    "revision": .int64(before.revision),
                ], "u": .document(change),
            ]
        }
    }
#endif
