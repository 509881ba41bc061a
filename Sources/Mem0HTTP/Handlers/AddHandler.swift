import Access
import HTTPServer
import Memories
import Projects
import Records

/// What an add was told: whose memories, and what to remember.
struct AddRequest {
    var placement: Placement
    var memories: [NewMemory]
    /// Whether the client wanted facts to be taken out of what was said.
    var wantsInference: Bool
    /// Members that only a language model could follow.
    var unused: [String]

    private static let forModels = [
        "custom_instructions", "agent_custom_instructions", "includes", "excludes", "custom_categories",
        "structured_data_schema", "prompt",
    ]

    /// - Throws: ``MemoryError`` `invalid`, naming what is wrong.
    init(_ request: Mem0Request, boundTo user: String?) throws(MemoryError) {
        placement = try Placement(try request.ids(), boundTo: user)
        wantsInference = try request.bool("infer") ?? true
        unused = Self.forModels.filter { request.has($0) && request.body[$0] != .null }
        var attributes = placement.attributes
        if let date = try request.text("expiration_date") {
            attributes.expirationDate = try CalendarDay.parse(date, "expiration_date")
        }
        attributes.isImmutable = try request.bool("immutable") ?? false
        var time: Timestamp?
        if let stamp = request.body["timestamp"], stamp != .null {
            time = try Mem0Filter.period("timestamp", stamp).start
            attributes.hasTimestamp = true
        }
        let metadata = try request.object("metadata") ?? [:]
        let topics = try request.texts("categories") ?? []
        let type = try request.text("memory_type") == "procedural_memory" ? MemoryType.procedural : .longTerm
        memories = []
        for message in try Self.messages(request) {
            attributes.role = message.role
            attributes.actor = message.name
            memories.append(
                NewMemory(
                    message.text, topics: topics, kind: type == .procedural ? .procedure : nil, type: type,
                    eventTime: time, metadata: try attributes.joined(to: metadata)))
        }
    }

    private struct Message {
        var role: String
        var name: String?
        var text: String
    }

    /// Everything that was said, but for what the system said: a list of messages, one message, or a text.
    private static func messages(_ request: Mem0Request) throws(MemoryError) -> [Message] {
        let elements: [JSONValue]
        switch request.body["messages"] {
        case .string(let text): elements = [.object(["role": .string("user"), "content": .string(text)])]
        case .object(let message): elements = [.object(message)]
        case .array(let list): elements = list
        default: throw MemoryError(.invalid, "Invalid input data. messages is required: a list, a message or a string.")
        }
        guard !elements.isEmpty else { throw MemoryError(.invalid, "Invalid input data. messages must not be empty.") }
        var messages: [Message] = []
        for element in elements {
            if case .string(let text) = element {
                messages.append(Message(role: "user", text: text))
                continue
            }
            guard case .object(let members) = element else {
                throw MemoryError(.invalid, "messages must have role and content")
            }
            var message = Message(role: "user", text: try text(members["content"]))
            if case .string(let role)? = members["role"] { message.role = role }
            if case .string(let name)? = members["name"] { message.name = name }
            if message.role != "system" { messages.append(message) }
        }
        return messages.filter { $0.text.contains { !$0.isWhitespace } }
    }

    /// The text of a content: itself, or its parts that are text.
    private static func text(_ content: JSONValue?) throws(MemoryError) -> String {
        switch content {
        case .string(let text): return text
        case nil, .null: return ""
        case .object: return try text(.array([content ?? .null]))
        case .array(let parts):
            var texts: [String] = []
            for case .object(let part) in parts {
                if case .string(let text)? = part["text"] { texts.append(text) }
            }
            return texts.joined(separator: "\n")
        default: throw MemoryError(.invalid, "the content of a message must be a string or a list of parts")
        }
    }
}

extension Mem0Call {
    /// What an add did to one message.
    private struct Outcome {
        var id: String
        var text: String
        var event: String
        var role: String?
        var actor: String?

        var members: [String: JSONValue] {
            var members: [String: JSONValue] = [
                "id": .string(id), "memory": .string(text), "event": .string(event),
                "data": .object(["memory": .string(text)]),
            ]
            members["role"] = role.map { .string($0) }
            members["actor_id"] = actor.map { .string($0) }
            return members
        }
    }

    /// Why an add stored what was said as it was said.
    private static let extractionNote =
        "no language model is configured, so each message was stored as it was said, and nothing was extracted"

    /// `POST /v3/memories/add/` and `POST /v1/memories/`.
    func add() async throws(MemoryError) -> HTTPResponse {
        let done = try await store()
        let results = JSONValue.array(done.outcomes.map { .object($0.members) })
        let isFirst = request.http.pathSegments.first == "v1"
        if isFirst, request.body["output_format"] != .string("v1.1") { return Mem0Answer.json(results) }
        var members: [String: JSONValue] = [
            "message": .string("Memories stored successfully"), "status": .string("SUCCEEDED"),
            "event_id": .string(done.event), "results": results,
        ]
        if isFirst { members["relations"] = .array([]) }
        if done.wantsInference { members["note"] = .string(Self.extractionNote) }
        return Mem0Answer.object(members)
    }

    /// `POST /memories`.
    func addHosted() async throws(MemoryError) -> HTTPResponse {
        let done = try await store()
        return Mem0Answer.object(["results": .array(done.outcomes.map { .object($0.members) })])
    }

    private func store() async throws(MemoryError) -> (outcomes: [Outcome], event: String, wantsInference: Bool) {
        try caller.require(.write)
        let start = project.now
        let add = try AddRequest(request, boundTo: caller.user)
        let owner = add.placement.owner
        let scope = try project.scope(of: owner, agent: add.placement.agent, session: add.placement.session)
        var outcomes: [Outcome] = []
        var events: [MemoryEvent] = []
        var failure: MemoryError?
        let notifications = try await project.notifications()
        let results = await project.store.add(add.memories, in: scope, with: notifications)
        for (result, memory) in zip(results, add.memories) {
            switch result {
            case .failure(let error): failure = failure ?? error
            case .success(let stored):
                let isKept = !stored.isCreated && project.store.configuration.onDuplicate == .ignore
                let kind: MemoryEvent.Kind = stored.isCreated ? .add : .update
                let attributes = Attributes(in: memory.metadata)
                outcomes.append(
                    Outcome(
                        id: stored.id, text: memory.content, event: isKept ? "NONE" : kind.rawValue,
                        role: attributes.role, actor: attributes.actor))
                guard !isKept else { continue }
                events.append(MemoryEvent(kind: kind, id: stored.id, text: memory.content, owner: owner))
            }
        }
        var metadata: [String: JSONValue] = ["infer": .bool(add.wantsInference), "extraction": .string("none")]
        if add.wantsInference { metadata["note"] = .string(Self.extractionNote) }
        if !add.unused.isEmpty { metadata["unused"] = .array(add.unused.map { .string($0) }) }
        if let failure, events.isEmpty { throw failure }
        let event = try await project.record("ADD", events, metadata: metadata, since: start)
        // What was stored stays; the client hears that not everything was.
        if let failure { throw failure }
        return (outcomes, event, add.wantsInference)
    }
}
