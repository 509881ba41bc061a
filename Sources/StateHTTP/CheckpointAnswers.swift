import Checkpoints
import Records

extension Answer {
    mutating func tuple(_ tuple: CheckpointTuple) throws(CheckpointError) -> JSONValue {
        let checkpoint = tuple.checkpoint
        var values: [JSONValue] = []
        for element in checkpoint.values {
            values.append(.array([.string(element.channel), value(element.value)]))
        }
        return .object([
            "thread": .string(checkpoint.thread), "namespace": .string(checkpoint.namespace),
            "id": .string(checkpoint.id), "parent": JSONValue(checkpoint.parent), "state": value(checkpoint.state),
            "versions": .array(checkpoint.versions.map { .array([.string($0.channel), $0.version.json]) }),
            "values": .array(values), "incremental": JSONValue(texts: checkpoint.incremental),
            "metadata": .object(try checkpoint.metadata.members()),
            "created_at": JSONValue(time: checkpoint.createdAt), "writes": writes(tuple.pendingWrites),
        ])
    }

    mutating func writes(_ writes: [PendingWrite]) -> JSONValue {
        var elements: [JSONValue] = []
        for write in writes {
            elements.append(
                .object([
                    "task": .string(write.task), "task_path": .string(write.taskPath), "index": .int(write.index),
                    "channel": .string(write.channel), "value": value(write.value),
                ]))
        }
        return .array(elements)
    }

    mutating func history(_ history: ChannelHistory) -> JSONValue {
        var seed = JSONValue.null
        if let first = history.seed { seed = value(first) }
        return .object([
            "channel": .string(history.channel), "seed": seed, "writes": writes(history.writes),
        ])
    }
}

extension CheckpointAddress {
    var json: [String: JSONValue] {
        ["thread": .string(thread), "namespace": .string(namespace), "id": JSONValue(id)]
    }
}

extension RemovalSummary {
    var json: [String: JSONValue] {
        [
            "checkpoints": .int(Int64(checkpoints)), "retained": .int(Int64(retained)),
            "values": .int(Int64(values)),
        ]
    }
}

extension ThreadSummary {
    var json: JSONValue {
        .object([
            "thread": .string(thread), "latest": JSONValue(latest), "created_at": JSONValue(time: createdAt),
            "active_at": JSONValue(time: activeAt),
        ])
    }
}
