import Records

extension KeyValueStore {
    /// Executes operations together: reads see what was there before the batch's puts, and of several puts of one item the
    /// last counts.
    ///
    /// Each item is put whole or not at all; the items of a batch are independent, and the first failure is thrown after
    /// all were tried.
    /// - Returns: One result an operation, in order.
    /// - Throws: ``KeyValueError``, as the operations say.
    public func batch(_ operations: [Operation]) async throws(KeyValueError) -> [OperationResult] {
        guard operations.count <= KeyValueBounds.operations else {
            throw KeyValueError(
                .invalid, "\(operations.count) operations; the limit is \(KeyValueBounds.operations)")
        }
        var results: [OperationResult] = []
        var last: [Key: Int] = [:]
        var puts: [(NewItem?, NamespacePath, String)] = []
        for operation in operations {
            switch operation {
            case .get(let namespace, let key, let refreshes):
                results.append(.item(try await get(key, in: namespace, refreshesLifetime: refreshes)))
            case .search(let search): results.append(.items(try await self.search(search)))
            case .listNamespaces(let query): results.append(.namespaces(try await listNamespaces(query)))
            case .put(let namespace, let key, let value, let index, let lifetime):
                let path = try NamespacePath(namespace)
                try KeyValueBounds.check(key, "key", KeyValueBounds.keyBytes)
                let item = value.map {
                    NewItem(namespace: namespace, key: key, value: $0, index: index, lifetime: lifetime)
                }
                last[KeyValueRecords.key(path, key)] = puts.count
                puts.append((item, path, key))
                results.append(.done)
            }
        }
        let counted = puts.enumerated().filter { last[KeyValueRecords.key($1.1, $1.2)] == $0 }.map(\.element)
        let items = try await prepare(counted.compactMap(\.0))
        let outcomes = await records.commit(items.map { Batch($0.partition, $0.insertion) })
        var failure: KeyValueError?
        for (item, outcome) in zip(items, outcomes) {
            guard case .failure(let error) = outcome else { continue }
            do {
                try await commit(item, failure: error)
            } catch {
                failure = failure ?? error
            }
        }
        for (item, path, key) in counted where item == nil {
            do {
                try await delete(key, in: path.labels)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return results
    }
}
