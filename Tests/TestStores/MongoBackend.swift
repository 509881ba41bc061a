#if MongoDB
    import Foundation
    package import MongoRecords
    import Records

    /// A private server of the MongoDB protocol.
    package final class MongoServer: Sendable {
        package let port: Int
        private let options: [String]
        private let folder: TemporaryFolder
        private let process: ServerProcess

        /// Starts a server; `options` are added to its command line.
        package init(_ options: [String] = [], folder: TemporaryFolder? = nil, port: Int? = nil) throws {
            let installed = try TestServers.folder(of: "mongodb")
            self.folder = try folder ?? TemporaryFolder()
            let port = try port ?? TestServers.freePort()
            self.port = port
            self.options = options
            process = try ServerProcess(
                [
                    "/usr/bin/python3", "-m", "secantus", "--host", "127.0.0.1", "--port", String(port),
                    "--storage-path", self.folder.path + "/data", "--log-level", "WARNING",
                ] + options, log: self.folder.path + "/server.log",
                environment: ["PYTHONPATH": installed, "PYTHONDONTWRITEBYTECODE": "1"])
            try process.wait { TestServers.answers(on: port) }
        }

        package var isRunning: Bool { process.isRunning }

        /// Kills it with signal 9, as a crash would.
        package func kill() { process.kill() }

        /// The same data on the same port again, after ``kill()``.
        package func restarted() throws -> MongoServer {
            try MongoServer(options, folder: folder, port: port)
        }

        /// A store's options; each database is a store of its own.
        package func configuration(_ database: String = MongoServer.freshDatabase()) -> MongoConfiguration {
            MongoConfiguration(
                connectionString: "mongodb://127.0.0.1:\(port)/?replicaSet=secantus", database: database, poolSize: 8)
        }

        /// A database that nobody has used.
        package static func freshDatabase() -> String {
            "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
        }
    }

    extension TestBackend {
        /// One server for a run of the tests.
        package static let mongoServer = SharedServer { try MongoServer() }

        static let mongo = TestBackend("mongo") {
            let configuration = try mongoServer.get().configuration()
            let store = try await MongoRecords.open(configuration)
            return Made(store) {
                await store.close()
                return try await MongoRecords.open(configuration)
            }
        }
    }
#endif
