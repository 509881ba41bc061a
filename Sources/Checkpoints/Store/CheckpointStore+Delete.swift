import Records

extension CheckpointStore {
    /// Deletes everything of a thread: all namespaces, checkpoints, values and writes. An unknown thread is no error.
    ///
    /// What is put meanwhile goes, too, or stays whole.
    /// - Returns: How many checkpoints it had.
    /// - Throws: ``CheckpointError`` `invalid`, `conflict` when others kept putting (repeating continues), `unavailable`,
    ///   `outcomeUnknown` (repeating continues).
    /// - Complexity: O(records of the thread).
    @discardableResult
    public func delete(thread: String) async throws(CheckpointError) -> Int {
        try CheckpointAddress(thread: thread).validate()
        let partition = partition(thread)
        var deleted = 0
        var attempts = 0
        while attempts < CheckpointBounds.attempts {
            let before = deleted
            if try await deleteAll(partition, &deleted) { return deleted }
            attempts = deleted > before ? 0 : attempts + 1
        }
        throw CheckpointError(.conflict, "others kept changing the thread; repeat to continue")
    }

    /// Deletes what is there; false when somebody put meanwhile.
    private func deleteAll(_ partition: Partition, _ deleted: inout Int) async throws(CheckpointError) -> Bool {
        // Heads first: nothing is the latest then. Everything else goes while its namespace has no head, so that no put
        // that came between loses a part; and values last, so that no checkpoint is there without them.
        for type in [
            CheckpointRecords.head, CheckpointRecords.checkpoint, CheckpointRecords.write, CheckpointRecords.value,
        ] {
            // Every record may be of another namespace, and then has a guard.
            var query = Query(type.name, limit: min(1_000, records.capabilities.maximumWrites / 2), fields: [])
            repeat {
                let page = try await read([.query(query)], partition)[0]
                let keys = page.records.compactMap { $0?.key }
                query.after = page.next
                if keys.isEmpty { continue }
                var guards: [Guard] = []
                if type.name != CheckpointRecords.head.name {
                    let namespaces = Set(keys.map { Bytewise($0.id[0].text ?? "") })
                    guards = namespaces.map { .absent(CheckpointRecords.headKey($0.text)) }
                }
                do {
                    try await records.commit(Batch(partition, guards: guards, keys.map { .delete($0) }))
                } catch {
                    guard error.code == .guardFailed else { throw CheckpointError(error) }
                    return false
                }
                if type.name == CheckpointRecords.checkpoint.name { deleted += keys.count }
            } while query.after != nil
        }
        return true
    }

    /// Removes the heads of a thread that has no checkpoint any more.
    func removeEmptyThread(_ thread: String) async throws(CheckpointError) {
        let partition = partition(thread)
        let pages = try await read(
            [
                .query(Query(CheckpointRecords.checkpoint.name, limit: 1, fields: [])),
                .query(Query(CheckpointRecords.head.name, limit: 500)),
            ], partition)
        guard pages[0].records.isEmpty, pages[0].next == nil else { return }
        let heads = pages[1].records.compactMap { $0 }
        guard !heads.isEmpty else { return }
        do {
            try await records.commit(
                Batch(
                    partition, guards: heads.map { .matches($0.key, .equal("revision", .int($0.revision))) },
                    heads.map { .delete($0.key) }))
        } catch {
            // Somebody put meanwhile: the thread is not empty.
            guard error.code == .guardFailed else { throw CheckpointError(error) }
        }
    }
}
