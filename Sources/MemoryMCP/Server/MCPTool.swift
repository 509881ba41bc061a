import Access
import Memories
import MemoryAPI
import Records

/// Something that a client may call.
protocol MCPTool: Sendable {
    var name: String { get }
    var permission: Permission { get }
    /// The element of `tools/list`.
    func declaration(_ defaults: ScopeDefaults) -> JSONValue
    /// Does it.
    /// - Throws: ``MemoryError``: the model is told, and may try again.
    func call(
        _ arguments: [String: JSONValue], by caller: Caller, on services: Services, _ defaults: ScopeDefaults,
        progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(MemoryError) -> [String: JSONValue]
    /// What the client gets of that.
    func result(_ members: [String: JSONValue]) -> [String: JSONValue]
}

extension MCPTool {
    func result(_ members: [String: JSONValue]) -> [String: JSONValue] { ToolForm.result(members) }
}

/// An operation of the catalogue as a tool.
struct OperationTool: MCPTool {
    let operation: any Operation.Type

    var name: String { operation.specification.name }
    var permission: Permission { operation.specification.permission }

    func declaration(_ defaults: ScopeDefaults) -> JSONValue {
        let specification = operation.specification
        return ToolForm.declaration(
            name: name, title: specification.title, description: specification.guidance,
            input: operation.parameters(defaults).schema(), output: specification.answer,
            isReadOnly: specification.effect == .reads, isDestructive: specification.effect == .destroys,
            isIdempotent: specification.isIdempotent)
    }

    func call(
        _ arguments: [String: JSONValue], by caller: Caller, on services: Services, _ defaults: ScopeDefaults,
        progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(MemoryError) -> [String: JSONValue] {
        try await operation.perform(arguments, by: caller, on: services, defaults: defaults, progress: progress).members
    }
}

/// The JSON of tools.
enum ToolForm {
    static func declaration(
        name: String, title: String, description: String, input: JSONSchema, output: JSONSchema, isReadOnly: Bool,
        isDestructive: Bool, isIdempotent: Bool
    ) -> JSONValue {
        .object([
            "name": .string(name), "title": .string(title), "description": .string(description),
            "inputSchema": input.json(.short), "outputSchema": output.json(.short),
            "annotations": .object([
                "title": .string(title), "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive),
                "idempotentHint": .bool(isIdempotent), "openWorldHint": .bool(false),
            ]),
        ])
    }

    /// What a call answered: for programs, and as text for models.
    static func result(_ members: [String: JSONValue]) -> [String: JSONValue] {
        let structured = JSONValue.object(members)
        return ["content": text(structured.canonical), "structuredContent": structured, "isError": .bool(false)]
    }

    /// What went wrong, in words that a model can act on.
    static func result(_ error: MemoryError) -> [String: JSONValue] {
        let advice =
            switch error.code {
            case .notFound: "; take the id from an answer of another tool"
            case .conflict where error.conflictingID != nil: "; the id of the other is \(error.conflictingID ?? "")"
            case .limit: "; nothing was stored: a memory that is no longer needed must go first"
            case .unavailable: "; try again later"
            case .outcomeUnknown: "; repeating the call is safe"
            default: ""
            }
        return ["content": text("\(error.code.rawValue): \(error.message)\(advice)"), "isError": .bool(true)]
    }

    static func text(_ text: String) -> JSONValue {
        .array([.object(["type": .string("text"), "text": .string(text)])])
    }
}
