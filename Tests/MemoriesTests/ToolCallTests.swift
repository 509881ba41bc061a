import Memories
import Records
import Testing

@Suite struct ToolCallTests {
    private static let everything = ToolConfiguration(enabled: [.delete: true, .clear: true])
    private let clock = TestClock()

    private func store(_ factory: MemoryStoreFactory) async throws -> MemoryStore {
        let clock = clock
        return try await factory.makeStore(.lexical { $0.clock = { clock.now } })
    }

    private func tools(_ store: MemoryStore, _ scope: Scope = .test) -> MemoryToolSet {
        store.tools(for: scope, configuration: Self.everything)
    }

    /// The members of a successful answer.
    private func call(
        _ tools: MemoryToolSet, _ name: ToolName, _ arguments: String, _ location: SourceLocation = #_sourceLocation
    ) async throws -> [String: JSONValue] {
        let result = await tools.call(name.rawValue, arguments: arguments)
        #expect(!result.isError, "\(result.text)", sourceLocation: location)
        guard case .object(let members) = result.content else { return [:] }
        return members
    }

    private func message(_ tools: MemoryToolSet, _ name: String, _ arguments: String) async -> String {
        let result = await tools.call(name, arguments: arguments)
        guard result.isError, case .string(let message) = result.content.value(at: ["error", "message"]) else {
            return ""
        }
        return message
    }

    private func contents(_ answer: [String: JSONValue]) -> [String] {
        guard case .array(let results) = answer["results"] else { return [] }
        return results.map { if case .string(let text) = $0.value(at: ["memory"]) { text } else { "" } }
    }

    @Test(arguments: MemoryStoreFactory.all) func aMemoryFromAddToDelete(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory)
        let tools = tools(store)
        let added = try await call(
            tools, .add,
            #"{"memory": "Went hiking", "topics": [" sport ", "sport"], "memory_kind": "episode", "event_time": "May 2024","#
                + #" "participants": ["Ann"], "location": "Kyoto"}"#)
        let id = try #require(try await store.list(in: .test).memories.first).id
        #expect(
            added == [
                "message": .string("Memory added successfully"), "memory_id": .string(id), "created": .bool(true),
                "memory": .string("Went hiking"), "topics": .array([.string("sport")]),
            ])
        let loaded = try await call(tools, .load, "")
        let time = clock.now.description
        let result: [String: JSONValue] = [
            "id": .string(id), "memory": .string("Went hiking"), "topics": .array([.string("sport")]),
            "kind": .string("episode"), "created": .string(time), "updated": .string(time),
            "event_time": .string("2024-05-01T00:00:00.000000Z"), "participants": .array([.string("Ann")]),
            "location": .string("Kyoto"),
        ]
        #expect(
            loaded == [
                "limit": .int(10), "count": .int(1), "has_more": .bool(false), "results": .array([.object(result)]),
            ])

        let updated = try await call(
            tools, .update, #"{"memory_id": "\#(id)", "memory": "Went biking", "location": "", "event_time": " "}"#)
        #expect(
            updated == [
                "message": .string("Memory updated successfully"), "memory_id": .string(id),
                "memory": .string("Went biking"), "topics": .array([.string("sport")]),
            ])
        let memory = try await store.get(id, in: .test)
        #expect(memory.location == nil)
        #expect(memory.eventTime == nil)
        #expect(memory.participants == ["Ann"])
        #expect(memory.kind == .episode)

        #expect(
            try await call(tools, .delete, #"{"memory_id": "\#(id)"}"#) == [
                "message": .string("Memory deleted successfully"), "memory_id": .string(id),
            ])
        #expect(try await store.count(in: .test) == 0)
    }

    @Test(arguments: MemoryStoreFactory.all) func addingAgainAnswersTheID(_ factory: MemoryStoreFactory) async throws {
        let tools = tools(try await store(factory))
        let first = try await call(tools, .add, #"{"memory": "Likes coffee", "topics": null, "event_time": ""}"#)
        let second = try await call(tools, .add, #"{"memory": "Likes coffee", "memory_kind": "fact"}"#)
        #expect(second["memory_id"] == first["memory_id"])
        #expect(second["created"] == .bool(false))
        #expect(second["message"] != first["message"])
    }

    @Test(arguments: MemoryStoreFactory.all) func whatIsMissingIsSaid(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(MemoryStoreConfiguration())
        let tools = tools(store)
        let degraded: JSONValue = .array([.string("embeddings")])
        #expect(try await call(tools, .add, #"{"memory": "Likes coffee"}"#)["degraded"] == degraded)
        #expect(try await call(tools, .search, #"{"query": "coffee"}"#)["degraded"] == degraded)
    }

    @Test(arguments: MemoryStoreFactory.all) func clearingCounts(_ factory: MemoryStoreFactory) async throws {
        let tools = tools(try await store(factory))
        for text in ["one", "two"] { _ = try await call(tools, .add, #"{"memory": "\#(text)"}"#) }
        #expect(try await call(tools, .clear, #"{"reason": "asked to"}"#)["deleted"] == .int(2))
        #expect(try await call(tools, .clear, "{}")["deleted"] == .int(0))
    }

    @Test(arguments: MemoryStoreFactory.all) func loadingTakesALimit(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory)
        let tools = tools(store)
        _ = await store.add((1...1_001).map { NewMemory("memory \($0)") }, in: .test)
        for (limit, count) in [("", 10), (#"{"limit": 3}"#, 3), (#"{"limit": null}"#, 10), (#"{"limit": 0}"#, 1_000)] {
            let answer = try await call(tools, .load, limit)
            #expect(answer["count"] == .int(Int64(count)))
            #expect(answer["limit"] == .int(Int64(count)))
            #expect(answer["has_more"] == .bool(true))
            #expect(contents(answer).first == "memory 1001")
            #expect(contents(answer).count == count)
        }
        #expect(
            await message(tools, "memory_load", #"{"limit": -1}"#)
                == "memory load tool: limit must be 0 to 1000, not -1")
        #expect(
            await message(tools, "memory_load", #"{"limit": 1001}"#)
                == "memory load tool: limit must be 0 to 1000, not 1001")
        #expect(await message(tools, "memory_load", #"{"limit": 2.5}"#) == "memory load tool: limit must be an integer")
        #expect(
            await message(tools, "memory_load", #"{"limit": 1e300}"#) == "memory load tool: limit must be 0 to 1000")
        #expect(await message(tools, "memory_load", #"{"limit": "5"}"#) == "memory load tool: limit must be an integer")
    }

    @Test(arguments: MemoryStoreFactory.all) func searchingScoresAndPrefers(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await store(factory)
        let tools = tools(store)
        for memory in [
            NewMemory("Likes coffee", kind: .preference), NewMemory("Drank coffee with Ann", kind: .episode),
            NewMemory("Bought tea"),
        ] {
            try await store.add(memory, in: .test)
        }
        let answer = try await call(tools, .search, #"{"query": "coffee", "kind": "episode"}"#)
        #expect(answer["query"] == .string("coffee"))
        #expect(answer["count"] == .int(2))
        // The kind comes first, and others follow.
        #expect(contents(answer) == ["Drank coffee with Ann", "Likes coffee"])
        guard case .array(let results) = answer["results"],
            case .double(let score) = results.first?.value(at: ["score"])
        else { throw MemoryError(.corrupted, "no score") }
        #expect(score > 0 && score <= 1)
        #expect(try await contents(call(tools, .search, #"{"query": "coffee", "limit": 1}"#)).count == 1)
        let empty = try await call(tools, .search, #"{"query": " "}"#)
        #expect(empty == ["query": .string(" "), "count": .int(0), "results": .array([])])
    }

    @Test(arguments: MemoryStoreFactory.all) func searchingLeavesOutNearDuplicates(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(factory)
        for text in ["User likes dark coffee", "User likes dark coffee!"] {
            try await store.add(NewMemory(text), in: .test)
        }
        #expect(try await call(tools(store), .search, #"{"query": "coffee"}"#)["count"] == .int(1))
    }

    @Test(arguments: MemoryStoreFactory.all) func searchingWithinATime(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory)
        let tools = tools(store)
        for time in ["2024-05-01T00:00:00Z", "2024-05-31T23:59:59Z", "2024-06-01T00:00:00Z"] {
            try await store.add(NewMemory("hiked \(time)", eventTime: FlexibleTime(time)?.start), in: .test)
        }
        try await store.add(NewMemory("hiked some time"), in: .test)
        /// The months and days of what is found.
        func found(_ bounds: String) async throws -> Set<String> {
            Set(
                contents(try await call(tools, .search, #"{"query": "hiked", \#(bounds)}"#)).map {
                    $0.contains("T") ? String($0.dropFirst(11).prefix(5)) : "none"
                })
        }
        #expect(try await found(#""time_before": "May 2024""#) == ["05-01", "05-31", "none"])
        #expect(try await found(#""time_before": "2024-05-31""#) == ["05-01", "05-31", "none"])
        // A precise time stays precise.
        #expect(try await found(#""time_before": "2024-05-31T00:00:00Z""#) == ["05-01", "none"])
        #expect(try await found(#""time_after": "31 May 2024""#) == ["05-31", "06-01", "none"])
        #expect(try await found(#""time_after": "2024-05-02", "time_before": "2024-05""#) == ["05-31", "none"])
        #expect(try await found(#""time_after": """#).count == 4)
        for argument in ["time_after", "time_before"] {
            let text = await message(tools, "memory_search", #"{"query": "hiked", "\#(argument)": "soon"}"#)
            #expect(text.hasPrefix("memory search tool: \(argument) must be a time such as "))
        }
    }

    @Test(arguments: MemoryStoreFactory.all) func eventTimeOrdersEqualScoresOnly(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(factory)
        for (word, time) in [("none", nil), ("late", "2024"), ("early", "2023"), ("middle", "2023-06")] {
            try await store.add(
                NewMemory("hiked \(word)", eventTime: time.flatMap { FlexibleTime($0)?.start }), in: .test)
        }
        try await store.add(NewMemory("hiked hiked", eventTime: FlexibleTime("2030")?.start), in: .test)
        let ordered = try await call(tools(store), .search, #"{"query": "hiked", "order_by_event_time": true}"#)
        #expect(contents(ordered) == ["hiked hiked", "hiked early", "hiked middle", "hiked late", "hiked none"])
        let plain = try await call(tools(store), .search, #"{"query": "hiked", "order_by_event_time": false}"#)
        #expect(contents(plain) == ["hiked hiked", "hiked middle", "hiked early", "hiked late", "hiked none"])
    }

    /// A tool, its arguments, and the message.
    @Test(arguments: [
        ("memory_add", "{}", "memory add tool: memory is required"),
        ("memory_add", #"{"memory": null}"#, "memory add tool: memory is required"),
        ("memory_add", #"{"memory": "  "}"#, "memory add tool: memory is required and must not be blank"),
        ("memory_add", #"{"memory": "a\u0000"}"#, "memory add tool: memory must not contain U+0000"),
        ("memory_add", #"{"memory": 5}"#, "memory add tool: memory must be a string"),
        ("memory_add", #"{"memory": "x", "topics": "food"}"#, "memory add tool: topics must be a list of strings"),
        ("memory_add", #"{"memory": "x", "topics": [1]}"#, "memory add tool: topics must be a list of strings"),
        (
            "memory_add", #"{"memory": "x", "memory_kind": "dream"}"#,
            "memory add tool: memory_kind must be one of fact, episode, preference, procedure"
        ),
        (
            "memory_add", #"{"memory": "x", "event_time": "soon"}"#,
            "memory add tool: event_time must be a time such as 2024-05-07T09:30:00Z, 2024-05-07, May 2024 or 2024"
        ),
        (
            "memory_add", #"{"memory": "x", "kind": "fact"}"#,
            "memory add tool: unknown argument kind; known are event_time, location, memory, memory_kind, participants, topics"
        ),
        ("memory_add", "[]", "memory add tool: the arguments must be a JSON object"),
        ("memory_add", #"{"memory": "x""#, "memory add tool: the arguments are not JSON"),
        ("memory_update", #"{"memory": "x"}"#, "memory update tool: memory_id is required"),
        ("memory_update", #"{"memory_id": "7", "memory": "x"}"#, "memory update tool: memory_id must be a UUID"),
        ("memory_delete", "", "memory delete tool: memory_id is required"),
        (
            "memory_delete", #"{"memory_id": "01890000-0000-7000-8000-000000000000"}"#,
            "memory delete tool: memory with id 01890000-0000-7000-8000-000000000000 not found; take the id from a result "
                + "of a memory tool"
        ),
        ("memory_clear", #"{"confirm": true}"#, "memory clear tool: unknown argument confirm; known are reason"),
        ("memory_search", "{}", "memory search tool: query is required"),
        ("memory_search", #"{"query": "x", "limit": 0}"#, "memory search tool: limit must be 1 to 1000, not 0"),
        (
            "memory_search", #"{"query": "x", "order_by_event_time": "yes"}"#,
            "memory search tool: order_by_event_time must be true or false"
        ),
        ("memory_load", #"{"user": "other"}"#, "memory load tool: unknown argument user; known are limit"),
        (
            "memory_forget", "{}",
            "memory tools: there is no tool memory_forget; there are: memory_add, memory_clear, memory_delete, memory_load, "
                + "memory_search, memory_update"
        ),
    ]) func aFailureSaysWhatToDo(_ name: String, _ arguments: String, _ expected: String) async throws {
        let tools = tools(try await store(MemoryStoreFactory.all[0]))
        #expect(await message(tools, name, arguments) == expected)
    }

    @Test(arguments: MemoryStoreFactory.all) func aConflictNamesTheOther(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.limits = MemoryLimits(perUser: 2) })
        let tools = tools(store)
        let one = try await store.add(NewMemory("one"), in: .test).id
        let two = try await store.add(NewMemory("two"), in: .test).id
        let result = await tools.call("memory_update", arguments: #"{"memory_id": "\#(two)", "memory": "one"}"#)
        #expect(result.isError)
        #expect(result.content.value(at: ["error", "code"]) == .string("conflict"))
        #expect(result.content.value(at: ["error", "conflicting_id"]) == .string(one))
        let limit = await message(tools, "memory_add", #"{"memory": "three"}"#)
        #expect(
            limit.hasPrefix("memory add tool: memory limit exceeded for user user, limit: 2, current: 2; nothing was"))
    }

    @Test(arguments: MemoryStoreFactory.all) func identityNeverComesFromArguments(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(factory)
        let mine = Scope(app: "app", user: "me", agent: "a")
        let other = Scope(app: "app", user: "other")
        let theirs = try await store.add(NewMemory("secret"), in: other).id
        let tools = tools(store, mine)
        #expect(tools.scope == mine)
        for argument in ["app", "user", "agent", "session", "user_id", "app_name", "scope"] {
            for declaration in tools.declarations {
                let result = await tools.call(
                    declaration.name,
                    arguments: .object([
                        "memory": .string("secret"), "memory_id": .string(theirs), argument: .string("other"),
                    ]))
                #expect(result.isError)
            }
        }
        for (name, arguments) in [
            ("memory_delete", #"{"memory_id": "\#(theirs)"}"#),
            ("memory_update", #"{"memory_id": "\#(theirs)", "memory": "mine"}"#),
        ] {
            #expect(await message(tools, name, arguments).contains("not found"))
        }
        _ = try await call(tools, .clear, "")
        #expect(try await contents(call(tools, .search, #"{"query": "secret"}"#)).isEmpty)
        #expect(try await contents(call(tools, .load, "")).isEmpty)
        #expect(try await store.contents(in: other) == ["secret"])
        _ = try await call(tools, .add, #"{"memory": "mine"}"#)
        #expect(try await store.list(in: Scope(app: "app", user: "me")).memories.map(\.scope) == [mine])
    }
}
