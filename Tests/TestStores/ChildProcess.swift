import Glibc
import Synchronization

/// A program that this process started: it has no descriptor and no blocked signal of ours, and waiting for it ends.
///
/// Foundation's `Process` notices an end by a descriptor that any other child, started at the same moment, may inherit and
/// keep: then it waits for that one as well.
final class ChildProcess: Sendable {
    private let identifier: pid_t
    /// What `waitpid` answered, once.
    private let status = Mutex<Int32?>(nil)

    /// Starts a program by its whole path.
    /// - Parameters:
    ///   - input: The descriptor that it reads from; nil for none.
    ///   - output: The descriptor of its output and errors; nil for none.
    init(_ words: [String], environment: [String: String], input: Int32? = nil, output: Int32? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for descriptor: Int32 in [1, 2] {
            if let output {
                posix_spawn_file_actions_adddup2(&actions, output, descriptor)
            } else {
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw TestServerError("\(words[0]) did not start: \(String(cString: strerror(code)))") }
        self.identifier = identifier
    }

    /// Whether it has not ended.
    var isRunning: Bool { end == nil }

    /// How it ended; nil while it runs.
    private var end: Int32? {
        status.withLock { status in
            if status == nil {
                var word: Int32 = 0
                if waitpid(identifier, &word, WNOHANG) == identifier { status = word }
            }
            return status
        }
    }

    /// Sends signal 9 unless it has ended.
    func kill() {
        status.withLock { if $0 == nil { _ = Glibc.kill(identifier, SIGKILL) } }
    }

    /// Waits for its end and answers the exit code, 128 and the signal where there was one.
    /// - Throws: ``TestServerError`` when it still runs after so many seconds.
    @discardableResult
    func waitForEnd(seconds: Double) throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let end { return end & 0x7f == 0 ? end >> 8 & 0xff : 128 + end & 0x7f }
            guard ContinuousClock.now < deadline else {
                throw TestServerError("process \(identifier) has not ended after \(seconds) s")
            }
            usleep(1_000)
        }
    }
}

/// A pipe whose ends no child inherits.
struct ChildPipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestServerError("there is no pipe: error \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
