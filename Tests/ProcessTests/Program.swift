import Foundation
import Testing

/// The program as a process, as a user runs it.
struct Program {
    let store: String
    let environment: [String: String]

    init(_ folder: ProcessFolder, options: String = "") {
        // Writing to a process that was killed must fail, not end the tests.
        signal(SIGPIPE, SIG_IGN)
        store = "sqlite:\(folder.path)/memory.db\(options)"
        environment = ProcessInfo.processInfo.environment.merging([
            "AGENT_MEMORY_STORE": store, "AGENT_MEMORY_EMBEDDER": "none", "AGENT_MEMORY_USER": "u",
            "AGENT_MEMORY_APP": "a",
            // What processes that were killed long ago left behind must not make libmongoc warn.
            "MONGOC_DISABLE_SHM": "1",
        ]) { $1 }
    }

    /// Where the build put it: beside the test bundle.
    static var url: URL {
        if let path = ProcessInfo.processInfo.environment["AGENT_MEMORY_PROGRAM"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        let folder =
            bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
            ?? root.appendingPathComponent(".build/debug")
        return folder.appendingPathComponent("agent-memory")
    }

    /// A process that is not started yet.
    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.url
        process.arguments = arguments
        process.environment = environment
        return process
    }

    /// Runs to the end.
    @discardableResult
    func run(_ arguments: [String], input: String? = nil) throws -> (status: Int32, output: String, errors: String) {
        let process = process(arguments)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        if let input {
            let pipe = Pipe()
            process.standardInput = pipe
            try process.run()
            pipe.fileHandleForWriting.write(Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        } else {
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, errorText)
    }

    /// The members of the answer to `--json`.
    func json(_ arguments: [String]) throws -> [String: Any] {
        let result = try run(arguments + ["--json"])
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }
}

/// A folder that goes with its owner.
final class ProcessFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "agent-memory-process-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
