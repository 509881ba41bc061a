import Foundation
import Testing

@Suite("Processes that crash or compete", .serialized)
struct CrashTests {
    /// An id on standard output is a promise: whatever happens to the process, the memory is there, whole.
    @Test func thirtyKillsLoseNothingAcknowledged() throws {
        let folder = try ProcessFolder()
        let program = Program(folder)
        var acknowledged: [String: String] = [:]
        var random = SystemRandomNumberGenerator()
        for round in 0..<30 {
            let process = program.process(["add", "-", "--topic", "crash"])
            let input = Pipe()
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let lines = (0..<2_000).map { "round \(round) memory \($0) about the harbour in the north" }
            let feeder = Thread {
                // The pipe breaks when the process dies; that is what the test is about.
                try? input.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
            }
            feeder.start()
            let wanted = Int.random(in: 1...40, using: &random)
            var text = ""
            while text.split(separator: "\n").count < wanted {
                let data = output.fileHandleForReading.availableData
                if data.isEmpty { break }
                text += String(decoding: data, as: UTF8.self)
            }
            kill(process.processIdentifier, SIGKILL)
            text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            // Ids come in the order of the lines; the last may be cut off.
            let ids = text.split(separator: "\n").filter { $0.utf8.count == 36 }
            #expect(ids.count >= 1, "the process wrote before it was killed")
            for (id, line) in zip(ids, lines) { acknowledged[String(id)] = line }
        }
        let found = try program.json(["list", "--limit", "10000"])
        let rows = try #require(found["results"] as? [[String: Any]])
        var stored: [String: String] = [:]
        for row in rows {
            let id = try #require(row["id"] as? String)
            stored[id] = try #require(row["memory"] as? String)
            #expect(row["topics"] as? [String] == ["crash"], "no memory is half there")
        }
        #expect(acknowledged.count >= 30)
        for (id, line) in acknowledged { #expect(stored[id] == line, "an acknowledged memory is missing") }
        // What was stored without being acknowledged is whole, and found by words like everything else.
        let search = try program.json(["search", "harbour north", "--limit", "5"])
        #expect((search["count"] as? Int ?? 0) >= 1)
    }

    @Test func twoProcessesWriteOneFileWithExactTotals() throws {
        let folder = try ProcessFolder()
        let program = Program(folder)
        let count = 400
        let outcomes = (0..<2).map { number -> (Process, Pipe, Pipe, Pipe) in
            let process = program.process(["add", "-"])
            let (input, output, errors) = (Pipe(), Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            process.standardError = errors
            return (process, input, output, errors)
        }
        for (number, (process, input, _, _)) in outcomes.enumerated() {
            try process.run()
            Thread {
                let lines = (0..<count).map { "process \(number) memory \($0)\n" }.joined()
                try? input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
                try? input.fileHandleForWriting.close()
            }.start()
        }
        var ids: Set<String> = []
        for (process, _, output, errors) in outcomes {
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(complaints.isEmpty, "no process saw an error")
            ids.formUnion(text.split(separator: "\n").map(String.init))
        }
        #expect(ids.count == 2 * count)
        let found = try program.json(["list", "--limit", "10000"])
        #expect(found["count"] as? Int == 2 * count)
    }

    @Test func theLimitIsExactAmongProcesses() throws {
        let folder = try ProcessFolder()
        let program = Program(folder, options: "?limit=50")
        let processes = try (0..<3).map { number -> (Process, Pipe) in
            let process = program.process(["add", "-"])
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread {
                let lines = (0..<40).map { "process \(number) memory \($0)\n" }.joined()
                try? input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
                try? input.fileHandleForWriting.close()
            }.start()
            return (process, output)
        }
        var added = 0
        for (process, output) in processes {
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            added += text.split(separator: "\n").count
            process.waitUntilExit()
        }
        #expect(added == 50)
        #expect(try program.json(["list", "--limit", "10000"])["count"] as? Int == 50)
        let refused = try program.run(["add", "one more"])
        #expect(refused.status == 6)
        #expect(refused.errors.contains("memory limit exceeded for user u, limit: 50, current: 50"))
    }

    /// The set-up of a file is killed ever later; whatever it had done, the next one finishes it.
    @Test func aPreparationThatIsKilledAnywhereIsFinishedByTheNext() throws {
        var unfinished = 0
        for round in 0..<25 {
            let folder = try ProcessFolder()
            let program = Program(folder)
            let process = program.process(["migrate", "up"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(round) * 1_500)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { unfinished += 1 }
            let up = try program.run(["migrate", "up"])
            #expect(up.status == 0, "round \(round): \(up.errors)")
            #expect(up.output.contains("applied") && !up.output.contains("pending"))
            #expect(try program.run(["add", "after the kill"]).status == 0)
        }
        #expect(unfinished > 0, "some were killed before their end")
    }
}
