#if MySQL
    import Foundation
    package import MySQLDriver
    import Records
    import RelationalRecords

    /// A MariaDB of Debian's that belongs to this process, on a free loopback port.
    package final class MariaDBServer: Sendable {
        /// What a commit of this server survives.
        package enum Flush: Sendable {
            /// Nothing of value: the server of most tests.
            case relaxed
            /// The end of the server: for tests that kill it.
            case everyCommit
        }

        /// How clients reach it.
        package enum TLS: Sendable {
            case none
            /// The server's certificate and key, PEM files that its user can read.
            case certificate(file: String, key: String)
        }

        package let port: Int
        package let socket: String
        private let folder: TemporaryFolder
        private let process: ServerProcess
        private let arguments: [String]

        /// The one that the tests of this process share.
        package static let shared = SharedServer { try MariaDBServer(.relaxed) }

        /// Starts a server with an empty data folder.
        package convenience init(_ flush: Flush, tls: TLS = .none, options: [String] = []) throws {
            let folder = try TemporaryFolder()
            try TestServers.run(["chown", "mysql", folder.path])
            try TestServers.run(
                [
                    "mariadb-install-db", "--no-defaults", "--user=mysql", "--datadir=\(folder.path)/data",
                    "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-flush-method=nosync",
                ])
            var arguments = options
            switch flush {
            case .relaxed:
                arguments += ["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-log-bin"]
            case .everyCommit: arguments += ["--innodb-flush-log-at-trx-commit=1", "--skip-log-bin"]
            }
            if case .certificate(let file, let key) = tls {
                arguments += ["--ssl-cert=\(file)", "--ssl-key=\(key)", "--ssl-ca=\(file)"]
            }
            try self.init(folder, arguments, port: TestServers.freePort())
            try administerBlocking([
                "CREATE USER 'app'@'127.0.0.1' IDENTIFIED BY 'app word'",
                "GRANT ALL ON *.* TO 'app'@'127.0.0.1' WITH GRANT OPTION",
            ])
        }

        private init(_ folder: TemporaryFolder, _ arguments: [String], port: Int) throws {
            self.folder = folder
            self.arguments = arguments
            self.port = port
            socket = folder.path + "/s"
            let log = folder.path + "/log"
            process = try ServerProcess(
                [
                    "/usr/sbin/mariadbd", "--no-defaults", "--datadir=\(folder.path)/data",
                    "--bind-address=127.0.0.1", "--port=\(port)", "--socket=\(folder.path)/s",
                    "--pid-file=\(folder.path)/pid", "--max-connections=2000", "--innodb-buffer-pool-size=64M",
                    "--table-open-cache=4000", "--performance-schema=OFF",
                    // A server that starts removes all temporary tables from this folder, those of other servers too.
                    "--tmpdir=\(folder.path)",
                ] + arguments, user: "mysql", log: log)
            try process.wait { TestServers.answers(on: port) }
        }

        /// Kills it with signal 9.
        package func kill() { process.kill() }

        /// Starts a server on the same data and port; the old one must be gone.
        package func restarted() throws -> MariaDBServer {
            try MariaDBServer(folder, arguments, port: port)
        }

        /// How a database of it is reached, as the user `app`.
        package func configuration(database: String) -> MySQLConfiguration {
            MySQLConfiguration(port: port, user: "app", password: "app word", database: database)
        }

        /// Makes an empty database.
        /// - Returns: Its name.
        package func makeDatabase() async throws -> String {
            let name = "d" + UUID().uuidString.lowercased().replacing("-", with: "")
            try await administer(["CREATE DATABASE \(name) CHARACTER SET utf8mb4"])
            return name
        }

        /// Runs statements as an administrator.
        package func administer(_ statements: [String]) async throws {
            try await MySQLRecords.administer(configuration(database: "mysql"), statements)
        }

        private func administerBlocking(_ statements: [String]) throws {
            try TestServers.run(
                ["mariadb", "--no-defaults", "-S", socket, "-uroot", "-e", statements.joined(separator: ";")])
        }
    }

    /// A database that is dropped when nobody holds it any longer.
    final class MariaDBDatabase: Sendable {
        let name: String
        private let server: MariaDBServer

        init(_ server: MariaDBServer) async throws {
            self.server = server
            name = try await server.makeDatabase()
        }

        deinit {
            let server = server
            let name = name
            // Tidying up: the whole server goes with the process anyway.
            Task.detached { try? await server.administer(["DROP DATABASE IF EXISTS \(name)"]) }
        }
    }

    extension TestBackend {
        static let mariadb = TestBackend("mariadb") {
            let server = try MariaDBServer.shared.get()
            let database = try await MariaDBDatabase(server)
            var configuration = server.configuration(database: database.name)
            configuration.readers = 4
            // The database lives as long as any store of it, whoever else forgets it.
            let clock = configuration.clock
            configuration.clock = {
                withExtendedLifetime(database) {}
                return clock()
            }
            let settings = configuration
            let store = try await MySQLRecords.open(settings)
            return Made(store) {
                await store.close()
                return try await MySQLRecords.open(settings)
            }
        }
    }
#endif
