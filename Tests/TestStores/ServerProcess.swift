import Foundation
import Glibc
import Synchronization

/// What kept a test server from starting.
package struct TestServerError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// A server that belongs to this process: it ends when this process does, however it ends.
package final class ServerProcess: Sendable {
    private let process: ChildProcess
    /// Our end of a pipe that the kernel closes when we are gone; nil once it is closed.
    private let leash: Mutex<Int32?>
    private let log: String

    /// Starts a program.
    /// - Parameters:
    ///   - user: The user it runs as where this process is root (database servers refuse to be root); nil for this one.
    ///   - log: The file of its output.
    package init(_ command: [String], user: String? = nil, log: String, environment: [String: String] = [:]) throws {
        let pipe = try ChildPipe()
        defer { close(pipe.reading) }
        self.log = log
        leash = Mutex(pipe.writing)
        // A shell waits at the other end of the pipe. The kernel closes our end when we are gone, even by a signal 9.
        // The server takes the place of the shell that starts it: one that waited for it would be one more to end.
        process = try ChildProcess(
            [
                "/bin/sh", "-c",
                """
                log=$1; shift
                exec 3<&0
                ( read -r _ <&3; kill -9 $$ ) >/dev/null 2>&1 &
                exec "$@" </dev/null >>"$log" 2>&1 3<&-
                """, "server", log,
            ] + TestServers.words(command, user: user), environment: TestServers.environment(environment),
            input: pipe.reading)
    }

    deinit { kill() }

    /// Whether it has not ended.
    package var isRunning: Bool { process.isRunning }

    /// Kills it with signal 9 and waits until it is gone.
    package func kill() {
        process.kill()
        // A process that cannot be killed hangs in the kernel; the next start says that its port is taken.
        _ = try? process.waitForEnd(seconds: 20)
        leash.withLock { leash in
            if let leash { close(leash) }
            leash = nil
        }
    }

    /// Waits until the condition holds; throws with the end of the log when the server ends or the time is over.
    package func wait(seconds: Double = 60, until isReady: () -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while !isReady() {
            guard isRunning, Date() < end else {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw TestServerError("the server did not start; its log ends: \(text.suffix(1_500))")
            }
            usleep(20_000)
        }
    }
}

/// Small things that every test server needs.
package enum TestServers {
    /// Where `scripts/install-test-servers` put a server that Debian does not have.
    /// - Throws: ``TestServerError`` when it is not installed.
    package static func folder(of name: String) throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let data =
            environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory() + "/.local/share"
        let usual = geteuid() == 0 ? "/opt/agent-memory-test-servers" : data + "/agent-memory/servers"
        let folder = (environment["AGENT_MEMORY_TEST_SERVERS"] ?? usual) + "/" + name
        guard FileManager.default.fileExists(atPath: folder + "/.installed") else {
            throw TestServerError("the test server \(name) is not installed; run make install-servers")
        }
        return folder
    }

    /// A port that nobody listens on, below 55,536 so that 10,000 more is a port as well.
    package static func freePort() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 20_000..<45_000)
            if canBind(port), canBind(port + 10_000) { return port }
        }
        throw TestServerError("no free port")
    }

    /// Whether something listens on a loopback port.
    package static func answers(on port: Int) -> Bool {
        withSocket(port) { descriptor, address, length in connect(descriptor, address, length) == 0 }
    }

    /// Runs a program to its end and answers its output; throws with the output unless it ends with 0 within 2 minutes.
    @discardableResult
    package static func run(
        _ command: [String], user: String? = nil, environment: [String: String] = [:]
    ) throws -> String {
        let pipe = try ChildPipe()
        defer { close(pipe.reading) }
        let end = Date(timeIntervalSinceNow: 120)
        let process: ChildProcess
        do {
            defer { close(pipe.writing) }
            process = try ChildProcess(
                ["/usr/bin/env"] + words(command, user: user), environment: self.environment(environment),
                output: pipe.writing)
        }
        defer {
            process.kill()
            _ = try? process.waitForEnd(seconds: 20)
        }
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            var entry = pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)
            let rest = end.timeIntervalSinceNow
            guard rest > 0 else { throw TestServerError("\(command[0]) has not ended after 2 minutes") }
            guard poll(&entry, 1, Int32(rest * 1_000) + 1) > 0 else { continue }
            let count = read(pipe.reading, &buffer, buffer.count)
            if count == 0 || count < 0 && errno != EINTR { break }
            if count > 0 { data += buffer[..<count] }
        }
        let code = try process.waitForEnd(seconds: max(1, end.timeIntervalSinceNow))
        let text = String(decoding: data, as: UTF8.self)
        guard code == 0 else {
            throw TestServerError("\(command[0]) ended with \(code): \(text.suffix(1_500))")
        }
        return text
    }

    /// A command as another user, where this process may become one.
    static func words(_ command: [String], user: String?) -> [String] {
        guard let user, geteuid() == 0 else { return command }
        return ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"] + command
    }

    /// The little that every child knows, and more.
    static func environment(_ more: [String: String]) -> [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp"].merging(more) { $1 }
    }

    private static func canBind(_ port: Int) -> Bool {
        withSocket(port) { descriptor, address, length in bind(descriptor, address, length) == 0 }
    }

    private static func withSocket(
        _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                body(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A server that is started when it is first asked for, once a process.
package final class SharedServer<Server: Sendable>: Sendable {
    private let start: @Sendable () throws -> Server
    private let state = Mutex<Result<Server, any Error>?>(nil)

    package init(_ start: @escaping @Sendable () throws -> Server) { self.start = start }

    /// The server; everyone waits for the one that starts it, and gets its error when it cannot.
    package func get() throws -> Server {
        try state.withLock { state in
            if let state { return try state.get() }
            let result = Result { try start() }
            state = result
            return try result.get()
        }
    }
}
