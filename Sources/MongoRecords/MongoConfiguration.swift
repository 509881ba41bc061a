#if MongoDB
    import Foundation
    import Records

    /// How a MongoDB deployment is used.
    ///
    /// Reads and writes go to the primary, and a commit is acknowledged by the majority: these are not options, because
    /// the contract of ``RecordStore`` rests on them.
    public struct MongoConfiguration: Sendable {
        /// What an acknowledged commit survives.
        public enum Durability: String, Sendable, CaseIterable {
            /// The loss of power on a majority of the nodes (`w: majority, j: true`): the default.
            case powerLoss = "power-loss"
            /// The end of the server's process (`w: majority, j: false`); the loss of power may take the last commits.
            case processCrash = "process-crash"
        }

        /// The connection string, `mongodb://…` or `mongodb+srv://…`, as the client library reads it. It may hold a password
        /// and therefore appears in no description and no error.
        public var connectionString: String
        /// The database; `agent_memory` by default.
        public var database: String
        /// What the names of all collections begin with: letters, digits and `_`, at most 32; empty by default.
        public var collectionPrefix: String
        /// Whether collections and indexes must already be there; false by default.
        public var skipsSetUp: Bool
        /// Connections, and threads that block on them, 1 to 256; 16 by default.
        public var poolSize: Int
        /// How long to look for a server that can write, in seconds, 0.1 to 300; 10 by default. A longer
        /// `serverSelectionTimeoutMS` or `connectTimeoutMS` of the connection string wins.
        public var connectTimeout: Double
        /// How long an answer may take, and how long a commit is tried again, in seconds, 1 to 3,600; 30 by default.
        public var operationTimeout: Double
        /// What an acknowledged commit survives; the loss of power by default.
        public var durability: Durability
        /// Whether `nearest` asks the engine's own vector search (`$vectorSearch`: Atlas, or a deployment with mongot) where
        /// it has one; false by default. Its index follows commits with a delay, so that
        /// ``Capabilities/candidatesMayLag`` is set.
        public var usesVectorSearch: Bool
        /// How many deletions of a record type the change feed of a partition remembers, at least 1; 100,000 by default.
        public var keptDeletions: Int
        /// Microseconds since 1970 UTC; the system clock by default.
        public var clock: @Sendable () -> Int64

        /// The defaults for a connection string.
        public init(
            connectionString: String, database: String = "agent_memory", collectionPrefix: String = "",
            skipsSetUp: Bool = false, poolSize: Int = 16, connectTimeout: Double = 10, operationTimeout: Double = 30,
            durability: Durability = .powerLoss, usesVectorSearch: Bool = false, keptDeletions: Int = 100_000,
            clock: (@Sendable () -> Int64)? = nil
        ) {
            self.connectionString = connectionString
            self.database = database
            self.collectionPrefix = collectionPrefix
            self.skipsSetUp = skipsSetUp
            self.poolSize = poolSize
            self.connectTimeout = connectTimeout
            self.operationTimeout = operationTimeout
            self.durability = durability
            self.usesVectorSearch = usesVectorSearch
            self.keptDeletions = keptDeletions
            self.clock = clock ?? { Int64(Date().timeIntervalSince1970 * 1_000_000) }
        }

        /// Checks every option.
        /// - Throws: ``StoreError`` `invalid`, naming the option and its limit.
        func check() throws(StoreError) {
            func refuse(_ reason: String) -> StoreError { StoreError(.invalid, reason) }
            guard collectionPrefix.utf8.count <= 32, collectionPrefix.utf8.allSatisfy(Self.isWordByte) else {
                throw refuse("prefix must be at most 32 letters, digits or _")
            }
            // The server allows more, but not on every system it runs on.
            guard (1...63).contains(database.utf8.count),
                database.utf8.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: "-") })
            else { throw refuse("database must be 1 to 63 letters, digits, _ or -") }
            guard !["admin", "config", "local"].contains(database.lowercased()) else {
                throw refuse("database must not be admin, config or local, which are the server's own")
            }
            guard (1...256).contains(poolSize) else { throw refuse("pool-size must be 1 to 256, not \(poolSize)") }
            guard (0.1...300).contains(connectTimeout) else {
                throw refuse("connect-timeout must be 0.1 to 300 seconds")
            }
            guard (1...3_600).contains(operationTimeout) else { throw refuse("timeout must be 1 to 3600 seconds") }
            guard keptDeletions >= 1 else { throw refuse("kept-deletions must be at least 1, not \(keptDeletions)") }
            guard !connectionString.utf8.contains(0) else { throw refuse("the connection string must not hold U+0000") }
        }

        private static func isWordByte(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
        }
    }

    extension MongoConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Database and prefix; never the connection string.
        public var description: String { "MongoDB database \(database), collections \(collectionPrefix)*" }

        /// The same.
        public var debugDescription: String { description }

        /// No children, so that a dump does not show the connection string.
        public var customMirror: Mirror { Mirror(self, children: [:]) }
    }
#endif
