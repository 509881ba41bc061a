import Foundation
import InMemoryRecords
public import Memories
public import Records

#if SQLite
    import SQLiteDriver
#endif
#if PostgreSQL
    import PostgresDriver
#endif
#if MySQL
    import MySQLDriver
#endif
#if Redis
    import RedisRecords
#endif
#if MongoDB
    import MongoRecords
#endif

/// A store's URL: the one place that knows which database a scheme means.
public struct StoreLocation: Sendable, CustomStringConvertible {
    /// What stands before the colon, in lower case.
    public let scheme: String
    /// The options that concern memories, whatever the database.
    public let options: [String: String]
    /// The URL without those, as the driver reads it.
    private let driverURL: String

    private static let ownOptions: Set<String> = [
        "soft-delete", "limit", "limit-per-agent", "limit-policy", "on-duplicate", "index-mb",
    ]

    /// Every scheme, and the trait that brings it; nil for those that are always there.
    private static let schemes: [(names: [String], trait: String?)] = [
        (["memory"], nil), (["sqlite"], "SQLite"), (["postgres", "postgresql"], "PostgreSQL"),
        (["mysql", "mariadb"], "MySQL"),
        (
            [
                "redis", "rediss", "redis+unix", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel",
            ], "Redis"
        ),
        (["mongodb", "mongodb+srv"], "MongoDB"),
    ]

    /// Takes a URL apart.
    /// - Throws: ``MemoryError`` `invalid` for an unknown scheme.
    public init(_ url: String) throws(MemoryError) {
        guard let colon = url.firstIndex(of: ":") else {
            throw MemoryError(.invalid, "store: a URL such as sqlite:PATH, postgres://… or memory: is expected")
        }
        let scheme = url[..<colon].lowercased()
        guard Self.schemes.contains(where: { $0.names.contains(scheme) }) else {
            let known = Self.schemes.map { $0.names[0] + ":" }.joined(separator: ", ")
            throw MemoryError(.invalid, "store: \(scheme): is unknown; known are \(known)")
        }
        self.scheme = scheme
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var own: [String: String] = [:]
        var others: [Substring] = []
        for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if Self.ownOptions.contains(pair[0]) {
                own[pair[0]] = pair.count > 1 ? pair[1].removingPercentEncoding ?? pair[1] : "true"
            } else {
                others.append(item)
            }
        }
        options = own
        driverURL = parts[0] + (others.isEmpty ? "" : "?" + others.joined(separator: "&"))
        if scheme == "memory", !others.isEmpty {
            let name = others[0].prefix { $0 != "=" }
            throw MemoryError(
                .invalid,
                "store: unknown option \(name); known are \(Self.ownOptions.sorted().joined(separator: ", "))")
        }
    }

    /// The URL without options, user and password.
    public var description: String {
        let place = driverURL.prefix { $0 != "?" }
        guard let start = place.range(of: "://")?.upperBound, scheme != "sqlite" else { return String(place) }
        let rest = place[start...]
        // A password may hold an @ or a / that nobody encoded: everything before the last @ goes.
        guard let at = rest.lastIndex(of: "@") else { return String(place) }
        return String(place[..<start] + rest[rest.index(after: at)...])
    }

    /// Opens the record store.
    /// - Throws: ``MemoryError`` `invalid` for an option that is wrong, `unavailable`, `corrupted`, `unsupported` where
    ///   the build lacks the driver.
    public func open() async throws(MemoryError) -> any RecordStore {
        do throws(StoreError) {
            switch scheme {
            case "memory": return InMemoryRecords()
            #if SQLite
                case "sqlite": return try SQLiteRecords.open(SQLiteConfiguration(url: driverURL))
            #endif
            #if PostgreSQL
                case "postgres", "postgresql":
                    return try await PostgresRecords.open(PostgresConfiguration(url: driverURL))
            #endif
            #if MySQL
                case "mysql", "mariadb": return try await MySQLRecords.open(MySQLConfiguration(url: driverURL))
            #endif
            #if MongoDB
                case "mongodb", "mongodb+srv":
                    return try await MongoRecords.open(MongoConfiguration(url: driverURL))
            #endif
            #if Redis
                case _ where scheme.hasPrefix("redis"):
                    return try await RedisRecords.open(RedisConfiguration(url: driverURL))
            #endif
            default: break
            }
        } catch {
            throw MemoryError(error)
        }
        let trait = Self.schemes.first { $0.names.contains(scheme) }?.trait ?? scheme
        throw MemoryError(
            .unsupported, "store: this build has no driver for \(scheme): (build with the trait \(trait))")
    }

    /// What the drivers' libraries need of a process of our own, once at its start; a host of this package decides itself.
    public static func settleLibraries() {
        #if MongoDB
            LibraryCounters.forgetName()
        #endif
    }

    /// Applies the options that concern memories.
    func apply(to settings: inout MemoryStoreConfiguration) throws(MemoryError) {
        if let value = try flag("soft-delete") { settings.softDelete = value }
        if let value = try number("limit") { settings.limits.perUser = value }
        if let value = try number("limit-per-agent") { settings.limits.perAgent = value }
        if let value = try number("index-mb") { settings.indexBytes = value << 20 }
        if let value = options["limit-policy"] {
            guard let policy = MemoryLimits.Policy(rawValue: value) else {
                throw MemoryError(.invalid, "store: limit-policy must be reject or evict")
            }
            settings.limits.policy = policy
        }
        if let value = options["on-duplicate"] {
            guard let policy = DuplicatePolicy(rawValue: value) else {
                throw MemoryError(.invalid, "store: on-duplicate must be overwrite, ignore, append or reject")
            }
            settings.onDuplicate = policy
        }
    }

    private func flag(_ name: String) throws(MemoryError) -> Bool? {
        switch options[name] {
        case nil: return nil
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: throw MemoryError(.invalid, "store: \(name) must be true or false")
        }
    }

    private func number(_ name: String) throws(MemoryError) -> Int? {
        guard let text = options[name] else { return nil }
        guard let number = Int(text), (1...1_000_000_000).contains(number) else {
            throw MemoryError(.invalid, "store: \(name) must be an integer from 1 to 1000000000")
        }
        return number
    }
}
