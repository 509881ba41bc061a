import Memories
import Records

/// A memory as mem0's clients see it.
struct Mem0Memory {
    let memory: Memory
    let attributes: Attributes
    let ids: EntityIDs

    init(_ memory: Memory) {
        self.memory = memory
        attributes = Attributes(of: memory)
        ids = EntityIDs(of: memory, attributes)
    }

    /// When it was made, or when the client said that it was.
    var createdAt: Timestamp {
        attributes.hasTimestamp ? memory.eventTime ?? memory.createdAt : memory.createdAt
    }

    /// The last day on which it is shown.
    var expirationDate: String? {
        if let date = attributes.expirationDate { return date }
        // Ours ends at a moment, theirs with a day.
        return memory.expiresAt.map { CalendarDay.text(of: Timestamp(microseconds: $0.microseconds - 1)) }
    }

    /// Whether it is hidden on a day.
    func isExpired(on day: String) -> Bool { attributes.expirationDate.map { $0.compareBytes(day) < 0 } ?? false }

    /// The members of the JSON object. Run and session are the same thing under two names, as in mem0's own answers.
    var members: [String: JSONValue] {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        var members: [String: JSONValue] = [
            "id": .string(memory.id), "memory": .string(memory.content), "hash": .string(memory.fingerprint),
            "user_id": text(ids[.user]), "agent_id": text(ids[.agent]), "app_id": text(ids[.app]),
            "run_id": text(ids[.run]), "session_id": text(ids[.run]),
            "metadata": .object(Attributes.visible(memory.metadata)),
            "categories": .array(memory.topics.map { .string($0) }),
            "created_at": .string(createdAt.description), "updated_at": .string(memory.updatedAt.description),
            "expiration_date": text(expirationDate), "structured_attributes": .null, "replaced_by": .null,
            "synthesized": .bool(false), "lifecycle_state": .string("active"),
            "immutable": .bool(attributes.isImmutable),
        ]
        members["actor_id"] = attributes.actor.map { .string($0) }
        members["role"] = attributes.role.map { .string($0) }
        return members
    }
}

/// Days as text, which compare as they follow each other.
enum CalendarDay {
    /// The day of a moment in UTC, `YYYY-MM-DD`.
    static func text(of time: Timestamp) -> String { String(time.description.prefix(10)) }

    /// The day that somebody wrote.
    /// - Throws: ``MemoryError`` `invalid`, naming the field.
    static func parse(_ text: String, _ field: String) throws(MemoryError) -> String {
        guard let time = FlexibleTime(text), time.precision == .day || time.precision == .time else {
            throw MemoryError(.invalid, "\(field) must be a date such as 2030-12-31")
        }
        return Self.text(of: time.start)
    }
}
