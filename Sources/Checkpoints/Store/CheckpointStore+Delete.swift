import Records

extension CheckpointStore {
    /// Deletes everything of a thread: all namespaces, checkpoints, values and writes. An unknown thread is no error.
    ///
    /// What is put meanwhile may stay or go.
    /// - Returns: How many checkpoints it had.
    /// - Throws: ``CheckpointError`` `invalid`, `unavailable`, `outcomeUnknown` (repeating continues).
    /// - Complexity: O(records of the thread).
    @discardableResult
    public func delete(thread: String) async throws(CheckpointError) -> Int {
        try CheckpointAddress(thread: thread).validate()
        let partition = partition(thread)
        var deleted = 0
        // Heads first: nothing is the latest then, and later puts begin a new thread.
        for type in [
            CheckpointRecords.head, CheckpointRecords.checkpoint, CheckpointRecords.write, CheckpointRecords.value,
        ] {
            var query = Query(type.name, limit: min(1_000, records.capabilities.maximumWrites), fields: [])
            repeat {
                let page = try await read([.query(query)], partition)[0]
                let keys = page.records.compactMap { $0?.key }
                if !keys.isEmpty {
                    do {
                        try await records.commit(Batch(partition, keys.map { .delete($0) }))
                    } catch {
                        throw CheckpointError(error)
                    }
                }
                if type.name == CheckpointRecords.checkpoint.name { deleted += keys.count }
                query.after = page.next
            } while query.after != nil
        }
        return deleted
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
