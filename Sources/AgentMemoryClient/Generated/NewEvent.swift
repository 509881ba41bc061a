// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// A part of a request.
    public struct NewEventPayloadUsage: Sendable, Hashable, Codable, ClientObject {
        /// `input_tokens`
        public var inputTokens: Int?
        /// `cached_tokens`
        public var cachedTokens: Int?
        /// `output_tokens`
        public var outputTokens: Int?
        /// `reasoning_tokens`
        public var reasoningTokens: Int?
        /// `total_tokens`
        public var totalTokens: Int?
        /// JSON, kept as it is written.
        public var details: String?

        enum CodingKeys: String, CodingKey {
            case inputTokens = "input_tokens"
            case cachedTokens = "cached_tokens"
            case outputTokens = "output_tokens"
            case reasoningTokens = "reasoning_tokens"
            case totalTokens = "total_tokens"
            case details
        }

        /// What is left out is not said.
        public init(
            inputTokens: Int? = nil, cachedTokens: Int? = nil, outputTokens: Int? = nil, reasoningTokens: Int? = nil,
            totalTokens: Int? = nil, details: String? = nil
        ) {
            self.inputTokens = inputTokens
            self.cachedTokens = cachedTokens
            self.outputTokens = outputTokens
            self.reasoningTokens = reasoningTokens
            self.totalTokens = totalTokens
            self.details = details
        }
    }

    /// A part of a request.
    public struct NewEventPayload: Sendable, Hashable, Codable, ClientObject {
        /// `parts`
        public var parts: [ContentPart]?
        /// JSON, kept as it is written.
        public var structured: String?
        /// `model`
        public var model: String?
        /// `usage`
        public var usage: NewEventPayloadUsage?
        /// JSON, kept as it is written.
        public var metadata: String?
        /// `tool_call_id`
        public var toolCallId: String?
        /// `tool_name`
        public var toolName: String?
        /// JSON, kept as it is written.
        public var payload: String?
        /// `parent_tool_call_id`
        public var parentToolCallId: String?
        /// `queue`
        public var queue: String?
        /// `expected_children_total`
        public var expectedChildrenTotal: Int?
        /// `signature`
        public var signature: String?
        /// JSON, kept as it is written.
        public var resultJson: String?
        /// `preview`
        public var preview: String?
        /// JSON, kept as it is written.
        public var bounds: String?
        /// Nanoseconds.
        public var duration: Int?
        /// `error_message`
        public var errorMessage: String?
        /// `note`
        public var note: String?
        /// `text`
        public var text: String?
        /// Base64.
        public var redacted: String?
        /// `content_index`
        public var contentIndex: Int?
        /// `final`
        public var `final`: Bool?

        enum CodingKeys: String, CodingKey {
            case parts
            case structured
            case model
            case usage
            case metadata
            case toolCallId = "tool_call_id"
            case toolName = "tool_name"
            case payload
            case parentToolCallId = "parent_tool_call_id"
            case queue
            case expectedChildrenTotal = "expected_children_total"
            case signature
            case resultJson = "result_json"
            case preview
            case bounds
            case duration
            case errorMessage = "error_message"
            case note
            case text
            case redacted
            case contentIndex = "content_index"
            case `final`
        }

        /// What is left out is not said.
        public init(
            parts: [ContentPart]? = nil, structured: String? = nil, model: String? = nil,
            usage: NewEventPayloadUsage? = nil, metadata: String? = nil, toolCallId: String? = nil,
            toolName: String? = nil, payload: String? = nil, parentToolCallId: String? = nil, queue: String? = nil,
            expectedChildrenTotal: Int? = nil, signature: String? = nil, resultJson: String? = nil,
            preview: String? = nil, bounds: String? = nil, duration: Int? = nil, errorMessage: String? = nil,
            note: String? = nil, text: String? = nil, redacted: String? = nil, contentIndex: Int? = nil,
            `final`: Bool? = nil
        ) {
            self.parts = parts
            self.structured = structured
            self.model = model
            self.usage = usage
            self.metadata = metadata
            self.toolCallId = toolCallId
            self.toolName = toolName
            self.payload = payload
            self.parentToolCallId = parentToolCallId
            self.queue = queue
            self.expectedChildrenTotal = expectedChildrenTotal
            self.signature = signature
            self.resultJson = resultJson
            self.preview = preview
            self.bounds = bounds
            self.duration = duration
            self.errorMessage = errorMessage
            self.note = note
            self.text = text
            self.redacted = redacted
            self.contentIndex = contentIndex
            self.`final` = `final`
        }
    }

    /// A part of a request.
    public struct NewEvent: Sendable, Hashable, Codable, ClientObject {
        /// `type`
        public var type: String
        /// What was said, as one text.
        public var content: String?
        /// By which a repeat is known: the same key and content is the same event.
        public var key: String?
        /// When it happened; now when left out.
        public var timestamp: String?
        /// `agent`
        public var agent: String?
        /// `turn`
        public var turn: String?
        /// Who caused it, by name.
        public var author: String?
        /// Names and values, up to 64.
        public var labels: [String: String]?
        /// Changes of state; without a value the name is removed.
        public var stateChanges: [StateChange]?
        /// The words by which it is found; those of the payload when left out.
        public var text: String?
        /// `vector`
        public var vector: [Double]?
        /// `payload`
        public var payload: NewEventPayload?
        /// Base64.
        public var data: String?

        enum CodingKeys: String, CodingKey {
            case type
            case content
            case key
            case timestamp
            case agent
            case turn
            case author
            case labels
            case stateChanges = "state_changes"
            case text
            case vector
            case payload
            case data
        }

        /// What is left out is not said.
        public init(
            type: String, content: String? = nil, key: String? = nil, timestamp: String? = nil, agent: String? = nil,
            turn: String? = nil, author: String? = nil, labels: [String: String]? = nil,
            stateChanges: [StateChange]? = nil, text: String? = nil, vector: [Double]? = nil,
            payload: NewEventPayload? = nil, data: String? = nil
        ) {
            self.type = type
            self.content = content
            self.key = key
            self.timestamp = timestamp
            self.agent = agent
            self.turn = turn
            self.author = author
            self.labels = labels
            self.stateChanges = stateChanges
            self.text = text
            self.vector = vector
            self.payload = payload
            self.data = data
        }
    }
}
