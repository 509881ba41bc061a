import Memories
import Records
import Synchronization
import Testing

@Suite("Short-term memory") struct ShortTermTests {
    private let clock = TestClock()
    private let session = Scope(app: "app", user: "user", session: "s")

    private func make(
        _ factory: MemoryStoreFactory, messages: Int = 10, tokens: Int = 1_000, lifetime: Double? = nil
    ) async throws -> ShortTermMemory {
        let clock = clock
        return try await ShortTermMemory(
            try await factory.makeRecords(),
            configuration: ShortTermConfiguration(
                maximumMessages: messages, maximumTokens: tokens, lifetime: lifetime, clock: { clock.now }))
    }

    @Test(arguments: MemoryStoreFactory.all) func aConversationComesBackInOrder(_ factory: MemoryStoreFactory)
        async throws
    {
        let memory = try await make(factory)
        let added = try await memory.append(
            [
                NewMessage("user", "Where is the harbour?", name: "Ann", metadata: ["n": .int(1)]),
                NewMessage("assistant", "In the north."),
            ], in: session)
        try await memory.append([NewMessage("user", "")], in: session)
        let found = try await memory.messages(in: session)
        #expect(Array(found.prefix(2)) == added)
        #expect(found.map(\.content) == ["Where is the harbour?", "In the north.", ""])
        #expect(found[0].name == "Ann" && found[0].metadata == ["n": .int(1)] && found[0].tokens == 6)
        #expect(try await memory.messages(in: session, limit: 1).map(\.content) == [""])
        #expect(try await memory.messages(in: Scope(app: "app", user: "user", session: "t")).isEmpty)
        #expect(try await memory.messages(in: Scope(app: "app", user: "other", session: "s")).isEmpty)
    }

    /// What is read never exceeds the bounds, and what has left is deleted: the store holds little more.
    @Test(arguments: MemoryStoreFactory.all) func theBoundsHold(_ factory: MemoryStoreFactory) async throws {
        let memory = try await make(factory, messages: 10, tokens: 50)
        for number in 0..<60 { try await memory.append([NewMessage("user", "m\(number)")], in: session) }
        #expect(try await memory.messages(in: session).map(\.content) == (50..<60).map { "m\($0)" })
        let stored = try await memory.records.read(.count("buffered_message", .all), in: session.partition).count
        #expect(stored <= 27)
        #expect(
            try await memory.records.read(.counter("buffer_messages/s"), in: session.partition).count == stored)

        // Forty tokens leave room for ten of the messages before.
        try await memory.append([NewMessage("user", String(repeating: "x", count: 160))], in: session)
        #expect(try await memory.messages(in: session).map(\.tokens) == Array(repeating: 1, count: 9) + [40])
        try await memory.append([NewMessage("user", String(repeating: "y", count: 80))], in: session)
        #expect(try await memory.messages(in: session).map(\.tokens) == [20])
        let error = await #expect(throws: MemoryError.self) {
            try await memory.append([NewMessage("user", String(repeating: "z", count: 204))], in: session)
        }
        #expect(error?.code == .invalid && error?.message.contains("51 tokens; the limit is 50") == true)
    }

    /// Few long messages leave the store as many short ones do.
    @Test(arguments: MemoryStoreFactory.all) func tokensBoundTheStoreToo(_ factory: MemoryStoreFactory) async throws {
        let memory = try await make(factory, messages: 1_000, tokens: 50)
        for _ in 0..<30 {
            try await memory.append([NewMessage("user", String(repeating: "x", count: 40))], in: session)
        }
        #expect(try await memory.messages(in: session).map(\.tokens) == Array(repeating: 10, count: 5))
        let stored = try await memory.records.read(.count("buffered_message", .all), in: session.partition).count
        #expect(stored <= 7)
        #expect(
            try await memory.records.read(.counter("buffer_tokens/s"), in: session.partition).count == 10 * stored)
    }

    /// What expires sooner than what is older leaves no room for more than the bound.
    @Test(arguments: MemoryStoreFactory.all) func theBoundHoldsAroundWhatExpired(_ factory: MemoryStoreFactory)
        async throws
    {
        let short = try await make(factory, messages: 2, lifetime: 60)
        let clock = clock
        let long = try await ShortTermMemory(
            short.records,
            configuration: ShortTermConfiguration(maximumMessages: 2, lifetime: nil, clock: { clock.now }))
        for text in ["1", "2", "3"] { try await long.append([NewMessage("user", text)], in: session) }
        try await short.append([NewMessage("user", "gone")], in: session)
        try await long.append([NewMessage("user", "5")], in: session)
        clock.advance(seconds: 60)
        #expect(try await long.messages(in: session).map(\.content) == ["3", "5"])
        #expect(try await long.messages(in: session, limit: 1).map(\.content) == ["5"])
    }

    @Test(arguments: MemoryStoreFactory.all) func aFollowerSeesWhatComesAfterItBegan(_ factory: MemoryStoreFactory)
        async throws
    {
        let memory = try await make(factory)
        try await memory.append([NewMessage("user", "before")], in: session)
        let stream = try await memory.follow(session)
        try await memory.append([NewMessage("user", "after")], in: session)
        for try await message in stream {
            #expect(message.content == "after")
            break
        }
    }

    @Test(arguments: MemoryStoreFactory.all) func aLostAnswerIsAskedForAgain(_ factory: MemoryStoreFactory) async throws
    {
        let records = ForgetfulRecords(try await factory.makeRecords())
        let memory = try await ShortTermMemory(records)
        for text in ["first", "second"] {
            records.forgets.withLock { $0 = true }
            try await memory.append([NewMessage("user", text)], in: session)
        }
        #expect(try await memory.messages(in: session).map(\.content) == ["first", "second"])
        #expect(try await records.read(.counter("buffer_messages/s"), in: session.partition).count == 2)
        records.forgets.withLock { $0 = true }
        try await memory.clear(in: session)
        #expect(try await memory.messages(in: session).isEmpty)
        #expect(try await records.read(.counter("buffer_messages/s"), in: session.partition).count == 0)
    }

    @Test(arguments: MemoryStoreFactory.all) func messagesExpire(_ factory: MemoryStoreFactory) async throws {
        let memory = try await make(factory, lifetime: 60)
        let other = Scope(app: "app", user: "other", session: "s")
        try await memory.append([NewMessage("user", "first")], in: session)
        try await memory.append([NewMessage("user", "elsewhere")], in: other)
        clock.advance(seconds: 30)
        try await memory.append([NewMessage("user", "second")], in: session)
        #expect(try await memory.sweep() == 0)
        clock.advance(seconds: 30)
        #expect(try await memory.messages(in: session).map(\.content) == ["second"])
        #expect(try await memory.sweep() == 2)
        #expect(try await memory.records.read(.count("buffered_message", .all), in: other.partition).count == 0)
        #expect(try await memory.records.read(.counter("buffer_tokens/s"), in: other.partition).count == 0)
        #expect(try await memory.messages(in: session).count == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func aSessionOrAUserIsForgotten(_ factory: MemoryStoreFactory)
        async throws
    {
        let memory = try await make(factory)
        let second = Scope(app: "app", user: "user", session: "t")
        for scope in [session, second] { try await memory.append([NewMessage("user", "x")], in: scope) }
        try await memory.clear(in: session)
        #expect(try await memory.messages(in: session).isEmpty)
        #expect(try await memory.messages(in: second).count == 1)
        try await memory.clear(in: Scope(app: "app", user: "user"))
        #expect(try await memory.messages(in: second).isEmpty)
    }

    /// Sixteen agents share a session: every message has a number of its own, a follower sees each once and in order.
    @Test(.timeLimit(.minutes(10)), arguments: MemoryStoreFactory.all)
    func agentsShareAConversation(_ factory: MemoryStoreFactory) async throws {
        let memory = try await make(factory, messages: 200, tokens: 100_000)
        let stream = try await memory.follow(session)
        let reader = Task {
            var seen: [Int64] = []
            for try await message in stream {
                seen.append(message.sequence)
                if seen.count == 96 { break }
            }
            return seen
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in 0..<16 {
                group.addTask {
                    for number in 0..<6 {
                        try await memory.append(
                            [NewMessage("assistant", "\(agent)/\(number)", name: "agent \(agent)")], in: session)
                    }
                }
            }
            try await group.waitForAll()
        }
        let seen = try await reader.value
        #expect(seen == seen.sorted() && Set(seen).count == 96)
        let found = try await memory.messages(in: session)
        #expect(found.map(\.sequence) == seen)
        for agent in 0..<16 {
            let own = found.filter { $0.name == "agent \(agent)" }.map(\.content)
            #expect(own == (0..<6).map { "\(agent)/\($0)" })
        }
    }

    @Test func wrongInputIsNamed() async throws {
        let memory = try await make(MemoryStoreFactory.all[0])
        func message(_ messages: [NewMessage], _ scope: Scope) async -> String {
            do {
                try await memory.append(messages, in: scope)
                return "nothing"
            } catch {
                return error.message
            }
        }
        #expect(await message([NewMessage("user", "x")], Scope(app: "a", user: "u")) == "session is required")
        #expect(await message([], session) == "messages must be 1 to 10, not 0")
        #expect(await message([NewMessage("", "x")], session).hasPrefix("messages[0].role has 0 bytes"))
        #expect(
            await message([NewMessage("user", "a\0b")], session) == "messages[0].content must not contain U+0000")
        await #expect(throws: MemoryError.self) {
            try await ShortTermMemory(
                memory.records, configuration: ShortTermConfiguration(maximumMessages: 0))
        }
    }
}

/// A store whose next commit happens, but is not answered.
private final class ForgetfulRecords: RecordStore {
    private let base: any RecordStore
    let forgets = Mutex(false)

    init(_ base: any RecordStore) { self.base = base }

    var capabilities: Capabilities { base.capabilities }
    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        let results = await base.commit(batches)
        let isForgotten = forgets.withLock { forgets in
            defer { forgets = false }
            return forgets
        }
        return isForgotten
            ? results.map { _ in .failure(StoreError(.outcomeUnknown, "the connection broke")) } : results
    }
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await base.read(reads, in: partition, atLeast: atLeast)
    }
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
