/// What a model asked a tool.
public struct ToolCall: Sendable, Hashable, Codable {
    /// The call's id.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments, byte for byte.
    public var arguments: JSONText?
    /// The call within which this one was made.
    public var parentID: String?
    /// The queue that works on it.
    public var queue: String?
    /// How many calls it is expected to make.
    public var expectedChildren: Int?
    /// The provider's signature of it.
    public var signature: String?

    private enum CodingKeys: String, CodingKey {
        case id = "tool_call_id"
        case name = "tool_name"
        case arguments = "payload"
        case parentID = "parent_tool_call_id"
        case queue
        case expectedChildren = "expected_children_total"
        case signature
    }

    /// A call.
    public init(
        id: String, name: String, arguments: JSONText? = nil, parentID: String? = nil, queue: String? = nil,
        expectedChildren: Int? = nil, signature: String? = nil
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.parentID = parentID
        self.queue = queue
        self.expectedChildren = expectedChildren
        self.signature = signature
    }
}

/// What a tool answered.
public struct ToolResult: Sendable, Hashable, Codable {
    /// The call's id.
    public var callID: String
    /// The tool's name.
    public var name: String
    /// The result, byte for byte.
    public var result: JSONText?
    /// The result as pieces of content.
    public var parts: [ContentPart]?
    /// The call within which the call was made.
    public var parentID: String?
    /// The result in short, for people.
    public var preview: String?
    /// What part of a greater result this is.
    public var bounds: JSONText?
    /// How long it took, nanoseconds.
    public var duration: Int64?
    /// What went wrong.
    public var errorMessage: String?

    private enum CodingKeys: String, CodingKey {
        case callID = "tool_call_id"
        case name = "tool_name"
        case result = "result_json"
        case parts
        case parentID = "parent_tool_call_id"
        case preview, bounds, duration
        case errorMessage = "error_message"
    }

    /// An answer.
    public init(
        callID: String, name: String, result: JSONText? = nil, parts: [ContentPart]? = nil, parentID: String? = nil,
        preview: String? = nil, bounds: JSONText? = nil, duration: Int64? = nil, errorMessage: String? = nil
    ) {
        self.callID = callID
        self.name = name
        self.result = result
        self.parts = parts
        self.parentID = parentID
        self.preview = preview
        self.bounds = bounds
        self.duration = duration
        self.errorMessage = errorMessage
    }
}

/// What a planner noted.
public struct PlannerNote: Sendable, Hashable, Codable {
    /// The note.
    public var note: String

    /// A note.
    public init(_ note: String) { self.note = note }
}
