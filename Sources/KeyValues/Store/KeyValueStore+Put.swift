public import Records
import Retrieval

extension KeyValueStore {
    /// Puts an item, replacing the one with the same key; its time of creation stays.
    /// - Parameters:
    ///   - namespace: 1 to 64 labels of 1 to 255 UTF-8 bytes, together at most 768 with one byte between them.
    ///   - key: 1 to 512 UTF-8 bytes.
    ///   - value: A JSON object, at most as long as the store's values may be.
    ///   - index: Which fields questions find it by.
    ///   - lifetime: How long it lives after it was last put or read.
    /// - Throws: ``KeyValueError`` `invalid`, `conflict`, `unavailable` (the embedder's failures too), `outcomeUnknown`.
    public func put(
        _ value: [String: JSONValue], for key: String, in namespace: [String], index: IndexChoice = .standard,
        lifetime: LifetimeChoice = .standard
    ) async throws(KeyValueError) {
        let put = try await prepare(
            [NewItem(namespace: namespace, key: key, value: value, index: index, lifetime: lifetime)])
        for item in put { try await commit(item, failure: nil) }
    }

    /// Deletes an item; an absent one is no error.
    /// - Throws: ``KeyValueError`` `invalid`, `conflict`, `unavailable`, `outcomeUnknown`.
    public func delete(_ key: String, in namespace: [String]) async throws(KeyValueError) {
        let path = try NamespacePath(namespace)
        try KeyValueBounds.check(key, "key", KeyValueBounds.keyBytes)
        try await remove(KeyValueRecords.key(path, key), partition(path.labels[0])) { _ in true }
    }

    /// An item to put.
    struct NewItem {
        var namespace: [String]
        var key: String
        var value: [String: JSONValue]
        var index: IndexChoice
        var lifetime: LifetimeChoice
    }

    /// An item that is ready to be committed.
    struct PreparedItem {
        var path: NamespacePath
        var partition: Partition
        var key: Key
        /// The item's record as a new one.
        var values: [Value]
        var texts: [String]
        var passages: [[Value]] = []
        var tenant: String

        /// The writes for a new item.
        var insertion: [Write] {
            [.insert(KeyValueRecords.item.name, values)]
                + passages.map { .put(KeyValueRecords.passage.name, $0) } + [namespaceWrite]
        }

        /// What must still be true for ``replacement(of:now:)``. Others may have put the item meanwhile, as long as it has
        /// as many passages: so writers of one item do not have to wait for a moment without others.
        func condition(on stored: StoredItem, now: Int64) -> Filter {
            stored.isExpired(now)
                ? .equal("revision", .int(stored.revision)) : .equal("passages", .int(stored.passages))
        }

        /// The writes that replace a stored item.
        func replacement(of stored: StoredItem, now: Int64) -> [Write] {
            var changes: [Change] = [
                .set("value", values[3]), .set("updated_at", values[5]), .set("lifetime", values[6]),
                .set("expires_at", values[7]), .set("passages", values[8]),
            ]
            if stored.isExpired(now) { changes.append(.set("created_at", values[4])) }
            let surplus = max(Int64(passages.count), 0)..<max(Int64(passages.count), stored.passages)
            return [.patch(key, changes)] + passages.map { .put(KeyValueRecords.passage.name, $0) }
                + surplus.map { .delete(Key(KeyValueRecords.passage.name, key.id + [.int($0)])) } + [namespaceWrite]
        }

        /// Says that the namespace has items: whoever tidies it up sees the change.
        private var namespaceWrite: Write {
            .put(KeyValueRecords.namespace.name, [.text(path.text), .text(tenant)])
        }
    }

    /// Checks items and embeds what is indexed of them, all in one call of the embedder.
    func prepare(_ items: [NewItem]) async throws(KeyValueError) -> [PreparedItem] {
        let now = configuration.clock()
        var prepared: [PreparedItem] = []
        for item in items { prepared.append(try prepare(item, now)) }
        let texts = prepared.flatMap(\.texts)
        guard !texts.isEmpty, let index = configuration.index else { return prepared }
        var vectors: [[Float]]?
        if let embedder = index.embedder, index.mode != .lexical {
            vectors = try await embed(texts, .document, embedder)
        }
        var place = 0
        for item in prepared.indices {
            for (number, text) in prepared[item].texts.enumerated() {
                prepared[item].passages.append(
                    prepared[item].key.id + [
                        .int(Int64(number)), .text(text), vectors.map { .vector($0[place]) } ?? .null,
                        vectors == nil ? .null : .text(index.embedder?.space ?? ""),
                    ])
                place += 1
            }
        }
        return prepared
    }

    private func prepare(_ item: NewItem, _ now: Int64) throws(KeyValueError) -> PreparedItem {
        let path = try NamespacePath(item.namespace)
        try KeyValueBounds.check(item.key, "key", KeyValueBounds.keyBytes)
        let json = JSONValue.object(item.value).canonical
        let limit = records.capabilities.maximumValueBytes
        guard json.utf8.count <= limit else {
            throw KeyValueError(.invalid, "value has \(json.utf8.count) bytes; the limit is \(limit)")
        }
        var lifetime: Int64?
        switch item.lifetime {
        case .standard:
            if let seconds = configuration.defaultLifetime {
                lifetime = try Self.microseconds(seconds, "defaultLifetime")
            }
        case .unlimited: break
        case .seconds(let seconds): lifetime = try Self.microseconds(seconds, "lifetime")
        }
        var texts: [String] = []
        if configuration.index != nil {
            let fields: [FieldPathText]
            switch item.index {
            case .standard: fields = standardFields
            case .none: fields = []
            case .fields(let paths): fields = try Self.fields(paths)
            }
            texts = fields.flatMap { $0.texts(in: .object(item.value)) }.map(Self.passage)
            let most = min(KeyValueBounds.passages, records.capabilities.maximumWrites / 2 - 2)
            guard texts.count <= most else {
                throw KeyValueError(.invalid, "\(texts.count) texts to index in one item; the limit is \(most)")
            }
        }
        let key = KeyValueRecords.key(path, item.key)
        return PreparedItem(
            path: path, partition: partition(path.labels[0]), key: key,
            values: key.id + [
                .text(configuration.tenant), .json(json), .time(now), .time(now), lifetime.map { .int($0) } ?? .null,
                lifetime.map { .time(now + $0) } ?? .null, .int(Int64(texts.count)),
            ], texts: texts, tenant: configuration.tenant)
    }

    /// A text as it is indexed: without U+0000, which no store holds, and cut to the limit.
    private static func passage(_ text: String) -> String {
        var text = text
        if text.utf8.contains(0) { text = text.replacing("\0", with: " ") }
        while text.utf8.count > KeyValueBounds.passageBytes {
            let bytes = Array(text.utf8.prefix(KeyValueBounds.passageBytes))
            text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\u{FFFD}") { text.removeLast() }
        }
        return text
    }

    /// Vectors of texts, checked.
    func embed(
        _ texts: [String], _ purpose: EmbeddingPurpose, _ embedder: ItemEmbedder
    ) async throws(KeyValueError) -> [[Float]] {
        let vectors: [[Float]]
        do {
            vectors = try await embedder.embed(texts, purpose)
        } catch {
            throw KeyValueError(.unavailable, "the embedder failed", underlying: error)
        }
        guard vectors.count == texts.count, vectors.allSatisfy({ !$0.isEmpty && $0.count == vectors[0].count }) else {
            throw KeyValueError(.unavailable, "the embedder gave other vectors than were asked for")
        }
        return vectors
    }

    /// Commits an item: as a new one first; when its key is taken, in place of what is there.
    /// - Parameter failure: How a first attempt as a new item failed.
    func commit(_ item: PreparedItem, failure: StoreError?) async throws(KeyValueError) {
        var failure = failure
        if failure == nil {
            do {
                try await records.commit(Batch(item.partition, item.insertion))
                return
            } catch {
                failure = error
            }
        }
        for _ in 0..<KeyValueBounds.attempts {
            guard let error = failure else { return }
            var known: Record?
            switch error.code {
            case .exists: known = error.record
            case .guardFailed, .missing: break
            default: throw KeyValueError(error)
            }
            if known == nil { known = try await read([.keys([item.key])], item.partition)[0].records[0] }
            let now = configuration.clock()
            do {
                if let known {
                    let stored = try StoredItem(known)
                    try await records.commit(
                        Batch(
                            item.partition, guards: [.matches(item.key, item.condition(on: stored, now: now))],
                            item.replacement(of: stored, now: now)))
                } else {
                    try await records.commit(Batch(item.partition, item.insertion))
                }
                return
            } catch let error as StoreError {
                failure = error
            } catch let error as KeyValueError {
                throw error
            } catch {
                throw KeyValueError(.unavailable, "the item could not be put", underlying: error)
            }
        }
        throw KeyValueError(.conflict, "others kept changing the item")
    }

    /// Removes an item and its passages, if it still is to be removed.
    /// - Returns: Whether it was removed.
    @discardableResult
    func remove(
        _ key: Key, _ partition: Partition, where condition: (StoredItem) -> Bool
    ) async throws(KeyValueError) -> Bool {
        for _ in 0..<KeyValueBounds.attempts {
            guard let record = try await read([.keys([key])], partition)[0].records[0] else { return false }
            let stored = try StoredItem(record)
            guard condition(stored) else { return false }
            let passages = (0..<stored.passages).map {
                Write.delete(Key(KeyValueRecords.passage.name, key.id + [.int($0)]))
            }
            do {
                try await records.commit(
                    Batch(
                        partition, guards: [.matches(key, .equal("revision", .int(stored.revision)))],
                        [.delete(key)] + passages))
                return true
            } catch {
                guard error.code == .guardFailed else { throw KeyValueError(error) }
            }
        }
        throw KeyValueError(.conflict, "others kept changing the item")
    }
}

extension StoredItem {
    func isExpired(_ now: Int64) -> Bool { item.expiresAt.map { $0 <= now } ?? false }
}
