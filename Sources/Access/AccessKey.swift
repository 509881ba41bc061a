internal import Digests
import Memories
package import Records

/// A key that lets a program in. The secret is not here: only its digest is kept.
package struct AccessKey: Sendable, Hashable {
    /// What lists, logs and limits call it: 24 hex digits.
    package var id: String
    /// What people call it.
    package var name: String
    package var permissions: Set<Permission>
    /// The only app it opens; nil for any.
    package var app: String?
    /// The only user it opens; nil for any.
    package var user: String?
    package var createdAt: Timestamp
    /// From when it is refused; nil for never.
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    /// SHA-256 of the secret.
    var digest: [UInt8]
    /// The digest before the last rotation, and until when it is still taken.
    var previousDigest: [UInt8]?
    var previousUntil: Timestamp?

    /// Whether it lets anybody in at a time.
    package func isActive(at time: Timestamp) -> Bool {
        revokedAt == nil && expiresAt.map { $0 > time } ?? true
    }

    /// Who shows it.
    package var caller: Caller { Caller(name: id, permissions: permissions, app: app, user: user) }

    /// Whether a secret is this key's. Both digests are compared, whatever the first says.
    func matches(_ secret: [UInt8], at time: Timestamp) -> Bool {
        let shown = Digest.sha256(secret)
        let isCurrent = Digest.areEqual(shown, digest)
        let isPrevious = Digest.areEqual(shown, previousDigest ?? [UInt8](repeating: 0, count: 32))
        return isCurrent || (isPrevious && previousDigest != nil && previousUntil.map { $0 > time } ?? false)
    }

    // MARK: As a record

    /// Where keys live: no scope's partition, for those have a slash or begin with a number sign.
    static let partition = Partition("access")

    package static let records = RecordType(
        "access_key",
        fields: [
            Field("id", .text(maximumBytes: 24)), Field("name", .text(maximumBytes: 255)),
            Field("permissions", .json), Field("app_id", .text(maximumBytes: 255)),
            Field("user_id", .text(maximumBytes: 255)), Field("created_at", .time), Field("expires_at", .time),
            Field("revoked_at", .time), Field("digest", .bytes), Field("previous_digest", .bytes),
            Field("previous_until", .time),
        ])

    var values: [Value] {
        let permissions = JSONValue.array(permissions.sorted().map { .string($0.rawValue) })
        return [
            .text(id), .text(name), .json(permissions.canonical), app.map { .text($0) } ?? .null,
            user.map { .text($0) } ?? .null, .time(createdAt.microseconds), Self.time(expiresAt),
            Self.time(revokedAt), .bytes(digest), previousDigest.map { .bytes($0) } ?? .null, Self.time(previousUntil),
        ]
    }

    /// Decodes a record.
    /// - Throws: ``MemoryError`` `corrupted`: a key that cannot be read opens nothing.
    init(_ record: Record) throws(MemoryError) {
        func text(_ place: Int) -> String? { if case .text(let text) = record.values[place] { text } else { nil } }
        func bytes(_ place: Int) -> [UInt8]? { if case .bytes(let bytes) = record.values[place] { bytes } else { nil } }
        func time(_ place: Int) -> Timestamp? {
            if case .time(let time) = record.values[place] { Timestamp(microseconds: time) } else { nil }
        }
        guard record.values.count == Self.records.fields.count, let id = text(0), let name = text(1),
            case .json(let list) = record.values[2], let words = JSONValue.strings(inList: list),
            let createdAt = time(5), let digest = bytes(8)
        else { throw MemoryError(.corrupted, "a stored access key lacks a required field") }
        self.init(
            id: id, name: name, permissions: Set(words.compactMap(Permission.init)), app: text(3), user: text(4),
            createdAt: createdAt, expiresAt: time(6), revokedAt: time(7), digest: digest, previousDigest: bytes(9),
            previousUntil: time(10))
    }

    init(
        id: String, name: String, permissions: Set<Permission>, app: String?, user: String?, createdAt: Timestamp,
        expiresAt: Timestamp?, revokedAt: Timestamp? = nil, digest: [UInt8], previousDigest: [UInt8]? = nil,
        previousUntil: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.permissions = permissions
        self.app = app
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.digest = digest
        self.previousDigest = previousDigest
        self.previousUntil = previousUntil
    }

    private static func time(_ time: Timestamp?) -> Value { time.map { .time($0.microseconds) } ?? .null }
}
