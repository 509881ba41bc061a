#if MySQL
    import Foundation

    /// OceanBase's seekdb, which speaks MySQL's protocol. It listens on every interface, so it gets a network namespace of
    /// its own and is reached by its unix socket.
    package final class SeekdbServer: Sendable {
        package let socket: String
        private let folder: TemporaryFolder
        private let process: ServerProcess

        /// Starts one; nil, with the reason printed, where it cannot be had.
        package static func start() throws -> SeekdbServer? {
            let home: String
            do { home = try TestServers.folder(of: "seekdb") } catch {
                print("skipped: seekdb, because \(error)")
                return nil
            }
            do { try TestServers.run(["unshare", "-n", "ip", "link", "set", "lo", "up"]) } catch {
                print("skipped: seekdb, because no network namespace can be made here: \(error)")
                return nil
            }
            return try SeekdbServer(home)
        }

        private init(_ home: String) throws {
            folder = try TemporaryFolder()
            let base = folder.path + "/data"
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
            socket = base + "/run/sql.sock"
            // It looks for an interface with a hardware address, and fails without one.
            let script =
                "ip link set lo up; ip link add eth0 type veth peer name eth1; ip addr add 10.99.0.1/24 dev eth0; "
                + "ip link set eth0 up; ip link set eth1 up; "
                + "exec \(home)/pylibseekdb/seekdb --nodaemon --port 2881 --base-dir \(base) "
                + "--parameter memory_limit=4G --parameter datafile_size=1G --parameter datafile_maxsize=4G "
                + "--parameter log_disk_size=2G"
            process = try ServerProcess(["unshare", "-n", "sh", "-c", script], log: folder.path + "/output")
            let socket = socket
            try process.wait {
                (try? TestServers.run(["mariadb", "--no-defaults", "-S", socket, "-uroot", "-e", "SELECT 1"])) != nil
            }
        }
    }
#endif
