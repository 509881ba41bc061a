#if PostgreSQL
    import Foundation
    public import Records

    extension PostgresConfiguration {
        /// Reads a URL: `postgres://user:password@host:port/database?option=value&…`, every part percent-encoded.
        ///
        /// Options: `sslmode`, `sslrootcert`, `libpq.KEYWORD` (any option of the client library), `dsn` (a whole
        /// connection string; the URL's own parts win), `schema`, `table-prefix`, `skip-setup`, `pool-size`, `lanes`,
        /// `connect-timeout`, `statement-timeout` (seconds), `index`, `index-dimension`, `hnsw-m`,
        /// `hnsw-ef-construction`, `hnsw-ef-search`, `iterative-scan`, `halfvec`, `prepared-statements`, `read` (a
        /// replica's URL), `client` (a name among ``PostgresClients``). `postgres://client/NAME` names a client, too.
        /// - Throws: ``StoreError`` `invalid`, naming the option, never its value.
        public init(url: String) throws(StoreError) {
            self.init()
            let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            guard let colon = parts[0].firstIndex(of: ":"),
                ["postgres", "postgresql"].contains(parts[0][..<colon].lowercased())
            else { throw StoreError(.invalid, "a URL that begins with postgres:// is expected") }
            try readPlace(parts[0][parts[0].index(after: colon)...])
            for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = try Self.decoded(pair[0], "an option's name")
                try set(name, pair.count > 1 ? try Self.decoded(pair[1], name) : "true")
            }
            if host == "client", port == nil, user == nil, let database {
                (host, self.database, clientName) = (nil, nil, database)
            }
            try validate()
        }

        /// `//user:password@host:port/database`, each part optional.
        private mutating func readPlace(_ text: Substring) throws(StoreError) {
            guard text.hasPrefix("//") else {
                guard text.isEmpty else { throw StoreError(.invalid, "a URL that begins with postgres:// is expected") }
                return
            }
            let rest = text.dropFirst(2)
            let halves = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count > 1, !halves[1].isEmpty { database = try Self.decoded(halves[1], "database") }
            var authority = halves[0]
            if let at = authority.lastIndex(of: "@") {
                let owner = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if !owner[0].isEmpty { user = try Self.decoded(owner[0], "user") }
                if owner.count > 1 { password = try Self.decoded(owner[1], "password") }
                authority = authority[authority.index(after: at)...]
            }
            var hosts: [String] = []
            var ports: [String] = []
            for server in authority.split(separator: ",") {
                var name = server
                var number: Substring = ""
                if server.hasPrefix("["), let end = server.firstIndex(of: "]") {
                    name = server[server.index(after: server.startIndex)..<end]
                    number = server[server.index(after: end)...].drop { $0 == ":" }
                } else if let colon = server.lastIndex(of: ":") {
                    (name, number) = (server[..<colon], server[server.index(after: colon)...])
                }
                hosts.append(try Self.decoded(name, "host"))
                ports.append(String(number))
            }
            if hosts.contains(where: { !$0.isEmpty }) { host = hosts.joined(separator: ",") }
            for text in ports where !text.isEmpty {
                guard let number = Int(text), (1...65_535).contains(number) else {
                    throw StoreError(.invalid, "port must be 1 to 65535")
                }
            }
            if Set(ports).count > 1 {
                // Several hosts with ports of their own: libpq takes a list.
                libraryOptions["port"] = ports.map { $0.isEmpty ? "5432" : $0 }.joined(separator: ",")
            } else {
                port = ports.first.flatMap { Int($0) }
            }
        }

        private mutating func set(_ name: String, _ value: String) throws(StoreError) {
            if name.hasPrefix("libpq.") {
                libraryOptions[String(name.dropFirst(6))] = value
                return
            }
            switch name {
            case "sslmode": sslMode = try Self.choice(name, value)
            case "sslrootcert": sslRootCertificate = value
            case "dsn": dsn = value
            case "schema": schema = value
            case "table-prefix": tablePrefix = value
            case "skip-setup": skipsSetUp = try Self.flag(name, value)
            case "pool-size": poolSize = try Self.number(name, value)
            case "lanes": lanes = try Self.number(name, value)
            case "connect-timeout": connectTimeout = try Self.seconds(name, value)
            case "statement-timeout": statementTimeout = try Self.seconds(name, value)
            case "index": vectorIndex = try Self.choice(name, value)
            case "index-dimension": indexDimension = try Self.number(name, value)
            case "hnsw-m": hnswM = try Self.number(name, value)
            case "hnsw-ef-construction": hnswEfConstruction = try Self.number(name, value)
            case "hnsw-ef-search": hnswEfSearch = try Self.number(name, value)
            case "iterative-scan": iterativeScan = try Self.choice(name, value)
            case "halfvec": usesHalfVectors = try Self.flag(name, value)
            case "prepared-statements": preparesStatements = try Self.flag(name, value)
            case "read": readReplica = value
            case "client": clientName = value
            default:
                throw StoreError(
                    .invalid,
                    "unknown option \(name); an option of the client library is written libpq.\(name)")
            }
        }

        private static func decoded(_ text: Substring, _ name: String) throws(StoreError) -> String {
            guard let decoded = String(text).removingPercentEncoding else {
                throw StoreError(.invalid, "\(name): wrong percent-encoding")
            }
            return decoded
        }

        private static func flag(_ name: String, _ value: String) throws(StoreError) -> Bool {
            switch value {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off": return false
            default: throw StoreError(.invalid, "\(name) must be true or false")
            }
        }

        private static func number(_ name: String, _ value: String) throws(StoreError) -> Int {
            guard let number = Int(value) else { throw StoreError(.invalid, "\(name) must be an integer") }
            return number
        }

        private static func seconds(_ name: String, _ value: String) throws(StoreError) -> Double {
            guard let seconds = Double(value), seconds.isFinite else {
                throw StoreError(.invalid, "\(name) must be a number of seconds")
            }
            return seconds
        }

        private static func choice<T: RawRepresentable<String> & CaseIterable>(
            _ name: String, _ value: String
        ) throws(StoreError) -> T {
            guard let choice = T(rawValue: value) else {
                let known = T.allCases.map(\.rawValue).joined(separator: ", ")
                throw StoreError(.invalid, "\(name) must be one of \(known)")
            }
            return choice
        }
    }
#endif
