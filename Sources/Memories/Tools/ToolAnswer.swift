import Records

/// The JSON of tool answers.
enum ToolAnswer {
    /// A memory: `id, memory, topics, kind, created, updated`, and where it has them `event_time, participants, location,
    /// score`. Times are RFC 3339 in UTC.
    static func memory(_ memory: Memory, score: Double? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(memory.id), "memory": .string(memory.content), "topics": list(memory.topics),
            "kind": .string(memory.kind.rawValue), "created": .string(memory.createdAt.description),
            "updated": .string(memory.updatedAt.description),
        ]
        if let time = memory.eventTime { members["event_time"] = .string(time.description) }
        if !memory.participants.isEmpty { members["participants"] = list(memory.participants) }
        if let location = memory.location { members["location"] = .string(location) }
        if let score { members["score"] = .double(score) }
        return .object(members)
    }

    /// An answer with `degraded` where something is missing.
    static func object(_ members: [String: JSONValue], degraded: [String] = []) -> JSONValue {
        var members = members
        if !degraded.isEmpty { members["degraded"] = list(degraded) }
        return .object(members)
    }

    static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
