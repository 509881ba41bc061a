import AgentMemory
import Checkpoints
import Foundation
import Graph
import InMemoryRecords
import Records
import TestStores
import Testing
import Transcripts

@Suite("Where domains are placed")
struct PlacementTests {
    private static let owner = Owner(app: "app", user: "user")
    private static let scope = Scope(app: "app", user: "user")
    private static let lexical = AgentMemory.Configuration(embedder: .none)

    private func count(_ store: any RecordStore, _ types: [RecordType]) async throws -> Int {
        try await store.prepare(types)
        var count = 0
        for type in types { count += try await store.read(.count(type.name, .all), in: Self.owner.partition).count }
        return count
    }

    @Test func eachDomainHasItsOwnStore() async throws {
        let (memories, transcripts) = (InMemoryRecords(), InMemoryRecords())
        let memory = try await AgentMemory.open(
            memories: .store(memories), transcripts: .store(transcripts), configuration: Self.lexical)
        try await memory.add("Prefers tea", in: Self.scope)
        try await memory.transcripts().createSession(NewSession(id: "s"), in: Self.owner)
        let state = TypedBytes(type: "json", bytes: Array("{}".utf8))
        let address = try await memory.checkpoints().put(NewCheckpoint(id: "1", state: state), thread: "t")
        #expect(try await CheckpointStore(memories).get(address) == nil)
        #expect(try await CheckpointStore(transcripts).get(address)?.checkpoint.state == state)
        #expect(try await count(memories, [TranscriptRecords.session]) == 0)
        #expect(try await count(transcripts, [TranscriptRecords.session]) == 1)
        await memory.close()
        await #expect(throws: CheckpointError.self) { _ = try await memory.checkpoints() }
        // A store of the caller's stays open.
        #expect(try await count(memories, [TranscriptRecords.session]) == 0)
        #expect(try await count(transcripts, [TranscriptRecords.session]) == 1)
    }

    @Test func theGraphHasItsOwnStore() async throws {
        let (memories, graphs) = (InMemoryRecords(), InMemoryRecords())
        let memory = try await AgentMemory.open(
            memories: .store(memories), graph: .store(graphs), configuration: Self.lexical)
        let graph = try await memory.graph()
        let alice = try await graph.add(NewEntity(name: "Alice", type: "person"), in: Self.owner).entity
        #expect(try await count(memories, GraphRecords.all) == 0)
        #expect(try await count(graphs, [GraphRecords.entity]) == 1)
        await memory.close()
        await #expect(throws: MemoryError.self) { _ = try await memory.graph() }
        await #expect(throws: GraphError.self) { _ = try await graph.entity(alice.id, in: Self.owner) }
        // A store of the caller's stays open.
        #expect(try await count(graphs, [GraphRecords.entity]) == 1)
    }

    @Test func theGraphIsPlacedByURL() async throws {
        let folder = try TemporaryFolder()
        func open() async throws -> AgentMemory {
            try await AgentMemory.open(
                memories: "memory:", graph: .url("sqlite:\(folder.path)/graph.db"), configuration: Self.lexical)
        }
        var memory = try await open()
        try await memory.graph().add(NewEntity(name: "Alice", type: "person"), in: Self.owner)
        await memory.close()
        memory = try await open()
        let found = try await memory.graph().entities(EntityQuery(name: "ALICE"), in: Self.owner).entities
        #expect(found.map(\.name) == ["Alice"])
        await memory.close()
    }

    @Test func aGraphOfTheCallersIsUsedAndStaysOpen() async throws {
        let ours = try await GraphStore(InMemoryRecords())
        let memory = try await AgentMemory.open(memories: "memory:", graph: .graph(ours), configuration: Self.lexical)
        #expect(try await memory.graph() as? GraphStore === ours)
        await memory.close()
        #expect(try await ours.add(NewEntity(name: "Alice", type: "person"), in: Self.owner).created)
    }

    @Test func withoutAPlaceTheyLieTogether() async throws {
        let records = InMemoryRecords()
        let memory = try await AgentMemory.open(memories: .store(records), configuration: Self.lexical)
        async let first = memory.transcripts()
        async let second = memory.transcripts()
        #expect(try await first === second)
        let store = try await memory.transcripts()
        try await store.createSession(NewSession(id: "s"), in: Self.owner)
        #expect(try await count(records, [TranscriptRecords.session]) == 1)
        try await memory.graph().add(NewEntity(name: "Alice", type: "person"), in: Self.owner)
        #expect(try await count(records, [GraphRecords.entity]) == 1)
        // The memories of a session go with it on request, others stay.
        var inSession = Self.scope
        inSession.session = "s"
        try await memory.add("Said in the session", in: inSession)
        try await memory.add("Said elsewhere", in: Self.scope)
        try await store.endSession("s", in: Self.owner)
        #expect(try await store.purgeSession("s", in: Self.owner, includingMemories: true).includesMemories)
        #expect(try await memory.load(in: Self.scope).map(\.content) == ["Said elsewhere"])
        await memory.close()
        await #expect(throws: MemoryError.self) { _ = try await memory.transcripts() }
    }

    @Test func theConversationAtHandGoesWithItsSession() async throws {
        let transcripts = InMemoryRecords()
        let memory = try await AgentMemory.open(
            memories: "memory:", transcripts: .store(transcripts), configuration: Self.lexical)
        let (store, buffers) = (try await memory.transcripts(), try await memory.shortTerm())
        for session in ["s", "t"] {
            try await store.createSession(NewSession(id: session), in: Self.owner)
            try await buffers.append(
                [NewMessage("user", "Which tea?")], in: Scope(app: "app", user: "user", session: session))
        }
        try await store.endSession("s", in: Self.owner)
        // The memories stay unless they are asked for; what was said in the session is the session's.
        try await memory.add("Said in the session", in: Scope(app: "app", user: "user", session: "s"))
        try await store.purgeSession("s", in: Self.owner)
        #expect(try await buffers.messages(in: Scope(app: "app", user: "user", session: "s")).isEmpty)
        #expect(try await buffers.messages(in: Scope(app: "app", user: "user", session: "t")).count == 1)
        #expect(try await memory.load(in: Self.scope).count == 1)
        await memory.close()
    }

    @Test(arguments: ["transcripts", "graph"]) func aPlaceThatIsWrongIsToldAtOnce(_ domain: String) async throws {
        do {
            let isGraph = domain == "graph"
            _ = try await AgentMemory.open(
                memories: "memory:", transcripts: isGraph ? nil : "nowhere:x", graph: isGraph ? "nowhere:x" : nil,
                configuration: Self.lexical)
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .invalid && error.message.contains("nowhere"))
        }
    }
}
