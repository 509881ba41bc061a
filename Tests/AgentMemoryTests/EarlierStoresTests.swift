#if SQLite
    import AgentMemory
    import Blocks
    import Checkpoints
    import Foundation
    import KeyValues
    import MemoryFiles
    import Records
    import TestStores
    import Testing
    import Transcripts

    /// A whole store that an earlier version wrote is opened, read and written: what would refuse it must not be changed.
    ///
    /// `AGENT_MEMORY_WRITE_STORE=PATH` makes the contents in a store there, so that a later version can be given its own.
    @Suite("Whole stores of earlier versions") struct EarlierStoresTests {
        private static let scope = Scope(app: "fixture", user: "ada")
        private static let owner = Owner(app: "fixture", user: "ada")
        private static let configuration = AgentMemory.Configuration(embedder: .none)
        private static let message = Message("The harbour is closed on Sundays ☂")
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private static func checkpoint(_ number: Int64, parent: String?) -> NewCheckpoint {
            NewCheckpoint(
                id: "c\(number)", parent: parent, state: TypedBytes(type: "json", bytes: Array("{}".utf8)),
                versions: [ChannelVersion("messages", .int(number)), ChannelVersion("kept", .int(1))],
                changes: [
                    ChannelChange("messages", .int(number), TypedBytes(type: "json", bytes: [UInt8(number)]))
                ] + (parent == nil ? [ChannelChange("kept", .int(1), TypedBytes(type: "json", bytes: [7]))] : []),
                metadata: ["source": .string("loop"), "run_id": .string("r")])
        }

        private func fill(_ memory: AgentMemory) async throws {
            try await memory.add("Ada lives in Milan", topics: ["home"], in: Self.scope)
            let transcripts = try await memory.transcripts()
            try await transcripts.createSession(NewSession(id: "s", title: "Harbours"), in: Self.owner)
            try await transcripts.startRun(NewRun(id: "r", agent: "a", session: "s"), in: Self.owner)
            try await transcripts.append(
                [NewEvent(.userMessage(Self.message), key: "k")], to: .run("r"), in: Self.owner)
            let checkpoints = try await memory.checkpoints()
            try await checkpoints.put(Self.checkpoint(1, parent: nil), thread: "t")
            let latest = try await checkpoints.put(Self.checkpoint(2, parent: "c1"), thread: "t")
            try await checkpoints.putWrites(
                [NewWrite("messages", TypedBytes(type: "json", bytes: [9]))], task: "task", after: latest)
            try await memory.keyValues().put(["likes": .string("tea")], for: "profile", in: ["users", "ada"])
            let create = #"{"command":"create","path":"/memories/notes","file_text":"Milan has no harbour"}"#
            _ = try await memory.claudeMemoryTool(for: Self.scope).call(try JSONValue(parsing: create))
            _ = try await memory.blocks(for: Self.scope).create(NewBlock("human", "Likes tea"))
        }

        private func check(_ memory: AgentMemory, puts: Int64) async throws {
            #expect(try await memory.search("milan", in: Self.scope).map(\.memory.content) == ["Ada lives in Milan"])
            let transcripts = try await memory.transcripts()
            #expect(try await transcripts.session("s", in: Self.owner).title == "Harbours")
            let events = try await transcripts.events(in: .run("r"), of: Self.owner).events
            #expect(events.first?.payload == .userMessage(Self.message))
            #expect(try await transcripts.findRuns("r").count == 1)
            let found = try await memory.checkpoints().get(CheckpointAddress(thread: "t"))
            #expect(found?.checkpoint.id == "c\(puts)" && found?.checkpoint.values.count == 2)
            #expect(found?.pendingWrites.count == (puts == 2 ? 1 : 0))
            let item = try await memory.keyValues().get("profile", in: ["users", "ada"])
            #expect(item?.value["likes"] == .string("tea"))
            let view = try JSONValue(parsing: #"{"command":"view","path":"/memories/notes"}"#)
            let file = try await memory.claudeMemoryTool(for: Self.scope).call(view)
            #expect(!file.isError && file.content.contains("Milan has no harbour"))
            #expect(try await memory.blocks(for: Self.scope).count() == 1)
        }

        @Test func theFirstStoreIsReadAndWritten() async throws {
            if let path = ProcessInfo.processInfo.environment["AGENT_MEMORY_WRITE_STORE"] {
                let memory = try await AgentMemory.open("sqlite:" + path, configuration: Self.configuration)
                try await fill(memory)
                await memory.close()
            }
            let fixture = try #require(
                Bundle.module.path(forResource: "store-0.1", ofType: "db", inDirectory: "Fixtures"))
            let path = folder.path + "/store.db"
            try FileManager.default.copyItem(atPath: fixture, toPath: path)
            for puts in [Int64(2), 3] {
                let memory = try await AgentMemory.open("sqlite:" + path, configuration: Self.configuration)
                try await check(memory, puts: puts)
                try await memory.checkpoints().put(
                    Self.checkpoint(puts + 1, parent: "c\(puts)"), thread: "t")
                try await memory.transcripts().append(
                    [NewEvent(.assistantMessage(Self.message), key: "round \(puts)")], to: .run("r"), in: Self.owner)
                await memory.close()
            }
            let memory = try await AgentMemory.open("sqlite:" + path, configuration: Self.configuration)
            #expect(try await memory.checkpoints().delete(runs: ["r"]).checkpoints == 4)
            await memory.close()
        }
    }
#endif
