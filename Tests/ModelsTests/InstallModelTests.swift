import Foundation
import Models
import Testing

@Suite struct InstallModelTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/install-model").path

    /// Runs the script with a python3 that fails, so that neither the network nor an archive can be touched.
    private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let tools = try TemporaryFolder()
        try tools.write(Data("#!/bin/sh\nexit 97\n".utf8), to: "python3")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tools.path + "/python3")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.script)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = tools.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test(.disabled(if: InstalledModel.isSkipped, "AGENT_MEMORY_TEST_SKIP names model"))
    func leavesACompleteModelAlone() throws {
        let result = try run([InstalledModel.directory.path])
        #expect(result.status == 0)
        #expect(result.output.contains("already installed"))
    }

    @Test func neverReplacesAFolderWithOtherFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write(Data("mine".utf8), to: "model.safetensors")
        let result = try run([folder.path])
        #expect(result.status == 1)
        #expect(result.output.contains("holds something else"))
        #expect(try String(contentsOfFile: folder.path + "/model.safetensors", encoding: .utf8) == "mine")
    }

    @Test func leavesNothingBehindWhenTheDownloadFails() throws {
        let folder = try TemporaryFolder()
        let result = try run([folder.path + "/new/model"])
        #expect(result.status != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new").isEmpty)
    }
}
