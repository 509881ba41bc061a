import Memories
package import Records

/// A small JSON document that a project keeps.
package struct ProjectDocument: Sendable, Hashable {
    /// What documents are about.
    package enum Kind: String, Sendable {
        /// What a request did.
        case event
        /// Where to tell of changes.
        case webhook
        /// The project's settings; there is one.
        case settings
        /// What somebody thinks of a memory.
        case feedback
        /// A request for an export.
        case export
        /// A user, agent, app or run that was made before its first memory.
        case entity
    }

    package var kind: Kind
    /// Unique among the kind, at most 96 bytes.
    package var id: String
    /// The only user whose key may see it; nil for what belongs to the project.
    package var user: String?
    package var members: [String: JSONValue]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// From when it may be swept; nil for never.
    package var expiresAt: Timestamp?
    /// How often it was written; 0 for one that is not stored yet.
    private(set) var revision: Int64 = 0

    package init(
        _ kind: Kind, _ id: String, user: String? = nil, _ members: [String: JSONValue], at time: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.kind = kind
        self.id = id
        self.user = user
        self.members = members
        createdAt = time
        updatedAt = time
        self.expiresAt = expiresAt
    }

    /// Decodes a record.
    /// - Throws: ``MemoryError`` `corrupted`.
    init(_ record: Record) throws(MemoryError) {
        let values = record.values
        guard values.count == ProjectRecords.document.fields.count, case .text(let kind) = values[0],
            let known = Kind(rawValue: kind), case .text(let id) = values[1], case .json(let text) = values[3],
            case .object(let members)? = try? JSONValue(parsing: text), case .time(let created) = values[4],
            case .time(let updated) = values[5]
        else { throw MemoryError(.corrupted, "a stored project document lacks a required field") }
        self.init(known, id, members, at: Timestamp(microseconds: created))
        if case .text(let user) = values[2] { self.user = user }
        updatedAt = Timestamp(microseconds: updated)
        if case .time(let expiry) = values[6] { expiresAt = Timestamp(microseconds: expiry) }
        revision = record.revision
    }

    /// Adds or replaces it.
    package var put: Write {
        .put(
            ProjectRecords.document.name,
            [
                .text(kind.rawValue), .text(id), user.map { .text($0) } ?? .null,
                .json(JSONValue.object(members).canonical), .time(createdAt.microseconds),
                .time(updatedAt.microseconds), expiresAt.map { .time($0.microseconds) } ?? .null,
            ])
    }

    var key: Key { Key(ProjectRecords.document.name, [.text(kind.rawValue), .text(id)]) }

    /// Removes it.
    package var delete: Write { .delete(key) }
}
