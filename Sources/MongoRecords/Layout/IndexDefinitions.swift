#if MongoDB
    import Records

    extension CollectionLayout {
        /// An index as `createIndexes` takes it.
        struct IndexDefinition: Sendable {
            var name: String
            var document: Document
        }

        /// Every index of the collection but that of `_id`.
        var indexDefinitions: [IndexDefinition] {
            var definitions: [IndexDefinition] = []
            func add(_ name: String, _ fields: [String], isUnique: Bool = false, present: [String] = []) {
                var keys = Document()
                for field in fields where keys[field] == nil { keys.append(field, 1) }
                guard !definitions.contains(where: { $0.name == name }) else { return }
                var document: Document = ["name": .text(name), "key": .document(keys)]
                if isUnique { document.append("unique", true) }
                if !present.isEmpty {
                    var condition = Document()
                    for field in present { condition.append(field, ["$exists": true]) }
                    document.append("partialFilterExpression", .document(condition))
                }
                definitions.append(IndexDefinition(name: name, document: document))
            }
            for names in type.unique {
                // A missing component never conflicts, so such documents are not in the index at all.
                add(Self.uniqueName(names), ["partition"] + names, isUnique: true, present: names)
            }
            for index in type.indexes {
                let order = index.order.map { [orderName($0)] } ?? []
                let suffix = (index.equal + (index.order.map { [$0] } ?? ["key"])).joined(separator: ".")
                if index.isGlobal {
                    // A survey never asks for missing order values, so they cost nothing. `_id` is partition, then key.
                    add("all_" + suffix, index.equal + order + ["_id"], present: order)
                }
                // The order within a partition also has the missing ones.
                add("by_" + suffix, ["partition"] + index.equal + order + ["_id"])
            }
            if type.isTracked { add("feed", ["partition", "stamp"]) }
            for field in type.fields where field.kind == .tokens {
                add("terms_" + field.name, ["partition", field.name])
            }
            // A shard key needs an index that begins with it.
            if definitions.allSatisfy({ !$0.name.hasPrefix("by_") && $0.name != "feed" }) {
                add("by_key", ["partition", "_id"])
            }
            return definitions
        }

        /// The name of the index of a unique key. Names of fields have no full stop, so it is the key's alone.
        static func uniqueName(_ names: [String]) -> String { "unique_" + names.joined(separator: ".") }
    }

    /// The collections beside the record types. Their names hold a full stop, which no type's name does.
    struct Bookkeeping: Sendable {
        /// One document a partition: `_id` its name, `stamp`, `token` of the last transaction, and for each tracked type how
        /// many deletions the feed remembers (`deletions`) and the stamp that it no longer reaches behind (`horizons`).
        let heads: String
        /// One document a counter: `_id` partition and name, `value`.
        let counters: String
        /// The feed's deletions: `_id` partition, type, stamp and place, `key` the record's key fields.
        let deletions: String
        /// The ledger of batch ids: `_id` partition and id, `stamp`, `results`, `committed`.
        let batches: String
        /// The declared types.
        let schema: String

        init(prefix: String) {
            heads = prefix + "records.heads"
            counters = prefix + "records.counters"
            deletions = prefix + "records.deletions"
            batches = prefix + "records.batches"
            schema = prefix + "records.schema"
        }

        var all: [String] { [heads, counters, deletions, batches, schema] }

        static func counter(_ name: String, _ partition: Partition) -> String {
            KeyText.identifier(partition, [.text(name)])
        }

        static func batch(_ id: UInt64, _ partition: Partition) -> String {
            KeyText.identifier(partition, [.int(Int64(bitPattern: id))])
        }

        /// The place of a deletion; `place` tells those of one stamp apart.
        static func deletion(_ type: String, _ partition: Partition, _ stamp: Int64, place: Int) -> String {
            KeyText.identifier(partition, [.text(type), .int(stamp), .int(Int64(place))])
        }

        /// Before all deletions of a type at this stamp or later.
        static func deletions(_ type: String, _ partition: Partition, from stamp: Int64) -> String {
            KeyText.identifier(partition, [.text(type), .int(stamp)])
        }

        /// Beyond all deletions of a type.
        static func endOfDeletions(_ type: String, _ partition: Partition) -> String {
            // Every stamp's text begins with 8 to f.
            KeyText.identifier(partition, [.text(type), .text("g")])
        }
    }
#endif
