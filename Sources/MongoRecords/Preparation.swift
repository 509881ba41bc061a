#if MongoDB
    import Foundation
    import Records

    /// Creates the collections and indexes of record types, and keeps their declarations.
    ///
    /// Each step may be repeated and may meet another process in the same step: creating what is there does nothing, and
    /// a declaration is replaced only while it is the one that was read. So there is no lock to be left behind.
    struct Preparation {
        let connection: MongoConnection
        let shape: StoreShape
        let usesVectorSearch: Bool

        private static let concern: BSON = ["w": "majority"]
        private var bookkeeping: Bookkeeping { shape.bookkeeping }

        /// Prepares the types; answers the names of the fields that the engine can search by itself.
        func run(_ types: [RecordType], skipsSetUp: Bool) throws(StoreError) -> Set<String> {
            if skipsSetUp {
                try verify(types)
                return []
            }
            for collection in bookkeeping.all { try create(collection) }
            // A receipt answers for a day; the engine's own expiry may be late, never early.
            try createIndexes(
                [["name": "expiry", "key": ["day": 1], "expireAfterSeconds": .int64(2 * 24 * 3_600)]],
                of: bookkeeping.batches)
            for type in types { try prepare(type) }
            guard usesVectorSearch else { return [] }
            return try VectorIndexes(connection: connection).create(types.compactMap { shape.layouts[$0.name] })
        }

        private func prepare(_ type: RecordType) throws(StoreError) {
            guard let layout = shape.layouts[type.name] else { return }
            while true {
                let stored = try self.stored(type.name)
                if let stored {
                    if try isCurrent(type, stored) { return }
                    try dropUniqueIndexes(besides: layout)
                    try addOrderTexts(layout)
                }
                try create(layout.collection)
                do throws(StoreError) {
                    try createIndexes(layout.indexDefinitions.map(\.document), of: layout.collection)
                } catch {
                    guard error.failure?.isDuplicate == true else { throw error }
                    throw StoreError(.schema, "record type \(type.name): stored records break an added unique key")
                }
                if try declare(type, over: stored) { return }
            }
        }

        /// Whether the stored declaration is this one.
        /// - Throws: ``StoreError`` `schema` when it is newer, or a change that adding fields cannot make.
        private func isCurrent(_ type: RecordType, _ stored: (version: Int64, text: String)) throws(StoreError) -> Bool
        {
            let text = type.declaration
            guard stored.version <= type.version else {
                throw StoreError(
                    .schema,
                    "\(type.name): the store has version \(stored.version), this program knows \(type.version); "
                        + "update it")
            }
            if stored.version == type.version, stored.text == text { return true }
            let old = stored.text.split(separator: "\n").filter { $0.hasPrefix("field ") }
            let new = Set(text.split(separator: "\n"))
            guard stored.version < type.version, old.allSatisfy({ new.contains($0) || new.contains($0.widened) }) else {
                throw StoreError(
                    .schema, "\(type.name): the store's version \(stored.version) differs from this program's")
            }
            return false
        }

        private func stored(_ type: String) throws(StoreError) -> (version: Int64, text: String)? {
            let finding = Finding(collection: bookkeeping.schema, filter: ["_id": .text(type)])
            guard let document = try connection.first(finding, concern: "majority") else { return nil }
            guard let version = document["version"]?.integer, let text = document["declaration"]?.text else {
                throw StoreError(.corrupted, "the declaration of \(type) is damaged")
            }
            return (version, text)
        }

        /// Keeps the declaration; false when another process was faster.
        private func declare(_ type: RecordType, over stored: (version: Int64, text: String)?) throws(StoreError)
            -> Bool
        {
            let declaration: BSON = ["version": .int64(Int64(type.version)), "declaration": .text(type.declaration)]
            var query: Document = ["_id": .text(type.name)]
            guard let stored else {
                guard let fields = declaration.document else { return false }
                query.append(fields)
                do throws(StoreError) {
                    try connection.run([
                        "insert": .text(bookkeeping.schema), "documents": [.document(query)],
                        "writeConcern": Self.concern,
                    ])
                    return true
                } catch {
                    if error.failure?.isDuplicate == true { return false }
                    throw error
                }
            }
            query.append("version", .int64(stored.version))
            query.append("declaration", .text(stored.text))
            let reply = try connection.run([
                "update": .text(bookkeeping.schema), "updates": [["q": .document(query), "u": ["$set": declaration]]],
                "writeConcern": Self.concern,
            ])
            return reply["n"]?.integer == 1
        }

        private func create(_ collection: String) throws(StoreError) {
            do throws(StoreError) {
                try connection.run(["create": .text(collection), "writeConcern": Self.concern])
            } catch {
                // 48: it is there.
                guard error.failure?.code == 48 else { throw error }
            }
        }

        private func createIndexes(_ definitions: [Document], of collection: String) throws(StoreError) {
            guard !definitions.isEmpty else { return }
            try connection.run([
                "createIndexes": .text(collection), "indexes": .array(definitions.map(BSON.document)),
                "writeConcern": Self.concern,
            ])
        }

        /// A unique key that a later version no longer declares must not refuse anything.
        private func dropUniqueIndexes(besides layout: CollectionLayout) throws(StoreError) {
            let kept = Set(layout.type.unique.map(CollectionLayout.uniqueName))
            for name in try indexNames(layout.collection) where name.hasPrefix("unique_") && !kept.contains(name) {
                try connection.run([
                    "dropIndexes": .text(layout.collection), "index": .text(name), "writeConcern": Self.concern,
                ])
            }
        }

        private func indexNames(_ collection: String) throws(StoreError) -> [String] {
            let reply: Document
            do throws(StoreError) {
                reply = try connection.run(["listIndexes": .text(collection), "cursor": ["batchSize": 1_000]])
            } catch {
                // 26: there is no such collection.
                if error.failure?.code == 26 { return [] }
                throw error
            }
            return (reply["cursor"]?.document?["firstBatch"]?.array ?? []).compactMap { $0.document?["name"]?.text }
        }

        /// Gives stored documents the sortable text of a bytes field that a new index orders by.
        private func addOrderTexts(_ layout: CollectionLayout) throws(StoreError) {
            for (field, order) in layout.orderNames {
                let finding = Finding(
                    collection: layout.collection, filter: [field: ["$exists": true], order: ["$exists": false]],
                    projection: [field: 1])
                var updates: [BSON] = []
                try connection.find(finding, concern: "majority") { (document) throws(StoreError) in
                    guard let identifier = document["_id"], case .bytes(_, let bytes)? = document[field] else {
                        return true
                    }
                    let text = BSON.text(KeyText.text(of: bytes))
                    // The filter again: a record that was written meanwhile already has it.
                    let query: BSON = ["_id": identifier, field: .bytes(.generic, bytes)]
                    updates.append(["q": query, "u": ["$set": [order: text]]])
                    return true
                }
                for start in stride(from: 0, to: updates.count, by: 500) {
                    try connection.run([
                        "update": .text(layout.collection),
                        "updates": .array(Array(updates[start..<min(start + 500, updates.count)])),
                        "writeConcern": Self.concern,
                    ])
                }
            }
        }

        /// Without the right to create anything: everything must be there.
        private func verify(_ types: [RecordType]) throws(StoreError) {
            let reply = try connection.run(["listCollections": 1, "nameOnly": true, "cursor": ["batchSize": 10_000]])
            let listed = reply["cursor"]?.document?["firstBatch"]?.array ?? []
            let found = Set(listed.compactMap { $0.document?["name"]?.text })
            let layouts = types.compactMap { shape.layouts[$0.name] }
            let missing = (bookkeeping.all + layouts.map(\.collection)).filter { !found.contains($0) }
            guard missing.isEmpty else {
                throw StoreError(
                    .schema, "set-up is skipped, but these collections are missing: \(missing.joined(separator: ", "))")
            }
            for layout in layouts {
                let type = layout.type
                guard let stored = try stored(type.name) else {
                    throw StoreError(.schema, "set-up is skipped, but \(type.name) was never prepared")
                }
                guard try isCurrent(type, stored) else {
                    throw StoreError(.schema, "set-up is skipped, but \(type.name) needs version \(type.version)")
                }
                let indexes = Set(try indexNames(layout.collection))
                let lacking = layout.indexDefinitions.map(\.name).filter { !indexes.contains($0) }
                guard lacking.isEmpty else {
                    throw StoreError(
                        .schema,
                        "set-up is skipped, but \(layout.collection) lacks the indexes \(lacking.joined(separator: ", "))"
                    )
                }
            }
        }
    }

    extension RecordType {
        /// The declaration in the form that is kept and compared, a line each: fields in order, then what is unique,
        /// indexed and tracked.
        var declaration: String {
            var lines = fields.enumerated().map { position, field in
                "field \(field.name) \(field.kind.declaration)\(position < keyCount ? " key" : "")"
            }
            lines += unique.map { "unique \($0.joined(separator: " "))" }
            lines += indexes.map { index in
                "index \(index.isGlobal ? "global " : "")\((index.equal).joined(separator: " ")) order "
                    + (index.order ?? "key")
            }
            if isTracked { lines.append("tracked") }
            return lines.joined(separator: "\n")
        }
    }

    extension Substring {
        /// The line of a field that takes vectors of any dimension where this one takes those of one.
        fileprivate var widened: Substring {
            guard let place = range(of: " vector(") else { return self }
            return self[..<place.upperBound] + "any)" + (hasSuffix(" key") ? " key" : "")
        }
    }

    extension Field.Kind {
        /// A text's limit is not part of it: it is checked before anything is stored.
        fileprivate var declaration: String {
            switch self {
            case .bool: "bool"
            case .int: "int"
            case .double: "double"
            case .text: "text"
            case .bytes: "bytes"
            case .time: "time"
            case .json: "json"
            case .vector(let dimensions): "vector(\(dimensions.map(String.init) ?? "any"))"
            case .tokens: "tokens"
            }
        }
    }
#endif
