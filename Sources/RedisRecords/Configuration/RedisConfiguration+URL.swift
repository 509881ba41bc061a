internal import Foundation
public import Records

extension RedisConfiguration {
    /// A configuration from a URL.
    ///
    ///     redis://[user[:password]@]host[:6379][/database]      one server
    ///     rediss://…                                            the same over TLS
    ///     redis+unix:///path/of/socket                          one server on this machine
    ///     redis+cluster://host,host:port                        a cluster; rediss+cluster:// over TLS
    ///     redis+sentinel://host,host:26379/master[/database]    by sentinels; rediss+sentinel:// over TLS
    ///
    /// A password without a user is `:password@`. User, password and option values may be percent-encoded. The options
    /// are `prefix`, `db`, `buckets`, `connect-timeout`, `command-timeout`, `busy-timeout`, `max-pending`,
    /// `index` (hnsw, none), `index-dimension`; with TLS
    /// `tls-ca`, `tls-verify` (true, false), `tls-server-name`, `tls-cert`, `tls-key`; with sentinels `sentinel-user`,
    /// `sentinel-password`; and for a socket `user`, `password`.
    /// - Throws: ``StoreError`` `invalid`, naming the option; never with a password in it.
    public init(url: String) throws(StoreError) {
        let (scheme, rest) = try Self.split(url)
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, parts[1].contains("@"), !parts[0].contains("@") {
            throw StoreError(.invalid, "a ? in a user or password must be written %3F")
        }
        var options = try Self.options(parts.count > 1 ? parts[1] : "")
        let isEncrypted = scheme.hasPrefix("rediss")
        let location = try Location(parts[0], isPath: scheme == "redis+unix")
        switch scheme {
        case "redis", "rediss":
            let addresses = try Self.addresses(location.hosts, port: 6_379)
            guard addresses.count == 1 else {
                throw StoreError(.invalid, "\(scheme): names one host; several need \(scheme)+cluster")
            }
            self.init(servers: .single(host: addresses[0].host, port: addresses[0].port))
            database = try Self.database(location.path, 0)
        case "redis+unix":
            self.init(servers: .socket(path: location.path.first.map { "/" + $0 } ?? ""))
        case "redis+cluster", "rediss+cluster":
            self.init(servers: .cluster(seeds: try Self.addresses(location.hosts, port: 6_379)))
            database = try Self.database(location.path, 0)
        case "redis+sentinel", "rediss+sentinel":
            guard let master = location.path.first else {
                throw StoreError(.invalid, "\(scheme): needs the master's name after the hosts, as in /mymaster")
            }
            self.init(
                servers: .sentinel(master: master, sentinels: try Self.addresses(location.hosts, port: 26_379)))
            database = try Self.database(location.path, 1)
        default:
            throw StoreError(
                .invalid,
                "the scheme must be redis, rediss, redis+unix, redis+cluster, rediss+cluster, redis+sentinel or "
                    + "rediss+sentinel")
        }
        user = location.user
        password = location.password
        if isEncrypted { tls = TLS() }
        try apply(&options, scheme)
        try validate()
    }

    private mutating func apply(_ options: inout [String: String], _ scheme: String) throws(StoreError) {
        var known = [
            "prefix", "db", "buckets", "connect-timeout", "command-timeout", "busy-timeout", "max-pending",
            "index", "index-dimension",
        ]
        if let prefix = options["prefix"] { keyPrefix = prefix }
        if let number = try Self.number(options, "db") { database = number }
        if let number = try Self.number(options, "buckets") { buckets = number }
        switch options["index"] {
        case nil, "hnsw": break
        case "none": usesSearchModule = false
        default: throw StoreError(.invalid, "index must be hnsw or none")
        }
        if let number = try Self.number(options, "index-dimension") { indexDimension = number }
        if let number = try Self.number(options, "max-pending") { maximumPending = number }
        if let seconds = try Self.seconds(options, "connect-timeout") { connectTimeout = seconds }
        if let seconds = try Self.seconds(options, "command-timeout") { commandTimeout = seconds }
        if let seconds = try Self.seconds(options, "busy-timeout") { busyTimeout = seconds }
        if tls != nil {
            known += ["tls-ca", "tls-verify", "tls-server-name", "tls-cert", "tls-key"]
            tls?.caFile = options["tls-ca"]
            tls?.serverName = options["tls-server-name"]
            tls?.certificateFile = options["tls-cert"]
            tls?.keyFile = options["tls-key"]
            switch options["tls-verify"] {
            case nil, "true": break
            case "false": tls?.verifies = false
            default: throw StoreError(.invalid, "tls-verify must be true or false")
            }
        }
        if scheme.hasSuffix("+sentinel") {
            known += ["sentinel-user", "sentinel-password"]
            sentinelUser = options["sentinel-user"]
            sentinelPassword = options["sentinel-password"]
        }
        if scheme == "redis+unix" {
            known += ["user", "password"]
            user = options["user"]
            password = options["password"]
        }
        if let unknown = options.keys.sorted().first(where: { !known.contains($0) }) {
            throw StoreError(
                .invalid, "unknown option \(unknown); known here are \(known.sorted().joined(separator: ", "))")
        }
    }

    /// What lies between the scheme and the options.
    private struct Location {
        var user: String?
        var password: String?
        var hosts = ""
        /// The parts of the path; of a socket the whole path without its first slash.
        var path: [String] = []

        init(_ text: String, isPath: Bool) throws(StoreError) {
            if isPath {
                let whole = text.drop { $0 == "/" }
                path = whole.isEmpty ? [] : [try RedisConfiguration.decoded(String(whole), "the path")]
                return
            }
            var rest = Substring(text)
            if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            var authority = rest[..<slash]
            for part in rest[slash...].split(separator: "/") {
                path.append(try RedisConfiguration.decoded(String(part), "the path"))
            }
            if let at = authority.lastIndex(of: "@") {
                let pair = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let name = try RedisConfiguration.decoded(String(pair[0]), "the user")
                user = name.isEmpty ? nil : name
                if pair.count > 1 { password = try RedisConfiguration.decoded(String(pair[1]), "the password") }
                authority = authority[authority.index(after: at)...]
            }
            hosts = String(authority)
        }
    }

    private static func split(_ url: String) throws(StoreError) -> (scheme: String, rest: String) {
        guard let colon = url.firstIndex(of: ":") else {
            throw StoreError(.invalid, "a URL such as redis://localhost is expected")
        }
        return (url[..<colon].lowercased(), String(url[url.index(after: colon)...]))
    }

    private static func options(_ query: String) throws(StoreError) -> [String: String] {
        var options: [String: String] = [:]
        for item in query.split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2 else { throw StoreError(.invalid, "option \(pair[0]) needs a value") }
            guard options.updateValue(try decoded(pair[1], "option \(pair[0])"), forKey: pair[0]) == nil else {
                throw StoreError(.invalid, "option \(pair[0]) is given twice")
            }
        }
        return options
    }

    private static func addresses(_ text: String, port: Int) throws(StoreError) -> [Address] {
        var addresses: [Address] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            var host = String(item)
            var number = port
            let bracket = host.lastIndex(of: "]")
            if let colon = host.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
                guard let given = Int(host[host.index(after: colon)...]) else {
                    throw StoreError(.invalid, "a port must be 1 to 65535")
                }
                number = given
                host = String(host[..<colon])
            }
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            addresses.append(Address(host: host.isEmpty && addresses.isEmpty ? "127.0.0.1" : host, port: number))
        }
        return addresses
    }

    private static func database(_ path: [String], _ place: Int) throws(StoreError) -> Int {
        guard path.count > place else { return 0 }
        guard path.count == place + 1, let number = Int(path[place]) else {
            throw StoreError(.invalid, "the path must end in the number of a database")
        }
        return number
    }

    private static func number(_ options: [String: String], _ name: String) throws(StoreError) -> Int? {
        guard let text = options[name] else { return nil }
        guard let number = Int(text) else { throw StoreError(.invalid, "\(name) must be a whole number") }
        return number
    }

    private static func seconds(_ options: [String: String], _ name: String) throws(StoreError) -> Double? {
        guard let text = options[name] else { return nil }
        guard let seconds = Double(text), seconds.isFinite else {
            throw StoreError(.invalid, "\(name) must be a number of seconds")
        }
        return seconds
    }

    private static func decoded(_ text: String, _ what: String) throws(StoreError) -> String {
        guard let decoded = text.removingPercentEncoding, !decoded.utf8.contains(0) else {
            throw StoreError(.invalid, "\(what) is not percent-encoded")
        }
        return decoded
    }
}
