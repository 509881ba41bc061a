import Access
import AgentMemoryClient
import Foundation
import HTTPServer
import InMemoryRecords
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Retrieval
import Testing
import Transcripts

/// A real server on a free port, and a client of it.
private struct LiveServer {
    let client: AgentMemoryClient
    let keyed: AgentMemoryClient
    private let server: HTTPServer

    /// - Parameter token: The key that is needed; nil lets everybody in.
    init(needsKeys: Bool = false) async throws {
        let records = InMemoryRecords()
        let keys = try await AccessKeys(records)
        let token = try await keys.create(
            name: "", permissions: [.read, .write], app: "app", user: "alice"
        ).token
        let services = Services(
            memories: try await MemoryStore(records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true)),
            transcripts: try await TranscriptStore(
                records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true)),
            shortTerm: try await ShortTermMemory(records))
        let transcripts = try #require(services.transcripts)
        let service = MemoryService(
            [
                WatchRoutes(services.memories), FollowRoutes(transcripts),
                MemoryRoutes(services, idempotency: try await IdempotencyKeys(records)),
            ], origins: OriginPolicy(isLoopback: true), keys: needsKeys ? keys : nil,
            metrics: ServerMetrics(version: "test"))
        server = HTTPServer(configuration: HTTPServer.Configuration(host: "127.0.0.1", port: 0)) { request in
            await service.respond(to: request)
        }
        let url = try #require(URL(string: "http://127.0.0.1:\(try server.start())/"))
        client = AgentMemoryClient(url: url)
        keyed = AgentMemoryClient(url: url, key: token)
    }

    func stop() async { await server.stop(drainSeconds: 1) }
}

@Suite("The client against a server") struct LiveTests {
    private let alice = Scope(app: "app", user: "al/ice é")

    @Test func memories() async throws {
        let live = try await LiveServer()
        let added = try await live.client.addMemory(
            memory: "Met Bob in Kyoto", topics: ["travel"], kind: .episode,
            eventTime: Timestamp(microseconds: 1_700_000_000_123_456), metadata: ["n": .array([.int(1), .null])],
            idempotencyKey: "k", in: alice)
        #expect(added.created)
        #expect(
            try await live.client.addMemory(
                memory: "Met Bob in Kyoto", topics: ["travel"], kind: .episode,
                eventTime: Timestamp(microseconds: 1_700_000_000_123_456),
                metadata: ["n": .array([.int(1), .null])], idempotencyKey: "k", in: alice) == added)
        let got = try await live.client.getMemory(id: added.id, in: alice)
        #expect(got.eventTime == Timestamp(microseconds: 1_700_000_000_123_456))
        #expect((got.kind, got.metadata) == ("episode", ["n": .array([.int(1), .null])]))
        let found = try await live.client.searchMemories(query: "kyoto", mode: .lexical, explain: true, in: alice)
        #expect(found.results.map(\.id) == [added.id])
        let cleared = try await live.client.updateMemory(
            id: added.id, eventTime: .clear, importance: .set(0.5), in: alice)
        #expect((cleared.eventTime, cleared.importance, cleared.revision) == (nil, 0.5, 2))
        let batch = try await live.client.addMemories(
            memories: [.init(memory: "one"), .init(memory: " ")], in: alice)
        #expect((batch.failed, batch.results[1].error?.code) == (1, "invalid"))
        #expect(try await live.client.listMemories(topics: ["travel"], in: alice).count == 1)
        #expect(try await live.client.countMemories(in: Scope(app: "app", user: "bob")).count == 0)
        let lines = try await live.client.exportMemories(in: alice)
        let copy = try await live.client.importMemories(document: lines, in: Scope(app: "app", user: "bob"))
        #expect((copy.created, copy.versions) == (2, 1))
        try await live.client.deleteMemory(id: added.id, in: alice)
        do {
            _ = try await live.client.getMemory(id: added.id, in: alice)
            Issue.record("a deleted memory was found")
        } catch {
            #expect(error.code == .notFound)
        }
        await live.stop()
    }

    @Test func transcripts() async throws {
        let live = try await LiveServer()
        let session = try await live.client.createSession(id: "chat/1 é?", title: "Tea", labels: ["a": "b"], in: alice)
        #expect((session.id, session.created, session.labels) == ("chat/1 é?", true, ["a": "b"]))
        let appended = try await live.client.appendEvents(
            session: session.id,
            events: [
                .init(type: "user_message", content: "Which tea?", key: "k1"),
                .init(
                    type: "assistant_message",
                    stateChanges: [.init(scope: .session, name: "step", value: .int(1))],
                    payload: .init(
                        parts: [
                            .init(type: "text", text: "Sencha"),
                            .init(type: "image", media: .init(data: "AAEC", mediaType: "image/png")),
                        ], model: "m")),
            ], in: alice)
        #expect(appended.results.map(\.sequence) == [1, 2])
        let listed = try await live.client.listEvents(session: session.id, descending: true, limit: 1, in: alice)
        #expect((listed.results.map(\.sequence), listed.next) == ([2], 2))
        #expect(listed.results[0].payload?["model"] == .string("m"))
        #expect(try await live.client.readSessionState(session: session.id, in: alice).state == ["step": .int(1)])
        let document = try await live.client.exportSession(session: session.id, format: .yaml, in: alice)
        #expect(document.hasPrefix("format: agent-memory.session"))
        let run = try await live.client.startRun(agent: "a", session: session.id, in: alice)
        let ended = try await live.client.updateRun(
            run: run.id, end: .init(status: .completed, outcome: .init(result: "{}")), in: alice)
        #expect((ended.changed, ended.run.status, ended.run.outcome?.result) == (true, "completed", "{}"))
        #expect(try await live.client.findRun(run: run.id).results.map(\.user) == [alice.user])
        do {
            try await live.client.purgeSession(session: session.id, in: alice)
            Issue.record("an active session was purged")
        } catch {
            #expect(error.code.rawValue == "session_active")
        }
        await live.stop()
    }

    @Test func eventsAreFollowedAsTheyCome() async throws {
        let live = try await LiveServer()
        _ = try await live.client.createSession(id: "s", in: alice)
        _ = try await live.client.appendEvents(
            session: "s", events: [.init(type: "user_message", content: "one")], in: alice)
        let events = try await live.client.followSession("s", endsWhenOver: true, in: alice)
        var seen: [Int] = []
        for try await event in events {
            seen.append(event.sequence)
            if event.sequence < 4 {
                _ = try await live.client.appendEvents(
                    session: "s", events: [.init(type: "user_message", content: "after \(event.sequence)")], in: alice)
            } else {
                try await live.client.endSession(session: "s", in: alice)
            }
        }
        #expect(seen == [1, 2, 3, 4])
        do {
            _ = try await live.client.followSession("none", in: alice)
            Issue.record("there is no such session")
        } catch {
            #expect(error.code == .notFound)
        }
        await live.stop()
    }

    @Test func aNumberThatJSONCannotSayIsRefusedByItsName() async throws {
        let live = try await LiveServer()
        do {
            _ = try await live.client.searchMemories(query: "tea", minimumScore: .nan, in: alice)
            Issue.record("NaN was left out")
        } catch {
            #expect(error.code == .invalid)
            #expect(error.message.contains("minimum_score"))
        }
        do {
            _ = try await live.client.addMemories(
                memories: [.init(memory: "one", importance: 0.5), .init(memory: "two", importance: .infinity)],
                in: alice)
            Issue.record("an infinite number was left out")
        } catch {
            #expect(error.code == .invalid)
            #expect(error.message.contains("memories[1]: importance"))
        }
        #expect(try await live.client.countMemories(in: alice).count == 0)
        await live.stop()
    }

    @Test func keysAndErrors() async throws {
        let live = try await LiveServer(needsKeys: true)
        let own = Scope(app: "app", user: "alice")
        #expect(try await live.keyed.addMemory(memory: "x", in: own).created)
        func code(_ body: () async throws -> Void) async -> String? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? MemoryError)?.code.rawValue
            }
        }
        #expect(await code { _ = try await live.client.countMemories(in: own) } == "unauthenticated")
        #expect(await code { _ = try await live.keyed.countMemories(in: alice) } == "forbidden")
        #expect(await code { _ = try await live.keyed.clearMemories(in: own) } == "forbidden")
        #expect(await code { _ = try await live.keyed.addMemory(memory: " ", in: own) } == "invalid")
        // What all users share is not a user's to change.
        let change = AgentMemoryClient.StateChange(scope: .app, name: "x", value: .int(1))
        #expect(await code { _ = try await live.keyed.createSession(state: [change], in: own) } == "forbidden")
        await live.stop()
        #expect(await code { _ = try await live.keyed.countMemories(in: own) } == "unavailable")
    }
}
