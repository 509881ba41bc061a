import Access
package import Memories
import Records

/// `buffer_append`
package enum AppendToBuffer: Operation {
    package static let specification = OperationSpecification(
        "buffer_append", title: "Append to the conversation at hand",
        summary: "Appends messages to the short-term memory of a session, which keeps the newest within bounds.",
        guidance:
            "Keeps the last messages of a conversation at hand, shared between agents; older ones leave by themselves.",
        method: "POST", path: "/v1/sessions/{session}/buffer", permission: .write, effect: .adds, isIdempotent: false,
        parameters: [TranscriptParameters.session, messages],
        answer: AnswerSchemas.list(BufferJSON.schema),
        examples: [
            (
                "Two messages",
                [
                    "messages": .array([
                        .object(["role": .string("user"), "content": .string("Which tea is green?")]),
                        .object(["role": .string("assistant"), "content": .string("Sencha, for one.")]),
                    ])
                ]
            )
        ], domain: .shortTerm, reach: .owner)

    private static let role = Parameter.text(
        "role", "Who speaks: user, assistant, system, tool or another word.", bytes: 1...64
    ).required
    private static let content = Parameter.text("content", "What was said.", bytes: 0...2_097_152).required
    private static let name = Parameter.text("name", "The speaker's own name.", bytes: 1...255)
    private static let messages = Parameter<[Arguments]>.objects(
        "messages", "The messages, in order.", [role, content, name, MemoryParameters.metadata], count: 1...50
    ).required

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        var scope = call.scope
        scope.session = try call.arguments.required(TranscriptParameters.session)
        return BufferJSON.answer(try await call.shortTerm().append(try newMessages(call), in: scope))
    }

    /// The messages of a request.
    static func newMessages(_ call: OperationCall) throws(MemoryError) -> [NewMessage] {
        var new: [NewMessage] = []
        for message in try call.arguments.required(messages) {
            new.append(
                NewMessage(
                    try message.required(role), try message.required(content), name: message[name],
                    metadata: message[MemoryParameters.metadata] ?? [:]))
        }
        return new
    }
}

/// The JSON of messages of the conversation at hand.
enum BufferJSON {
    static let schema = AnswerSchemas.answer([
        .init("sequence", JSONSchema(.integer(0...(.max)))), .init("role", AnswerSchemas.text),
        .init("content", AnswerSchemas.text), .init("name", AnswerSchemas.text, isRequired: false),
        .init("metadata", JSONSchema(.object([], rest: JSONSchema(.any)))), .init("tokens", AnswerSchemas.count),
        .init("created_at", AnswerSchemas.time), .init("expires_at", AnswerSchemas.time, isRequired: false),
    ])

    static func answer(_ messages: [BufferedMessage]) -> OperationAnswer {
        OperationAnswer([
            "count": .int(Int64(messages.count)), "results": .array(messages.map { .object(object($0)) }),
        ])
    }

    /// What a message says.
    static func object(_ message: NewMessage) -> [String: JSONValue] {
        object(message.role, message.content, message.name, message.metadata)
    }

    private static func object(
        _ role: String, _ content: String, _ name: String?, _ metadata: [String: JSONValue]
    ) -> [String: JSONValue] {
        var object: [String: JSONValue] = [
            "role": .string(role), "content": .string(content), "metadata": .object(metadata),
        ]
        object["name"] = name.map { .string($0) }
        return object
    }

    private static func object(_ message: BufferedMessage) -> [String: JSONValue] {
        var object = object(message.role, message.content, message.name, message.metadata)
        object["sequence"] = .int(message.sequence)
        object["tokens"] = .int(Int64(message.tokens))
        object["created_at"] = .string(message.createdAt.description)
        object["expires_at"] = message.expiresAt.map { .string($0.description) }
        return object
    }
}
