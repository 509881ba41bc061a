/// How to reach a Redis, Valkey or Dragonfly deployment, and where in it to keep records.
public struct RedisConfiguration: Sendable {
    /// Where the servers are.
    public enum Servers: Sendable, Hashable {
        /// One server: a host name or address, and a port (6379 by convention).
        case single(host: String, port: Int)
        /// One server on this machine, by the path of its socket.
        case socket(path: String)
        /// A cluster, of which some nodes are named; the others are asked for.
        case cluster(seeds: [Address])
        /// A server that sentinels watch over: they say who is the master of this name.
        case sentinel(master: String, sentinels: [Address])
    }

    /// A host and a port.
    public struct Address: Sendable, Hashable {
        /// A name, or an IPv4 or IPv6 address without brackets.
        public var host: String
        /// 1 to 65,535.
        public var port: Int

        /// A host and a port.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// How connections are encrypted.
    public struct TLS: Sendable, Hashable {
        /// A PEM file of the authorities to trust; the system's by default.
        public var caFile: String?
        /// Whether the server's certificate and name are verified; true by default. Without, anybody can pretend to be it.
        public var verifies: Bool
        /// The name that the certificate must bear; the host by default.
        public var serverName: String?
        /// A PEM file of this client's certificate chain, for servers that ask for one.
        public var certificateFile: String?
        /// A PEM file of its key; ``certificateFile`` by default.
        public var keyFile: String?

        /// Encryption, verified by the system's authorities by default.
        public init(
            caFile: String? = nil, verifies: Bool = true, serverName: String? = nil, certificateFile: String? = nil,
            keyFile: String? = nil
        ) {
            self.caFile = caFile
            self.verifies = verifies
            self.serverName = serverName
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// Where the servers are.
    public var servers: Servers
    /// The user of the server's access list; nil for its default user.
    public var user: String?
    /// The password; nil for none.
    public var password: String?
    /// The user and password of the sentinels, where they differ from none.
    public var sentinelUser: String?
    /// The sentinels' password; nil for none.
    public var sentinelPassword: String?
    /// The number of the database, 0 by default and always in a cluster.
    public var database: Int
    /// What all keys begin with, after a brace: 1 to 64 letters, digits, `-`, `_`, `.` and `/`. Stores of different
    /// prefixes share a server without seeing each other.
    public var keyPrefix: String
    /// Encryption; nil for none.
    public var tls: TLS?
    /// How long opening a connection may take, in seconds, 0.01 to 600; 5 by default.
    public var connectTimeout: Double
    /// How long a command may wait for its reply before its connection counts as broken, in seconds, 0.1 to 3,600; 30 by
    /// default.
    public var commandTimeout: Double
    /// How long a call waits for a server that is away, loading its data, or moving slots, in seconds, 0 to 3,600; 10 by
    /// default. Afterwards it is `unavailable`.
    public var busyTimeout: Double
    /// The most commands that wait for a reply on one connection, 1 to 1,000,000; 20,000 by default. More are
    /// `unavailable`.
    public var maximumPending: Int
    /// Into how many slots partitions are spread, 1 to 4,096, fixed when the store is first prepared. By default 1, and
    /// 256 in a cluster. A survey asks each; a store that will be moved into a cluster, or lives in Dragonfly, wants more
    /// than one.
    public var buckets: Int?
    /// Whether vectors are indexed by the server's search module where it has one; true by default. The index holds each
    /// vector a second time, in memory. Without, `nearest` looks at every vector of the partition.
    public var usesSearchModule: Bool
    /// The dimensions of the vectors that the server's search module indexes where a record type leaves them open, 1 to
    /// 32,768; nil for none, the default. Vectors of other dimensions are found without it.
    public var indexDimension: Int?

    /// The defaults for these servers.
    public init(
        servers: Servers, user: String? = nil, password: String? = nil, database: Int = 0,
        keyPrefix: String = "agent-memory", tls: TLS? = nil
    ) {
        self.servers = servers
        self.user = user
        self.password = password
        self.database = database
        self.keyPrefix = keyPrefix
        self.tls = tls
        connectTimeout = 5
        commandTimeout = 30
        busyTimeout = 10
        maximumPending = 20_000
        usesSearchModule = true
    }
}
