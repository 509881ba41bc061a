import Records

/// The values of a memory record, in declared order.
struct MemoryValues {
    var values = [Value](repeating: .null, count: MemoryField.allCases.count)

    subscript(_ field: MemoryField) -> Value {
        get { values[field.rawValue] }
        set { values[field.rawValue] = newValue }
    }

    /// Encodes what the caller decides about a memory.
    mutating func encode(_ memory: NewMemory) {
        self[.content] = .text(memory.content)
        self[.topics] = StringList.encode(memory.topics)
        self[.kind] = .text((memory.kind ?? .fact).rawValue)
        self[.memoryType] = .text(memory.type.rawValue)
        self[.eventTime] = .init(memory.eventTime)
        self[.participants] = StringList.encode(memory.participants)
        self[.location] = memory.location.map { .text($0) } ?? .null
        self[.metadata] = memory.metadata.isEmpty ? .null : .json(JSONValue.object(memory.metadata).canonical)
        self[.importance] = memory.importance.map { .double($0) } ?? .null
        self[.relevance] = .double(memory.relevance)
        self[.expiresAt] = .init(memory.expiresAt)
    }

    mutating func encode(_ scope: Scope) {
        self[.appID] = .text(scope.app)
        self[.userID] = .text(scope.user)
        self[.agentID] = scope.agent.map { .text($0) } ?? .null
        self[.sessionID] = scope.session.map { .text($0) } ?? .null
    }

    /// The changes that make a stored record equal to these values, key and sequence excepted.
    /// - Parameter keepsVector: Leaves the stored vector as it is.
    func changes(keepsVector: Bool) -> [Change] {
        MemoryField.allCases.compactMap { field in
            switch field {
            case .id, .sequence: nil
            case .vector, .vectorModel: keepsVector ? nil : .set(field.name, self[field])
            default: .set(field.name, self[field])
            }
        }
    }
}

extension StoredMemory {
    /// The record of the history that keeps this version, written when it is replaced or deleted.
    var closedVersion: Write {
        let isDeleted = memory.deletedAt != nil
        return .put(
            MemoryRecords.version.name,
            [
                .text(memory.id), .int(memory.revision), .text(event), memory.scope.agent.map { .text($0) } ?? .null,
                memory.scope.session.map { .text($0) } ?? .null, isDeleted ? .null : .text(memory.content),
                isDeleted ? .null : .json(JSONValue.object(memory.details).canonical), .init(recordedAt),
            ])
    }

    /// The record of the history that says it was deleted.
    func deletion(at time: Timestamp) -> Write {
        .put(
            MemoryRecords.version.name,
            [
                .text(memory.id), .int(memory.revision + 1), .text("delete"),
                memory.scope.agent.map { .text($0) } ?? .null, memory.scope.session.map { .text($0) } ?? .null, .null,
                .null, .init(time),
            ])
    }
}

extension Memory {
    /// Everything beside the content that a version keeps.
    var details: [String: JSONValue] {
        var details: [String: JSONValue] = [
            "kind": .string(kind.rawValue), "memory_type": .string(type.rawValue), "relevance": .double(relevance),
        ]
        if !topics.isEmpty { details["topics"] = .array(topics.map { .string($0) }) }
        if let eventTime { details["event_time"] = .string(eventTime.description) }
        if !participants.isEmpty { details["participants"] = .array(participants.map { .string($0) }) }
        if let location { details["location"] = .string(location) }
        if !metadata.isEmpty { details["metadata"] = .object(metadata) }
        if let importance { details["importance"] = .double(importance) }
        if let expiresAt { details["expires_at"] = .string(expiresAt.description) }
        return details
    }
}
