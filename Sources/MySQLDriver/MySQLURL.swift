#if MySQL
    import Foundation
    public import Records

    extension MySQLConfiguration {
        /// Reads `mysql://user:password@host:port/database?option=value` or `mariadb://…`.
        ///
        /// The options are those of ``MySQLURL/options``. `host`, `port`, `user`, `password` and `database` may be options
        /// too, and win over the URL's own parts.
        /// - Throws: ``StoreError`` `invalid`, naming the option; never with a part that may hold the password.
        public init(url: String) throws(StoreError) {
            self = try MySQLURL.parse(url)
        }
    }

    /// The URL of a configuration.
    public enum MySQLURL {
        /// The names of the options, with what they take.
        public static let options: [String: String] = [
            "host": "a name or address", "port": "1 to 65535", "user": "a name", "password": "any text",
            "database": "a name", "socket": "a unix socket's path",
            "tls": "disable, prefer, require, verify-ca or verify-full", "tls-ca": "a PEM file",
            "tls-cert": "a PEM file", "tls-key": "a PEM file",
            "table-prefix": "lower-case letters, digits and _", "skip-setup": "true or false", "lanes": "1 to 64",
            "readers": "1 to 256", "connect-timeout": "1 to 600 seconds",
            "statement-timeout": "seconds, 0 for no limit", "patience": "0.001 to 3600 seconds",
            "index-dimension": "1 to 16383", "index-m": "3 to 200", "index-ef-search": "1 to 10000",
            "read": "the replica's host or host:port", "prepared": "true or false",
            "auth-plugins": "names separated by commas", "compress": "true or false",
            "client": "the name of a registered client",
        ]

        static func parse(_ url: String) throws(StoreError) -> MySQLConfiguration {
            guard let schemeEnd = url.range(of: "://"),
                ["mysql", "mariadb"].contains(url[..<schemeEnd.lowerBound].lowercased())
            else { throw StoreError(.invalid, "the URL must begin with mysql:// or mariadb://") }
            var rest = url[schemeEnd.upperBound...]
            guard !rest.contains("#") else {
                throw StoreError(.invalid, "the URL must have no fragment (write %23 for #)")
            }
            var query: Substring = ""
            if let mark = rest.firstIndex(of: "?") {
                query = rest[rest.index(after: mark)...]
                rest = rest[..<mark]
            }
            var configuration = MySQLConfiguration(database: "")
            if let slash = rest.firstIndex(of: "/") {
                configuration.database = try decode(rest[rest.index(after: slash)...], "database")
                rest = rest[..<slash]
            }
            if let at = rest.lastIndex(of: "@") {
                let user = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if let name = user.first, !name.isEmpty { configuration.user = try decode(name, "user") }
                if user.count > 1 { configuration.password = try decode(user[1], "password") }
                rest = rest[rest.index(after: at)...]
            }
            if !rest.isEmpty {
                let (host, port) = try hostAndPort(decode(rest, "host"), option: "host")
                if !host.isEmpty { configuration.host = host }
                configuration.port = port ?? configuration.port
            }
            try apply(options(query), to: &configuration)
            try configuration.check()
            return configuration
        }

        /// A host, maybe in brackets, maybe with a port.
        static func hostAndPort(_ text: String, option: String) throws(StoreError) -> (host: String, port: Int?) {
            var host = Substring(text)
            var port: Substring?
            if host.first == "[", let end = host.firstIndex(of: "]") {
                let after = host[host.index(after: end)...]
                guard after.isEmpty || after.first == ":" else { throw refusal(option) }
                if !after.isEmpty { port = after.dropFirst() }
                host = host[host.index(after: host.startIndex)..<end]
            } else if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
                guard port?.contains(":") == false else { throw refusal(option) }
            }
            guard let port else { return (String(host), nil) }
            guard let number = Int(port), (1...65_535).contains(number) else {
                throw StoreError(.invalid, "\(option): the port must be 1 to 65535")
            }
            return (String(host), number)
        }

        private static func refusal(_ option: String) -> StoreError {
            StoreError(.invalid, "\(option) must be HOST, HOST:PORT or [IPv6]:PORT")
        }

        private static func decode(_ text: some StringProtocol, _ part: String) throws(StoreError) -> String {
            guard let decoded = String(text).removingPercentEncoding else {
                throw StoreError(.invalid, "\(part): a % must be followed by two hexadecimal digits")
            }
            return decoded
        }

        private static func options(_ query: Substring) throws(StoreError) -> [String: String] {
            var found: [String: String] = [:]
            for item in query.split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = try decode(pair[0], "option")
                guard options[name] != nil else {
                    let known = options.keys.sorted().joined(separator: ", ")
                    throw StoreError(.invalid, "unknown option \(name.prefix(64)); known are \(known)")
                }
                guard found[name] == nil else { throw StoreError(.invalid, "\(name) is given twice") }
                found[name] = pair.count > 1 ? try decode(pair[1], name) : "true"
            }
            return found
        }

        private static func apply(
            _ found: [String: String], to configuration: inout MySQLConfiguration
        ) throws(StoreError) {
            func wrong(_ name: String) -> StoreError {
                StoreError(.invalid, "\(name) must be \(options[name] ?? "different")")
            }
            func integer(_ name: String) throws(StoreError) -> Int? {
                guard let text = found[name] else { return nil }
                guard let number = Int(text) else { throw wrong(name) }
                return number
            }
            func seconds(_ name: String) throws(StoreError) -> Double? {
                guard let text = found[name] else { return nil }
                guard let number = Double(text), number.isFinite else { throw wrong(name) }
                return number
            }
            func flag(_ name: String) throws(StoreError) -> Bool? {
                switch found[name] {
                case nil: return nil
                case "true", "1", "yes": return true
                case "false", "0", "no": return false
                default: throw wrong(name)
                }
            }
            configuration.host = found["host"] ?? configuration.host
            configuration.port = try integer("port") ?? configuration.port
            configuration.user = found["user"] ?? configuration.user
            configuration.password = found["password"] ?? configuration.password
            configuration.database = found["database"] ?? configuration.database
            configuration.socket = found["socket"]
            if let text = found["tls"] {
                guard let mode = MySQLConfiguration.TLSMode(rawValue: text) else { throw wrong("tls") }
                configuration.tls = mode
            }
            configuration.tlsCAFile = found["tls-ca"]
            configuration.tlsCertificateFile = found["tls-cert"]
            configuration.tlsKeyFile = found["tls-key"]
            configuration.tablePrefix = found["table-prefix"] ?? ""
            configuration.skipsSetUp = try flag("skip-setup") ?? false
            configuration.lanes = try integer("lanes") ?? configuration.lanes
            configuration.readers = try integer("readers") ?? configuration.readers
            configuration.connectTimeout = try seconds("connect-timeout") ?? configuration.connectTimeout
            configuration.statementTimeout = try seconds("statement-timeout") ?? configuration.statementTimeout
            configuration.patience = try seconds("patience") ?? configuration.patience
            configuration.usesPreparedStatements = try flag("prepared") ?? true
            configuration.isCompressed = try flag("compress") ?? false
            configuration.readReplica = found["read"]
            if let names = found["auth-plugins"] {
                configuration.authenticationPlugins = names.split(separator: ",").map(String.init)
            }
            let neighbours = try integer("index-m")
            let width = try integer("index-ef-search")
            if let dimensions = try integer("index-dimension") {
                configuration.vectorIndex = MySQLConfiguration.VectorIndex(
                    dimensions: dimensions, neighbours: neighbours, searchWidth: width)
            } else if neighbours != nil || width != nil {
                throw StoreError(.invalid, "index-m and index-ef-search need index-dimension")
            }
            if let name = found["client"] {
                guard let client = MySQLClient.registered(name) else {
                    throw StoreError(.invalid, "client: no client is registered as \(name.prefix(64))")
                }
                configuration.client = client
            }
        }
    }
#endif
