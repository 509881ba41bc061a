#if SQLite
    import Foundation
    public import Records
    public import RelationalRecords

    /// How a SQLite file is opened.
    public struct SQLiteConfiguration: Sendable {
        /// What an acknowledged commit survives.
        public enum Synchronous: String, Sendable {
            /// The loss of power: the default.
            case full
            /// The end of the process; the loss of power may take the last commits.
            case normal
        }

        /// The file; `:memory:` is a private database that ends with the store.
        public var path: String
        /// What the names of all tables begin with: letters, digits and `_`, at most 32; empty by default.
        public var tablePrefix: String
        /// Whether tables must already be there.
        public var skipsSetUp: Bool
        /// Connections that read beside the writer, 1 to 64; 4 by default.
        public var readers: Int
        /// What an acknowledged commit survives; `full` by default.
        public var synchronous: Synchronous
        /// How long to wait for other processes' locks, in seconds; about 60 by default.
        public var busyTimeout: Double
        /// The library of sqlite-vec (https://github.com/asg017/sqlite-vec), which every connection then loads: near
        /// vectors are found by SQL. None by default. A file is the same with and without it.
        public var vectorExtension: String?
        /// Microseconds since 1970 UTC; the system clock by default.
        public var clock: @Sendable () -> Int64

        /// The defaults for a file.
        public init(
            path: String, tablePrefix: String = "", skipsSetUp: Bool = false, readers: Int = 4,
            synchronous: Synchronous = .full, busyTimeout: Double = 60, vectorExtension: String? = nil,
            clock: (@Sendable () -> Int64)? = nil
        ) {
            self.path = path
            self.tablePrefix = tablePrefix
            self.skipsSetUp = skipsSetUp
            self.readers = readers
            self.synchronous = synchronous
            self.busyTimeout = busyTimeout
            self.vectorExtension = vectorExtension
            self.clock = clock ?? { Int64(Date().timeIntervalSince1970 * 1_000_000) }
        }
    }

    /// Record stores in SQLite files (https://www.sqlite.org).
    public enum SQLiteRecords {
        /// Opens a file, in WAL mode; several processes may.
        /// - Throws: ``StoreError`` `invalid` for a wrong option, `unavailable`, `corrupted` when it is no SQLite file,
        ///   `unsupported` when the vector extension cannot be loaded.
        public static func open(_ configuration: SQLiteConfiguration) throws(StoreError) -> RelationalRecords {
            try check(configuration)
            let busy = Int32(clamping: Int(configuration.busyTimeout * 1_000))
            let isPrivate = configuration.path == ":memory:"
            let writer = try SQLiteConnection(path: configuration.path, isReadOnly: false, busyMilliseconds: busy)
            try setUp(writer, configuration)
            var readers: [SQLiteConnection] = []
            var looker: SQLiteConnection?
            if !isPrivate {
                // Read-write mode, because a read-only connection cannot make the shared memory of an idle WAL file.
                for _ in 0..<configuration.readers {
                    let reader = try SQLiteConnection(
                        path: configuration.path, isReadOnly: false, busyMilliseconds: busy)
                    try setUpReader(reader, configuration)
                    readers.append(reader)
                }
                let connection = try SQLiteConnection(
                    path: configuration.path, isReadOnly: false, busyMilliseconds: busy)
                try setUpReader(connection, configuration)
                looker = connection
            }
            let capabilities = try capabilities(of: writer, configuration, isPrivate: isPrivate)
            let engine = SQLiteEngine(
                writer: writer, readers: readers, looker: looker, capabilities: capabilities,
                dialect: dialect(configuration))
            return RelationalRecords(
                engine: engine, prefix: configuration.tablePrefix, skipsSetUp: configuration.skipsSetUp,
                clock: configuration.clock)
        }

        /// Uses an open `sqlite3` handle, which stays open when the store is closed. Nobody else may use it meanwhile.
        /// Its journal mode and durability are as they are.
        /// - Throws: ``StoreError`` `invalid` for a wrong option, `unsupported` when the vector extension cannot be loaded.
        public static func open(
            handle: OpaquePointer, _ configuration: SQLiteConfiguration = SQLiteConfiguration(path: "handle")
        ) throws(StoreError) -> RelationalRecords {
            try check(configuration)
            let writer = SQLiteConnection(
                handle: handle, busyMilliseconds: Int32(clamping: Int(configuration.busyTimeout * 1_000)))
            if let path = configuration.vectorExtension { try writer.loadVectorExtension(path) }
            let engine = SQLiteEngine(
                writer: writer, readers: [], looker: nil,
                capabilities: try capabilities(of: writer, configuration, isPrivate: false),
                dialect: dialect(configuration))
            return RelationalRecords(
                engine: engine, prefix: configuration.tablePrefix, skipsSetUp: configuration.skipsSetUp,
                clock: configuration.clock)
        }

        private static func dialect(_ configuration: SQLiteConfiguration) -> SQLDialect {
            var dialect = SQLDialect.sqlite
            if configuration.vectorExtension != nil { dialect.nearest = SQLiteVectors.search }
            return dialect
        }

        private static func check(_ configuration: SQLiteConfiguration) throws(StoreError) {
            let prefix = configuration.tablePrefix
            let isName = prefix.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
            }
            guard prefix.utf8.count <= 32, isName, !prefix.lowercased().hasPrefix("sqlite_") else {
                throw StoreError(
                    .invalid, "table prefix must be at most 32 letters, digits or _, and not begin with sqlite_")
            }
            guard (1...64).contains(configuration.readers) else {
                throw StoreError(.invalid, "readers must be 1 to 64, not \(configuration.readers)")
            }
            guard (0...86_400).contains(configuration.busyTimeout) else {
                throw StoreError(.invalid, "busy timeout must be 0 to 86400 seconds")
            }
            guard !configuration.path.isEmpty, !configuration.path.utf8.contains(0) else {
                throw StoreError(.invalid, "path must not be empty")
            }
        }

        private static func setUp(_ connection: SQLiteConnection, _ configuration: SQLiteConfiguration)
            throws(StoreError)
        {
            // Several processes may create the file at once: switching to WAL can answer "busy" despite the handler.
            for attempt in 0... {
                do throws(StoreError) {
                    if try connection.pragma("journal_mode = WAL") != "" { break }
                } catch {
                    guard error.code == .unavailable, error.isBusy, attempt < 2_000 else { throw error }
                    usleep(2_000)
                }
            }
            if let path = configuration.vectorExtension { try connection.loadVectorExtension(path) }
            _ = try connection.pragma("synchronous = \(configuration.synchronous.rawValue)")
            _ = try connection.pragma("secure_delete = ON")
            _ = try connection.pragma("journal_size_limit = 67108864")
            _ = try connection.pragma("cache_size = -65536")
            _ = try connection.pragma("temp_store = MEMORY")
        }

        private static func setUpReader(_ connection: SQLiteConnection, _ configuration: SQLiteConfiguration)
            throws(StoreError)
        {
            if let path = configuration.vectorExtension { try connection.loadVectorExtension(path) }
            _ = try connection.pragma("cache_size = -16384")
            _ = try connection.pragma("mmap_size = 1073741824")
            _ = try connection.pragma("temp_store = MEMORY")
        }

        /// Reads back what the file does, rather than what was asked.
        private static func capabilities(
            of connection: SQLiteConnection, _ configuration: SQLiteConfiguration, isPrivate: Bool
        ) throws(StoreError) -> Capabilities {
            let journal = try connection.pragma("journal_mode")
            let synchronous = Int(try connection.pragma("synchronous")) ?? 0
            var capabilities = Capabilities()
            capabilities.hasNativeTokens = true
            capabilities.hasNativeVectors = configuration.vectorExtension != nil
            let names = ["OFF", "NORMAL", "FULL", "EXTRA"]
            let level = names.indices.contains(synchronous) ? names[synchronous] : "unknown"
            capabilities.durability = "SQLite journal_mode=\(journal.uppercased()), synchronous=\(level)"
            if isPrivate {
                capabilities.survives = .nothing
            } else if synchronous >= 3 || (synchronous == 2 && journal == "wal") {
                capabilities.survives = .powerLoss
            } else {
                capabilities.survives = .processCrash
            }
            return capabilities
        }
    }

    extension StoreError {
        var isBusy: Bool {
            guard let failure = underlying as? SQLiteFailure else { return false }
            return failure.code & 0xff == 5 || failure.code & 0xff == 6
        }
    }
#endif
