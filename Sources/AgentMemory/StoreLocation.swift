import Foundation
import InMemoryRecords
public import Memories
public import Records

#if SQLite
    import SQLiteDriver
#endif

/// A store's URL, taken apart: the one place that knows which database a scheme means.
public struct StoreLocation: Sendable, CustomStringConvertible {
    /// `memory` or `sqlite`.
    public let scheme: String
    /// What follows the scheme, without the query.
    public let path: String
    /// The options of the query.
    public let options: [String: String]

    private static let sharedOptions: Set<String> = [
        "soft-delete", "limit", "limit-per-agent", "limit-policy", "on-duplicate", "index-mb",
    ]
    private static let sqliteOptions: Set<String> = ["table-prefix", "skip-setup", "readers", "synchronous"]

    /// Takes a URL apart.
    /// - Throws: ``MemoryError`` `invalid` for an unknown scheme or option, naming it.
    public init(_ url: String) throws(MemoryError) {
        guard let colon = url.firstIndex(of: ":") else {
            throw MemoryError(.invalid, "store: \"sqlite:PATH\" or \"memory:\" is expected")
        }
        scheme = url[..<colon].lowercased()
        let rest = url[url.index(after: colon)...]
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(parts.first ?? "")
        if path.hasPrefix("///") { path.removeFirst(2) }
        self.path = path.removingPercentEncoding ?? path
        var options: [String: String] = [:]
        for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair[0])
            options[name] = pair.count > 1 ? (String(pair[1]).removingPercentEncoding ?? String(pair[1])) : "true"
        }
        self.options = options
        let known: Set<String>
        switch scheme {
        case "memory": known = Self.sharedOptions
        case "sqlite": known = Self.sharedOptions.union(Self.sqliteOptions)
        default: throw MemoryError(.invalid, "store: this build knows memory: and sqlite:, not \(scheme):")
        }
        if let unknown = options.keys.sorted().first(where: { !known.contains($0) }) {
            throw MemoryError(
                .invalid, "store: unknown option \(unknown); known are \(known.sorted().joined(separator: ", "))")
        }
        if scheme == "sqlite", self.path.isEmpty { throw MemoryError(.invalid, "store: sqlite: needs a path") }
    }

    /// The URL without options.
    public var description: String { "\(scheme):\(path)" }

    /// Opens the record store.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`, `unsupported` where the build lacks the driver.
    public func open() async throws(MemoryError) -> any RecordStore {
        if scheme == "memory" { return InMemoryRecords() }
        #if SQLite
            let configuration = try sqliteConfiguration()
            do throws(StoreError) {
                return try SQLiteRecords.open(configuration)
            } catch {
                throw MemoryError(error)
            }
        #else
            throw MemoryError(.unsupported, "store: this build has no \(scheme) driver (trait SQLite)")
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

    func flag(_ name: String) throws(MemoryError) -> Bool? {
        switch options[name] {
        case nil: return nil
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: throw MemoryError(.invalid, "store: \(name) must be true or false")
        }
    }

    func number(_ name: String) throws(MemoryError) -> Int? {
        guard let text = options[name] else { return nil }
        guard let number = Int(text), (1...1_000_000_000).contains(number) else {
            throw MemoryError(.invalid, "store: \(name) must be an integer from 1 to 1000000000")
        }
        return number
    }

    #if SQLite
        private func sqliteConfiguration() throws(MemoryError) -> SQLiteConfiguration {
            var configuration = SQLiteConfiguration(path: path)
            if let prefix = options["table-prefix"] { configuration.tablePrefix = prefix }
            if let value = try flag("skip-setup") { configuration.skipsSetUp = value }
            if let value = try number("readers") { configuration.readers = value }
            if let value = options["synchronous"] {
                guard let synchronous = SQLiteConfiguration.Synchronous(rawValue: value) else {
                    throw MemoryError(.invalid, "store: synchronous must be full or normal")
                }
                configuration.synchronous = synchronous
            }
            return configuration
        }
    #endif
}
