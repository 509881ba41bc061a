#if PostgreSQL
    import Foundation
    import Records

    /// How a store in PostgreSQL is opened. Every option has a default; `init(url:)` reads the same ones from a URL.
    public struct PostgresConfiguration: Sendable {
        /// How much encryption is asked for (https://www.postgresql.org/docs/current/libpq-ssl.html).
        public enum SSLMode: String, Sendable, CaseIterable {
            /// Never.
            case disable
            /// Only where the server insists.
            case allow
            /// Where the server can: the default.
            case prefer
            /// Always, whoever the server is.
            case require
            /// Always, and a known authority signed the server's certificate.
            case verifyCA = "verify-ca"
            /// Always, and the certificate names the host.
            case verifyFull = "verify-full"
        }

        /// How the server indexes vectors, where it has pgvector.
        public enum VectorIndex: String, Sendable, CaseIterable {
            /// A navigable graph: the default.
            case hnsw
            /// Lists around centres; needs rows before it is made.
            case ivfflat
            /// None: every vector of the partition is compared, by the server.
            case none
        }

        /// How an index search goes on when a filter left too few rows.
        public enum IterativeScan: String, Sendable, CaseIterable {
            /// In the order of distance: the default.
            case strict = "strict_order"
            /// Slightly out of order, faster.
            case relaxed = "relaxed_order"
            /// It does not go on.
            case off
        }

        /// The server; several are separated by commas; a path is a folder of Unix sockets. `localhost` or what the
        /// DSN says by default.
        public var host: String?
        /// 1 to 65,535; 5432 by default.
        public var port: Int?
        /// The role.
        public var user: String?
        /// Its password.
        public var password: String?
        /// The database; named like the user by default.
        public var database: String?
        /// A libpq connection string or URI; the explicit parts win over it.
        public var dsn: String?
        /// How much encryption; nil is what the DSN says, else ``SSLMode/prefer``.
        public var sslMode: SSLMode?
        /// A file with the certificates of the authorities to trust.
        public var sslRootCertificate: String?
        /// Further libpq options by their keyword.
        public var libraryOptions: [String: String] = [:]
        /// The schema of all tables, created where it is missing; `public` by default.
        public var schema = "public"
        /// What the names of all tables begin with: letters, digits and `_`, at most 32; empty by default.
        public var tablePrefix = ""
        /// Whether tables must already be there.
        public var skipsSetUp = false
        /// Connections that read, 1 to 1,000; 8 by default.
        public var poolSize = 8
        /// Transactions that are committed beside each other, 1 to 64, each on a connection of its own; 4 by default.
        public var lanes = 4
        /// Seconds, more than 0; 10 by default.
        public var connectTimeout = 10.0
        /// Seconds a statement may take, 0 for no limit; 60 by default.
        public var statementTimeout = 60.0
        /// How vectors are indexed; ``VectorIndex/hnsw`` by default.
        public var vectorIndex = VectorIndex.hnsw
        /// The dimension to index where a record type leaves it open, 1 to 16,000.
        public var indexDimension: Int?
        /// Links a node of an HNSW index, 2 to 100; 16 by default.
        public var hnswM = 16
        /// Candidates while an HNSW index is built, 4 to 1,000, at least twice ``hnswM``; 64 by default.
        public var hnswEfConstruction = 64
        /// Candidates while an HNSW index is searched, 1 to 1,000; 200 by default.
        public var hnswEfSearch = 200
        /// How a filtered search goes on; ``IterativeScan/strict`` by default.
        public var iterativeScan = IterativeScan.strict
        /// Whether the index holds half-precision vectors: half the size, and elements up to 65,504; false by default.
        public var usesHalfVectors = false
        /// Whether statements are kept on the server, and hints come by LISTEN. False for poolers in transaction mode.
        public var preparesStatements = true
        /// The URL of a replica for reads that may lag; parts it does not name are those of the primary.
        public var readReplica: String?
        /// Gets the text of every statement, never its arguments.
        public var statementLog: (@Sendable (String) -> Void)?
        /// Connections that are shared with others and stay open when the store closes.
        public var client: PostgresClient?
        /// The name of such a client among ``PostgresClients``.
        public var clientName: String?
        /// Microseconds since 1970 UTC; the system clock by default.
        public var clock: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }

        /// The defaults.
        public init(
            host: String? = nil, port: Int? = nil, user: String? = nil, password: String? = nil,
            database: String? = nil
        ) {
            self.host = host
            self.port = port
            self.user = user
            self.password = password
            self.database = database
        }

        /// The defaults, for connections of a client.
        public init(client: PostgresClient) { self.client = client }

        /// Checks every option.
        func validate() throws(StoreError) {
            func check(_ condition: Bool, _ sentence: String) throws(StoreError) {
                guard condition else { throw StoreError(.invalid, sentence) }
            }
            try check(
                tablePrefix.utf8.count <= 32 && tablePrefix.utf8.allSatisfy(Self.isNameByte),
                "table-prefix must be at most 32 letters, digits or _")
            try check(
                (1...63).contains(schema.utf8.count) && !schema.utf8.contains(0) && !schema.hasPrefix("pg_"),
                "schema must have 1 to 63 bytes and not begin with pg_")
            if let port { try check((1...65_535).contains(port), "port must be 1 to 65535, not \(port)") }
            try check((1...1_000).contains(poolSize), "pool-size must be 1 to 1000, not \(poolSize)")
            try check((1...64).contains(lanes), "lanes must be 1 to 64, not \(lanes)")
            try check(
                connectTimeout > 0 && connectTimeout <= 3_600, "connect-timeout must be more than 0 and at most 3600 s")
            try check((0...86_400).contains(statementTimeout), "statement-timeout must be 0 to 86400 s")
            if let indexDimension {
                try check((1...16_000).contains(indexDimension), "index-dimension must be 1 to 16000")
                try check(
                    vectorIndex == .none || indexDimension <= largestIndexed,
                    "index-dimension must be at most \(largestIndexed) for an index\(usesHalfVectors ? "" : "; with halfvec 4000")"
                )
            }
            try check((2...100).contains(hnswM), "hnsw-m must be 2 to 100, not \(hnswM)")
            try check(
                (4...1_000).contains(hnswEfConstruction) && hnswEfConstruction >= 2 * hnswM,
                "hnsw-ef-construction must be 4 to 1000 and at least twice hnsw-m, not \(hnswEfConstruction)")
            try check((1...1_000).contains(hnswEfSearch), "hnsw-ef-search must be 1 to 1000, not \(hnswEfSearch)")
            try check(client == nil || clientName == nil, "a client is given twice: by value and by name")
        }

        /// The greatest dimension that an index of this kind takes.
        var largestIndexed: Int { usesHalfVectors ? 4_000 : 2_000 }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
        }
    }
#endif
