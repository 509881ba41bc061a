#if MySQL
    import Foundation
    import Records

    /// How a MySQL or MariaDB server is used. Every option is also one of the URL's (``init(url:)``).
    public struct MySQLConfiguration: Sendable {
        /// How the wire is encrypted.
        public enum TLSMode: String, Sendable, CaseIterable {
            /// Not at all.
            case disable
            /// Where the server can, without looking at its certificate: the default.
            case prefer
            /// Always, without looking at the certificate: it keeps out listeners, not impostors.
            case require
            /// Always; the certificate must come from ``MySQLConfiguration/tlsCAFile``.
            case verifyCA = "verify-ca"
            /// Always; the certificate must come from the CA file, or from an authority that the system trusts, and be
            /// the host's.
            case verifyFull = "verify-full"
        }

        /// The engine's own index of vectors, where the server has one.
        public struct VectorIndex: Sendable, Hashable {
            /// The dimensions of the vectors that are indexed, 1 to 16,383; others are kept and searched by scanning.
            public var dimensions: Int
            /// Neighbours of a node, 3 to 200; nil leaves it to the server (`M` of MariaDB's `VECTOR INDEX`).
            public var neighbours: Int?
            /// Candidates of a search, 1 to 10,000; nil leaves it to the server (`mhnsw_ef_search`).
            public var searchWidth: Int?

            /// An index of vectors of these dimensions.
            public init(dimensions: Int, neighbours: Int? = nil, searchWidth: Int? = nil) {
                self.dimensions = dimensions
                self.neighbours = neighbours
                self.searchWidth = searchWidth
            }
        }

        /// The host's name or address; `127.0.0.1` by default.
        public var host = "127.0.0.1"
        /// The port, 1 to 65,535; 3306 by default.
        public var port = 3306
        /// A unix socket's path instead of host and port.
        public var socket: String?
        /// The user; the process's own by default.
        public var user: String?
        /// The password; it appears in no message and no description.
        public var password: String?
        /// The database, which must exist.
        public var database: String
        /// How the wire is encrypted; ``TLSMode/prefer`` by default.
        public var tls = TLSMode.prefer
        /// A PEM file of the authorities that are trusted; needed by ``TLSMode/verifyCA``.
        public var tlsCAFile: String?
        /// A PEM file of the client's own certificate.
        public var tlsCertificateFile: String?
        /// A PEM file of the key of the client's certificate.
        public var tlsKeyFile: String?
        /// What the names of all tables begin with: lower-case letters, digits and `_`, at most 32; empty by default.
        public var tablePrefix = ""
        /// Whether tables must already be there: for users without the right to create them.
        public var skipsSetUp = false
        /// Transactions that are committed beside each other, 1 to 64; 4 by default. Each has a connection of its own.
        public var lanes = 4
        /// Connections that read beside the lanes, 1 to 256; 8 by default.
        public var readers = 8
        /// How long connecting may take, in seconds, 1 to 600; 10 by default.
        public var connectTimeout = 10.0
        /// How long a statement may take on the server, in seconds, 0 (no limit) to 86,400; 60 by default. The wire may
        /// be silent ten seconds longer before the connection counts as broken.
        public var statementTimeout = 60.0
        /// How long a caller waits for a free connection, in seconds, 0.001 to 3,600; 30 by default.
        public var patience = 30.0
        /// The engine's own index of vectors; nil (the default) searches by scanning.
        public var vectorIndex: VectorIndex?
        /// A replica for reads that may lag, with the same user, database and options: `host` or `host:port`.
        public var readReplica: String?
        /// Whether statements are prepared on the server; false for proxies that share connections between
        /// transactions and do not keep preparations apart.
        public var usesPreparedStatements = true
        /// The authentication plugins that may be used; by default those that never send the password in the clear.
        public var authenticationPlugins = [
            "mysql_native_password", "caching_sha2_password", "sha256_password", "client_ed25519",
        ]
        /// Whether the wire is compressed.
        public var isCompressed = false
        /// Gets every statement's text before it runs, never its arguments.
        public var statementLog: (@Sendable (_ text: String) -> Void)?
        /// Connections that several stores share and that no store closes; nil opens connections for this store alone.
        public var client: MySQLClient?
        /// Microseconds since 1970 UTC; the system clock by default.
        public var clock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }

        /// The defaults for a database.
        public init(
            host: String = "127.0.0.1", port: Int = 3306, user: String? = nil, password: String? = nil,
            database: String
        ) {
            self.host = host
            self.port = port
            self.user = user
            self.password = password
            self.database = database
        }

        /// Where the server is, for messages: never user or password.
        var endpoint: String { socket ?? (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)") }

        /// The same for the replica; nil without one.
        func replica() throws(StoreError) -> MySQLConfiguration? {
            guard let readReplica else { return nil }
            var replica = self
            let (host, port) = try MySQLURL.hostAndPort(readReplica, option: "read")
            replica.host = host
            replica.port = port ?? self.port
            replica.socket = nil
            replica.readReplica = nil
            return replica
        }
    }

    extension MySQLConfiguration: CustomStringConvertible {
        /// Server and database.
        public var description: String { "mysql://\(endpoint)/\(database)" }
    }

    extension MySQLConfiguration: CustomReflectable {
        /// Server and database: dumping a configuration shows no password.
        public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
    }

    extension MySQLConfiguration {
        /// Refuses what cannot be, naming the option and its limit.
        func check() throws(StoreError) {
            func refuse(_ reason: String) -> StoreError { StoreError(.invalid, reason) }
            let isPrefix = tablePrefix.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
            }
            guard tablePrefix.utf8.count <= 32, isPrefix else {
                throw refuse("table-prefix must be at most 32 lower-case letters, digits or _")
            }
            guard !database.isEmpty, database.utf8.count <= 64, !database.utf8.contains(0) else {
                throw refuse("database must have 1 to 64 bytes")
            }
            guard socket != nil || !host.isEmpty, !host.utf8.contains(0) else { throw refuse("host must not be empty") }
            guard socket.map({ !$0.isEmpty && !$0.utf8.contains(0) }) ?? true else {
                throw refuse("socket must be a path")
            }
            guard (1...65_535).contains(port) else { throw refuse("port must be 1 to 65535, not \(port)") }
            guard (1...64).contains(lanes) else { throw refuse("lanes must be 1 to 64, not \(lanes)") }
            guard (1...256).contains(readers) else { throw refuse("readers must be 1 to 256, not \(readers)") }
            guard (1...600).contains(connectTimeout) else { throw refuse("connect-timeout must be 1 to 600 seconds") }
            guard statementTimeout == 0 || (0.001...86_400).contains(statementTimeout) else {
                throw refuse("statement-timeout must be 0, or 0.001 to 86400 seconds")
            }
            guard (0.001...3_600).contains(patience) else { throw refuse("patience must be 0.001 to 3600 seconds") }
            try checkTLS()
            if let vectorIndex {
                guard (1...16_383).contains(vectorIndex.dimensions) else {
                    throw refuse("index-dimension must be 1 to 16383, not \(vectorIndex.dimensions)")
                }
                guard (3...200).contains(vectorIndex.neighbours ?? 3) else { throw refuse("index-m must be 3 to 200") }
                guard (1...10_000).contains(vectorIndex.searchWidth ?? 1) else {
                    throw refuse("index-ef-search must be 1 to 10000")
                }
            }
            guard !authenticationPlugins.isEmpty, authenticationPlugins.allSatisfy(Self.isPluginName) else {
                throw refuse("auth-plugins must be names of letters, digits and _, separated by commas")
            }
            _ = try replica()
        }

        private static func isPluginName(_ name: String) -> Bool {
            !name.isEmpty
                && name.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
                }
        }

        private func checkTLS() throws(StoreError) {
            if tls == .verifyCA, tlsCAFile == nil { throw StoreError(.invalid, "tls=verify-ca needs tls-ca") }
            if tls == .verifyFull, socket != nil {
                throw StoreError(.invalid, "tls=verify-full needs a host: a unix socket has no name to verify")
            }
            if (tlsCertificateFile == nil) != (tlsKeyFile == nil) {
                throw StoreError(.invalid, "tls-cert and tls-key go together")
            }
            for (option, path) in [("tls-ca", tlsCAFile), ("tls-cert", tlsCertificateFile), ("tls-key", tlsKeyFile)] {
                if let path, !FileManager.default.isReadableFile(atPath: path) {
                    throw StoreError(.invalid, "\(option): the file \(path) cannot be read")
                }
                if path != nil, tls == .disable {
                    throw StoreError(.invalid, "\(option) has no meaning with tls=disable")
                }
            }
        }
    }
#endif
