#if MongoDB
    import Records

    /// What a lane remembers of its partition between transactions. The head's stamp and token guard the next one, so
    /// what is out of date costs a second attempt, never a wrong answer.
    struct LaneMemory: Sendable {
        var head = PartitionHead()
        var counters: [String: Int64] = [:]
        /// Counters beyond so many are read when they are needed.
        static let maximumCounters = 1_000
    }

    /// One attempt to commit a group of batches of one partition.
    ///
    /// Everything is read from the transaction's snapshot, decided in memory, and then written, the head first: another
    /// process that commits in the same partition meets the first write and not the last.
    struct CommitTransaction {
        let connection: MongoConnection
        let store: StoreShape
        let partition: Partition
        let now: Int64
        /// What the head will hold when this attempt is committed.
        let token: Int64
        /// Whether keys that only inserts need may be taken to be free, see ``PartitionState/trustsInserts``.
        let mayTrustInserts: Bool

        /// The batches' outcomes before the commit, and what the partition is after it.
        struct Attempt {
            var results: [Result<Receipt, StoreError>]
            var memory: LaneMemory
            /// Whether there is anything to commit.
            var writes: Bool
        }

        /// How long a batch id is remembered, in microseconds.
        static let ledgerTime: Int64 = 24 * 3_600 * 1_000_000

        private var reader: SnapshotReader { store.reader(connection, concern: nil) }

        /// Evaluates and writes; the caller commits or aborts.
        func attempt(_ batches: [Batch], _ memory: LaneMemory?) throws(StoreError) -> Attempt {
            let head: PartitionHead
            if let memory { head = memory.head } else { head = try reader.head(partition) ?? PartitionHead() }
            var trusts = mayTrustInserts && batches.allSatisfy { $0.writes.allSatisfy(\.isInsertOrCount) }
            while true {
                var (evaluation, results) = try evaluate(batches, head, memory, trusts)
                let isRefused = results.contains { if case .failure = $0 { true } else { false } }
                if isRefused, trusts {
                    // A refusal that rests on an unread key may be the wrong one: nothing would ever check it.
                    trusts = false
                    continue
                }
                guard evaluation.stamp > head.stamp else {
                    // A refusal that rests on a remembered head must be one of the head that is stored.
                    if let memory, try reader.head(partition) ?? PartitionHead() != memory.head {
                        throw MongoFailure.conflict.storeError
                    }
                    return Attempt(results: results, memory: remembered(head, evaluation), writes: false)
                }
                let newHead = try write(&evaluation, head)
                return Attempt(results: results, memory: remembered(newHead, evaluation), writes: true)
            }
        }

        private func evaluate(
            _ batches: [Batch], _ head: PartitionHead, _ memory: LaneMemory?, _ trusts: Bool
        ) throws(StoreError) -> (BatchEvaluation<StoredPartition>, [Result<Receipt, StoreError>]) {
            let source = StoredPartition(reader: reader, partition: partition, ledgerStart: now - Self.ledgerTime)
            let state = PartitionState(
                store.schema, source, counters: memory?.counters ?? [:], trustsInserts: trusts)
            var evaluation = BatchEvaluation(state, stamp: head.stamp)
            try evaluation.prefetch(batches)
            var results: [Result<Receipt, StoreError>] = []
            for batch in batches {
                do throws(StoreError) {
                    results.append(.success(try evaluation.apply(batch)))
                } catch {
                    if error.failure != nil { throw error }
                    results.append(.failure(error))
                }
            }
            return (evaluation, results)
        }

        private func remembered(
            _ head: PartitionHead, _ evaluation: BatchEvaluation<StoredPartition>
        ) -> LaneMemory {
            let counters = evaluation.state.counters
            return LaneMemory(head: head, counters: counters.count <= LaneMemory.maximumCounters ? counters : [:])
        }

        private func write(
            _ evaluation: inout BatchEvaluation<StoredPartition>, _ old: PartitionHead
        ) throws(StoreError) -> PartitionHead {
            var head = old
            head.stamp = evaluation.stamp
            head.token = token
            head.isStored = true
            let added = Dictionary(grouping: evaluation.deletions, by: \.key.type).mapValues(\.count)
            var forgotten: [(type: String, horizon: Int64)] = []
            for (type, count) in added {
                head.deletions[type, default: 0] += Int64(count)
                // Some more than promised, so that it happens once in many deletions.
                let kept = store.keptDeletions
                guard head.deletions[type, default: 0] > Int64(kept + kept / 100) else { continue }
                guard let horizon = try horizon(type, keeping: max(0, kept - count)) else { continue }
                head.horizons[type] = horizon
                head.deletions[type] = Int64(kept)
                forgotten.append((type, horizon))
            }
            try write(head, over: old)
            var commands = WriteCommands(partition)
            commands.add(evaluation.state.changes, store.layouts)
            addDeletions(evaluation.deletions, to: &commands)
            for command in commands.commands {
                let reply = try connection.run(command.document)
                guard reply["n"]?.integer == Int64(command.count) else { throw MongoFailure.conflict.storeError }
            }
            try writeCounters(evaluation.state)
            try writeReceipts(evaluation.receipts)
            for (type, horizon) in forgotten {
                let start = Bookkeeping.deletions(type, partition, from: 0)
                let end = Bookkeeping.deletions(type, partition, from: horizon + 1)
                let query: BSON = [
                    "_id": ["$gte": .text(start), "$lt": .text(end)], "partition": .text(partition.name),
                ]
                try connection.run([
                    "delete": .text(store.bookkeeping.deletions), "deletes": [["q": query, "limit": 0]],
                ])
            }
            return head
        }

        private func write(_ head: PartitionHead, over old: PartitionHead) throws(StoreError) {
            let collection = BSON.text(store.bookkeeping.heads)
            guard old.isStored else {
                var document: Document = ["_id": .text(partition.name), "partition": .text(partition.name)]
                document.append(head.document)
                do throws(StoreError) {
                    try connection.run(["insert": collection, "documents": [.document(document)]])
                } catch {
                    // Another process made the first commit.
                    throw error.failure?.isDuplicate == true ? MongoFailure.conflict.storeError : error
                }
                return
            }
            let query: BSON = [
                "_id": .text(partition.name), "partition": .text(partition.name), "stamp": .int64(old.stamp),
                "token": .int64(old.token),
            ]
            let reply = try connection.run([
                "update": collection, "updates": [["q": query, "u": ["$set": .document(head.document)]]],
            ])
            guard reply["n"]?.integer == 1 else { throw MongoFailure.conflict.storeError }
        }

        private func addDeletions(
            _ deletions: [BatchEvaluation<StoredPartition>.Deletion], to commands: inout WriteCommands
        ) {
            let documents = deletions.enumerated().map { place, deletion -> (document: Document, bytes: Int) in
                let key = ScalarCoding.bytes(of: deletion.key.id)
                let identifier = Bookkeeping.deletion(deletion.key.type, partition, deletion.stamp, place: place)
                return (
                    [
                        "_id": .text(identifier), "partition": .text(partition.name),
                        "stamp": .int64(deletion.stamp), "key": .bytes(.generic, key),
                    ], key.count + 2_048
                )
            }
            commands.add("insert", "documents", store.bookkeeping.deletions, documents)
        }

        private func writeCounters(_ state: PartitionState<StoredPartition>) throws(StoreError) {
            let updates = state.changedCounters.sorted().map { name -> BSON in
                let query: BSON = [
                    "_id": .text(Bookkeeping.counter(name, partition)), "partition": .text(partition.name),
                ]
                return [
                    "q": query, "u": ["$set": ["name": .text(name), "value": .int64(state.counters[name] ?? 0)]],
                    "upsert": true,
                ]
            }
            guard !updates.isEmpty else { return }
            try connection.run(["update": .text(store.bookkeeping.counters), "updates": .array(updates)])
        }

        private func writeReceipts(_ receipts: [UInt64: Receipt]) throws(StoreError) {
            guard !receipts.isEmpty else { return }
            let updates = receipts.map { id, receipt -> BSON in
                let query: BSON = [
                    "_id": .text(Bookkeeping.batch(id, partition)), "partition": .text(partition.name),
                ]
                return [
                    "q": query,
                    "u": [
                        "$set": [
                            "id": .int64(Int64(bitPattern: id)), "stamp": .int64(receipt.stamp.number),
                            "results": .array(receipt.results.map(BSON.int64)), "committed": .int64(now),
                            "day": .date(now / 1_000),
                        ]
                    ], "upsert": true,
                ]
            }
            try connection.run(["update": .text(store.bookkeeping.batches), "updates": .array(updates)])
        }

        /// The stamp of the newest deletion that is not among the newest `keeping`; nil when there is none.
        private func horizon(_ type: String, keeping: Int) throws(StoreError) -> Int64? {
            let start = Bookkeeping.deletions(type, partition, from: 0)
            let end = Bookkeeping.endOfDeletions(type, partition)
            let query: BSON = ["_id": ["$gte": .text(start), "$lt": .text(end)], "partition": .text(partition.name)]
            let reply = try connection.run([
                "find": .text(store.bookkeeping.deletions), "filter": query, "sort": ["_id": -1],
                "skip": .int64(Int64(keeping)), "limit": 1, "projection": ["stamp": 1],
            ])
            return reply["cursor"]?.document?["firstBatch"]?.array?.first?.document?["stamp"]?.integer
        }
    }

    extension Write {
        fileprivate var isInsertOrCount: Bool {
            switch self {
            case .insert, .count: true
            case .put, .patch, .delete: false
            }
        }
    }
#endif
