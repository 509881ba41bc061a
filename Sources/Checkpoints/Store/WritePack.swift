import Records

/// The writes of one task after one checkpoint: one record, so that a step costs as many records as it has tasks.
struct WritePack {
    var task: String
    /// By index.
    var writes: [PendingWrite]

    init(task: String, writes: [PendingWrite]) {
        self.task = task
        self.writes = writes
    }

    /// - Throws: ``CheckpointError`` `corrupted` when the bytes are damaged.
    init(task: String, bytes: [UInt8]) throws(CheckpointError) {
        guard let values = ScalarCoding.values(of: bytes[...]), values.count.isMultiple(of: 5) else {
            throw CheckpointError(.corrupted, "a task's stored writes are damaged")
        }
        self.task = task
        writes = []
        for place in stride(from: 0, to: values.count, by: 5) {
            guard case .int(let index) = values[place], case .text(let path) = values[place + 1],
                case .text(let channel) = values[place + 2], case .text(let type) = values[place + 3],
                case .bytes(let bytes) = values[place + 4]
            else { throw CheckpointError(.corrupted, "a task's stored writes are damaged") }
            writes.append(
                PendingWrite(
                    task: task, taskPath: path, index: index, channel: channel,
                    value: TypedBytes(type: type, bytes: bytes)))
        }
    }

    var bytes: [UInt8] {
        ScalarCoding.bytes(
            of: writes.flatMap { write -> [Value] in
                [
                    .int(write.index), .text(write.taskPath), .text(write.channel), .text(write.value.type),
                    .bytes(write.value.bytes),
                ]
            })
    }

    /// Adds writes: those to special channels replace, the others keep what is there.
    /// - Returns: Whether anything changed.
    mutating func merge(_ others: [PendingWrite]) -> Bool {
        var changes = false
        for other in others {
            guard let place = writes.firstIndex(where: { $0.index == other.index }) else {
                writes.append(other)
                changes = true
                continue
            }
            if other.index < 0, writes[place] != other {
                writes[place] = other
                changes = true
            }
        }
        return changes
    }
}
