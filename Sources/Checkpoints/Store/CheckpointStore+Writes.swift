import Records

extension CheckpointStore {
    /// Stores what a task wrote after a checkpoint, which need not be there yet.
    ///
    /// Repeating a call changes nothing: a write keeps its place among the task's writes, and the first at a place stays,
    /// but for the ``SpecialChannel``s, where the last stays. One commit, and no read before it, for a task's first call.
    /// - Parameters:
    ///   - task: The task, 1 to 255 UTF-8 bytes.
    ///   - taskPath: Where the task is in its graph, at most 4,096 bytes.
    ///   - address: The checkpoint; its id is required.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `conflict`, `unavailable`, `outcomeUnknown`.
    public func putWrites(
        _ writes: [NewWrite], task: String, taskPath: String = "", after address: CheckpointAddress
    ) async throws(CheckpointError) {
        try address.validate()
        guard let id = address.id else { throw CheckpointError(.invalid, "checkpoint id is required") }
        try CheckpointBounds.check(task, "task", CheckpointBounds.taskBytes)
        try CheckpointBounds.check(taskPath, "task path", CheckpointBounds.taskPathBytes, mayBeEmpty: true)
        guard writes.count <= CheckpointBounds.writes else {
            throw CheckpointError(.invalid, "\(writes.count) writes; the limit is \(CheckpointBounds.writes)")
        }
        for write in writes {
            try CheckpointBounds.check(write.channel, "channel", CheckpointBounds.channelBytes)
            try CheckpointBounds.check(write.value, "a write's value")
        }
        var pack = WritePack(task: task, writes: [])
        let new = writes.enumerated().map { place, write in
            PendingWrite(
                task: task, taskPath: taskPath, index: SpecialChannel.index(of: write.channel, at: place),
                channel: write.channel, value: write.value)
        }
        guard pack.merge(new) else { return }
        let partition = partition(address.thread)
        let head = HeadChange(written: id)
        var heads = head.heads(address, configuration.tenant)
        var known: Record?
        for _ in 0..<CheckpointBounds.attempts {
            let rows = try writeRows(pack, address, id)
            var guards: [Guard] = []
            if let known { guards = [.matches(known.key, .equal("revision", .int(known.revision)))] }
            var batch: [Write] = rows.map {
                known == nil ? .insert(CheckpointRecords.write.name, $0) : .put(CheckpointRecords.write.name, $0)
            }
            let firstHead = batch.count
            batch += heads.map(\.write)
            guard batch.count <= records.capabilities.maximumWrites else {
                throw CheckpointError(
                    .invalid, "a task's writes have more than \(records.capabilities.maximumWrites - 1) parts")
            }
            do {
                try await records.commit(Batch(partition, guards: guards, batch))
                return
            } catch {
                switch error.code {
                case .exists where (error.index ?? 0) >= firstHead, .missing:
                    for place in heads.indices where error.index == firstHead + place {
                        heads[place].isThere = error.code == .exists
                    }
                case .exists, .guardFailed:
                    // The task wrote before: what is there stays, and the new is added.
                    guard let (record, stored) = try await stored(task, address, id) else {
                        known = nil
                        pack = WritePack(task: task, writes: [])
                        _ = pack.merge(new)
                        continue
                    }
                    known = record
                    pack = stored
                    if !pack.merge(new) { return }
                default: throw CheckpointError(error)
                }
            }
        }
        throw CheckpointError(.conflict, "others kept changing the task's writes")
    }

    /// The records of a task's writes.
    func writeRows(
        _ pack: WritePack, _ address: CheckpointAddress, _ id: String
    ) throws(CheckpointError) -> [[Value]] {
        var place = address
        place.id = id
        let body = try sealer.seal(pack.bytes, SealContext.writes(configuration.tenant, place, pack.task))
        let parts = sealer.parts(body)
        return parts.enumerated().map { part, bytes in
            CheckpointRecords.writeKey(address.namespace, id, pack.task, part: part).id + [
                .int(Int64(parts.count)), Value(sealer.name), .bytes(bytes),
            ]
        }
    }

    /// A task's writes that are there, and their first record.
    private func stored(
        _ task: String, _ address: CheckpointAddress, _ id: String
    ) async throws(CheckpointError) -> (Record, WritePack)? {
        let partition = partition(address.thread)
        for _ in 0..<CheckpointBounds.attempts {
            let key = CheckpointRecords.writeKey(address.namespace, id, task)
            guard let record = try await read([.keys([key])], partition)[0].records[0] else { return nil }
            if let pack = try await packs(of: [record], address, partition)?.first { return (record, pack) }
        }
        throw CheckpointError(.conflict, "others kept changing the task's writes")
    }

    /// Opens the writes whose first records these are, reading further parts; nil when one of them changed meanwhile.
    func packs(
        of records: [Record], _ address: CheckpointAddress, _ partition: Partition
    ) async throws(CheckpointError) -> [WritePack]? {
        var packs: [WritePack] = []
        for record in records {
            guard let id = record.values[1].text, let task = record.values[2].text,
                let count = record.values[4].integer, var body = record.values[6].bytes
            else { throw CheckpointError(.corrupted, "a task's stored writes are damaged") }
            if count > 1 {
                let keys = (1..<Int(count)).map {
                    CheckpointRecords.writeKey(address.namespace, id, task, part: $0)
                }
                let pages = try await read([.keys(keys), .keys([record.key], fields: ["parts"])], partition)
                guard pages[1].records[0]?.revision == record.revision else { return nil }
                for part in pages[0].records {
                    guard let bytes = part?.values[6].bytes else {
                        throw CheckpointError(.corrupted, "a part of a task's stored writes is missing")
                    }
                    body += bytes
                }
            }
            var place = address
            place.id = id
            let bytes = try sealer.open(
                body, sealedBy: record.values[5].text, SealContext.writes(configuration.tenant, place, task))
            packs.append(try WritePack(task: task, bytes: bytes))
        }
        return packs
    }
}
