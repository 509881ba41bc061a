internal import Digests
package import Memories
package import Records
import Synchronization

/// The keys of a store: every server over it takes the same.
///
/// A token is `am_`, the key's id, `_` and the secret: 32 random bytes in hex. It is shown once, when it is made.
package final class AccessKeys: Sendable {
    private struct Remembered {
        var key: AccessKey
        var until: Timestamp
    }

    private let records: any RecordStore
    private let clock: @Sendable () -> Timestamp
    private let remembered = Mutex<[String: Remembered]>([:])
    /// How long another server's revocation may go unnoticed, in microseconds.
    private static let memory: Int64 = 5_000_000
    private static let capacity = 10_000

    /// Prepares the record type.
    /// - Throws: ``MemoryError``, as ``RecordStore/prepare(_:)``.
    package init(
        _ records: any RecordStore, clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws(MemoryError) {
        do {
            try await records.prepare([AccessKey.records])
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.clock = clock
    }

    // MARK: Letting in

    /// Who shows a token; nil when it is no valid one. Nothing says why.
    /// - Throws: ``MemoryError`` `unavailable` when the store cannot be asked: then nobody comes in.
    package func caller(showing token: String) async throws(MemoryError) -> Caller? {
        guard let (id, secret) = Self.parts(of: token) else { return nil }
        let now = clock()
        let known = remembered.withLock { $0[id] }
        let key: AccessKey
        if let known, known.until > now {
            key = known.key
        } else {
            guard let found = try await self.key(id) else {
                // As much work as for a key that exists.
                _ = Digest.areEqual(Digest.sha256(secret), Digest.sha256(id.utf8))
                return nil
            }
            key = found
            remembered.withLock { remembered in
                if remembered.count >= Self.capacity { remembered = [:] }
                remembered[id] = Remembered(key: found, until: Timestamp(microseconds: now.microseconds + Self.memory))
            }
        }
        return key.matches(secret, at: now) && key.isActive(at: now) ? key.caller : nil
    }

    private static func parts(of token: String) -> (id: String, secret: [UInt8])? {
        let bytes = Array(token.utf8)
        guard bytes.count == 3 + 24 + 1 + 64, token.hasPrefix("am_"), bytes[27] == UInt8(ascii: "_") else { return nil }
        return (String(decoding: bytes[3..<27], as: UTF8.self), Array(bytes[28...]))
    }

    // MARK: Managing

    /// Makes a key.
    /// - Returns: The key, and the token, which is not kept.
    /// - Throws: ``MemoryError`` `invalid` for no permission or a user without an app, `unavailable`.
    package func create(
        name: String, permissions: Set<Permission>, app: String? = nil, user: String? = nil,
        expiresAt: Timestamp? = nil
    ) async throws(MemoryError) -> (key: AccessKey, token: String) {
        guard !permissions.isEmpty else { throw MemoryError(.invalid, "a key needs at least one permission") }
        guard user == nil || app != nil else {
            throw MemoryError(.invalid, "a key for a user names the user's app too")
        }
        try Scope(app: app ?? "any", user: user ?? "any").validate()
        guard name.utf8.count <= 255, !name.utf8.contains(0) else {
            throw MemoryError(.invalid, "name has \(name.utf8.count) bytes; the limit is 255")
        }
        let id = Self.random(12)
        let secret = Self.random(32)
        let key = AccessKey(
            id: id, name: name, permissions: permissions, app: app, user: user, createdAt: clock(),
            expiresAt: expiresAt, digest: Digest.sha256(secret.utf8))
        try await commit([.insert(AccessKey.records.name, key.values)])
        return (key, "am_\(id)_\(secret)")
    }

    /// Gives a key another secret.
    /// - Parameter grace: How long the old one is still taken, in seconds.
    /// - Returns: The new token.
    /// - Throws: ``MemoryError`` `notFound`, `unavailable`.
    package func rotate(_ id: String, grace: Int = 0) async throws(MemoryError) -> String {
        var key = try await existing(id)
        let secret = Self.random(32)
        key.previousDigest = key.digest
        key.previousUntil = Timestamp(microseconds: clock().microseconds + Int64(grace) * 1_000_000)
        key.digest = Digest.sha256(secret.utf8)
        try await replace(key)
        return "am_\(key.id)_\(secret)"
    }

    /// Refuses a key from now on.
    /// - Throws: ``MemoryError`` `notFound`, `unavailable`.
    package func revoke(_ id: String) async throws(MemoryError) {
        var key = try await existing(id)
        key.revokedAt = key.revokedAt ?? clock()
        try await replace(key)
    }

    /// Every key, revoked and expired ones too, by id.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`.
    package func all() async throws(MemoryError) -> [AccessKey] {
        var keys: [AccessKey] = []
        var query = Query(AccessKey.records.name, limit: 1_000)
        while true {
            let page: Page
            do {
                page = try await records.read(.query(query), in: AccessKey.partition)
            } catch {
                throw MemoryError(error)
            }
            for case let record? in page.records { keys.append(try AccessKey(record)) }
            guard let next = page.next else { return keys }
            query.after = next
        }
    }

    /// Whether any key lets anybody in.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`.
    package func hasActiveKey() async throws(MemoryError) -> Bool {
        let now = clock()
        return try await all().contains { $0.isActive(at: now) }
    }

    private func key(_ id: String) async throws(MemoryError) -> AccessKey? {
        let record: Record?
        do {
            record = try await records.record(Key(AccessKey.records.name, id), in: AccessKey.partition)
        } catch {
            throw MemoryError(error)
        }
        guard let record else { return nil }
        return try AccessKey(record)
    }

    private func existing(_ id: String) async throws(MemoryError) -> AccessKey {
        guard let key = try await key(id) else {
            throw MemoryError(.notFound, "there is no key with id \(id.prefix(24))")
        }
        return key
    }

    private func replace(_ key: AccessKey) async throws(MemoryError) {
        try await commit([.put(AccessKey.records.name, key.values)])
        _ = remembered.withLock { $0.removeValue(forKey: key.id) }
    }

    private func commit(_ writes: [Write]) async throws(MemoryError) {
        do {
            try await records.commit(Batch(AccessKey.partition, writes))
        } catch {
            throw MemoryError(error)
        }
    }

    /// So many random bytes in hex.
    private static func random(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return Digest.hex((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}
