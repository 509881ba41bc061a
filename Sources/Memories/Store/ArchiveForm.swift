import Records

/// A memory as a line of an archive.
struct ArchiveForm {
    var memory: NewMemory
    var scope: Scope
    /// The embedding space of the line's vector.
    var space: String?
    private let members: [String: JSONValue]

    /// Reads a line; members that are absent have the defaults of a new memory.
    /// - Throws: ``MemoryError`` `invalid`, naming the member.
    init(_ members: [String: JSONValue], _ scope: Scope) throws(MemoryError) {
        self.members = members
        func text(_ name: String) throws(MemoryError) -> String? {
            switch members[name] {
            case nil, .null: return nil
            case .string(let text): return text
            default: throw MemoryError(.invalid, "\(name) must be a string")
            }
        }
        func number(_ name: String) throws(MemoryError) -> Double? {
            switch members[name] {
            case nil, .null: return nil
            case .int(let number): return Double(number)
            case .double(let number): return number
            default: throw MemoryError(.invalid, "\(name) must be a number")
            }
        }
        func texts(_ name: String) throws(MemoryError) -> [String] {
            switch members[name] {
            case nil, .null: return []
            case .array(let elements):
                return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            default: throw MemoryError(.invalid, "\(name) must be a list of strings")
            }
        }
        var owner = scope
        owner.agent = try text("agent") ?? scope.agent
        owner.session = try text("session") ?? scope.session
        try owner.validate()
        self.scope = owner
        guard let content = try text("memory") else { throw MemoryError(.invalid, "memory is required") }
        var metadata: [String: JSONValue] = [:]
        if case .object(let object)? = members["metadata"] { metadata = object }
        var vector: [Float]?
        if case .array(let elements)? = members["vector"] {
            vector = elements.compactMap {
                switch $0 {
                case .int(let number): Float(number)
                case .double(let number): Float(number)
                default: nil
                }
            }
        }
        space = try text("vector_model")
        memory = try NewMemory(
            content, topics: texts("topics"), kind: text("kind").flatMap(MemoryKind.init),
            type: text("type").flatMap(MemoryType.init) ?? .longTerm, eventTime: Self.time("event_time", members),
            participants: texts("participants"), location: text("location"), metadata: metadata,
            importance: number("importance"), relevance: number("relevance") ?? 1,
            expiresAt: Self.time("expires_at", members), vector: vector
        ).normalized()
        if let id = try text("id"), Identifier.canonical(id) == nil {
            throw MemoryError(.invalid, "id must be a UUID")
        }
        for name in ["created_at", "updated_at", "accessed_at", "deleted_at", "recorded_at"] {
            _ = try Self.time(name, members)
        }
    }

    /// The record: what the line says, and defaults for the rest.
    func values(id: String, time: Timestamp, terms: Value) -> MemoryValues {
        func stamp(_ name: String, _ fallback: Timestamp?) -> Value {
            Value((try? Self.time(name, members)) ?? fallback)
        }
        var values = MemoryValues()
        values.encode(memory)
        values.encode(scope)
        var known: String?
        if case .string(let text)? = members["id"] { known = Identifier.canonical(text) }
        values[.id] = .text(known ?? id)
        values[.createdAt] = stamp("created_at", time)
        values[.updatedAt] = stamp("updated_at", time)
        values[.accessedAt] = stamp("accessed_at", time)
        values[.deletedAt] = stamp("deleted_at", nil)
        values[.recordedAt] = stamp("recorded_at", time)
        values[.fingerprint] = members["is_copy"] == .bool(true) ? .null : .text(Fingerprint.make(memory, in: scope))
        values[.sequence] = .next("memory_sequence")
        if case .int(let version)? = members["revision"] {
            values[.version] = .int(max(1, version))
        } else {
            values[.version] = .int(1)
        }
        if case .string(let event)? = members["event"] {
            values[.event] = .text(event)
        } else {
            values[.event] = .text("add")
        }
        values[.terms] = terms
        return values
    }

    /// The line of a stored memory.
    static func members(of stored: StoredMemory) -> [String: JSONValue] {
        let memory = stored.memory
        var line = memory.details
        line["type"] = line.removeValue(forKey: "memory_type")
        line["record"] = .string("memory")
        line["id"] = .string(memory.id)
        line["memory"] = .string(memory.content)
        line["agent"] = memory.scope.agent.map { .string($0) }
        line["session"] = memory.scope.session.map { .string($0) }
        line["created_at"] = .string(memory.createdAt.description)
        line["updated_at"] = .string(memory.updatedAt.description)
        line["accessed_at"] = .string(memory.accessedAt.description)
        line["deleted_at"] = memory.deletedAt.map { .string($0.description) }
        line["revision"] = .int(memory.revision)
        line["event"] = .string(stored.event)
        line["recorded_at"] = .string(stored.recordedAt.description)
        if stored.heldFingerprint == nil { line["is_copy"] = .bool(true) }
        return line
    }

    /// The line of a stored version.
    /// - Throws: ``MemoryError`` `corrupted` when the record lacks a required field.
    static func members(ofVersion record: Record) throws(MemoryError) -> [String: JSONValue] {
        let values = record.values
        guard case .text(let id) = values[0], case .int(let version) = values[1], case .text(let event) = values[2],
            case .time(let time) = values[7]
        else { throw MemoryError(.corrupted, "a stored version lacks a required field") }
        var line: [String: JSONValue] = [
            "record": .string("memory_version"), "id": .string(id), "revision": .int(version), "event": .string(event),
            "recorded_at": .string(Timestamp(microseconds: time).description),
        ]
        for (name, position) in [("agent", 3), ("session", 4), ("memory", 5)] {
            if case .text(let text) = values[position] { line[name] = .string(text) }
        }
        if case .json(let text) = values[6] {
            guard let details = try? JSONValue(parsing: text) else {
                throw MemoryError(.corrupted, "a stored version's details are not JSON")
            }
            line["details"] = details
        }
        return line
    }

    /// The write of a version's line.
    /// - Throws: ``MemoryError`` `invalid` when a required member is missing.
    static func version(_ members: [String: JSONValue]) throws(MemoryError) -> Write {
        func text(_ name: String) -> Value {
            if case .string(let text)? = members[name] { .text(text) } else { .null }
        }
        guard case .string(let id)? = members["id"], let canonical = Identifier.canonical(id),
            case .int(let version)? = members["revision"], case .string(let event)? = members["event"],
            let time = try time("recorded_at", members)
        else { throw MemoryError(.invalid, "a version needs id, revision, event and recorded_at") }
        var details = Value.null
        if let object = members["details"] { details = .json(object.canonical) }
        return .put(
            MemoryRecords.version.name,
            [
                .text(canonical), .int(version), .text(event), text("agent"), text("session"), text("memory"), details,
                .init(time),
            ])
    }

    private static func time(_ name: String, _ members: [String: JSONValue]) throws(MemoryError) -> Timestamp? {
        switch members[name] {
        case nil, .null: return nil
        case .string(let text):
            if let time = FlexibleTime(text) { return time.start }
            fallthrough
        default: throw MemoryError(.invalid, "\(name) must be a time such as 2024-05-07T09:30:00Z")
        }
    }
}
