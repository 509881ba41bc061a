public import Records

/// What a model is told about a tool, independent of who serves the model.
public struct ToolDeclaration: Sendable, Hashable {
    /// The name the model calls.
    public var name: String
    /// What the tool does and when to use it, for the model.
    public var description: String
    /// The JSON Schema (draft 2020-12) of the arguments: an object that allows no other properties.
    public var inputSchema: JSONValue
    /// Whether a call changes nothing.
    public var isReadOnly: Bool
    /// Whether a call may remove or replace what is stored. A host may ask the user before such a call.
    public var isDestructive: Bool

    /// A declaration.
    public init(
        name: String, description: String, inputSchema: JSONValue, isReadOnly: Bool = false,
        isDestructive: Bool = false
    ) {
        self.name = name
        self.description = description
        self.inputSchema = inputSchema
        self.isReadOnly = isReadOnly
        self.isDestructive = isDestructive
    }

    /// A declaration of a tool of ours.
    init(
        name: String, description: String, parameters: [any AnyParameter], isReadOnly: Bool = false,
        isDestructive: Bool = false
    ) {
        self.init(
            name: name, description: description, inputSchema: parameters.schema().json(.short),
            isReadOnly: isReadOnly, isDestructive: isDestructive)
    }

    /// The element of `tools` in requests to the OpenAI Chat Completions API and its many equivalents:
    /// `{"type": "function", "function": {name, description, parameters, strict}}`.
    /// - Parameter isStrict: Asks the service to keep to the schema. It then insists that every property is required, so
    ///   the optional ones become nullable, and `strict` is `true`; otherwise `strict` is absent. The tools read null as
    ///   absent.
    public func openAITool(isStrict: Bool = false) -> JSONValue {
        var function: [String: JSONValue] = [
            "name": .string(name), "description": .string(description),
            "parameters": isStrict ? ToolSchema.requiringAll(inputSchema) : inputSchema,
        ]
        if isStrict { function["strict"] = .bool(true) }
        return .object(["type": .string("function"), "function": .object(function)])
    }

    /// The element of `tools` in requests to the Anthropic Messages API: `{name, description, input_schema}`.
    public var anthropicTool: JSONValue {
        .object(["name": .string(name), "description": .string(description), "input_schema": inputSchema])
    }
}
