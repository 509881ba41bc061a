// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// A part of a request.
    public struct ContentPartMedia: Sendable, Hashable, Codable, ClientObject {
        /// Base64.
        public var data: String?
        /// `url`
        public var url: String?
        /// `media_type`
        public var mediaType: String?
        /// `name`
        public var name: String?
        /// `format`
        public var format: String?
        /// `sample_rate`
        public var sampleRate: Int?

        enum CodingKeys: String, CodingKey {
            case data
            case url
            case mediaType = "media_type"
            case name
            case format
            case sampleRate = "sample_rate"
        }

        /// What is left out is not said.
        public init(
            data: String? = nil, url: String? = nil, mediaType: String? = nil, name: String? = nil,
            format: String? = nil, sampleRate: Int? = nil
        ) {
            self.data = data
            self.url = url
            self.mediaType = mediaType
            self.name = name
            self.format = format
            self.sampleRate = sampleRate
        }
    }

    /// A part of a request.
    public struct ContentPartThinking: Sendable, Hashable, Codable, ClientObject {
        /// `text`
        public var text: String?
        /// `signature`
        public var signature: String?
        /// Base64.
        public var redacted: String?
        /// `content_index`
        public var contentIndex: Int?
        /// `final`
        public var `final`: Bool?

        enum CodingKeys: String, CodingKey {
            case text
            case signature
            case redacted
            case contentIndex = "content_index"
            case `final`
        }

        /// What is left out is not said.
        public init(
            text: String? = nil, signature: String? = nil, redacted: String? = nil, contentIndex: Int? = nil,
            `final`: Bool? = nil
        ) {
            self.text = text
            self.signature = signature
            self.redacted = redacted
            self.contentIndex = contentIndex
            self.`final` = `final`
        }
    }

    /// A part of a request.
    public struct ContentPartCall: Sendable, Hashable, Codable, ClientObject {
        /// `tool_call_id`
        public var toolCallId: String
        /// `tool_name`
        public var toolName: String
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
        public var metadata: String?

        enum CodingKeys: String, CodingKey {
            case toolCallId = "tool_call_id"
            case toolName = "tool_name"
            case payload
            case parentToolCallId = "parent_tool_call_id"
            case queue
            case expectedChildrenTotal = "expected_children_total"
            case signature
            case metadata
        }

        /// What is left out is not said.
        public init(
            toolCallId: String, toolName: String, payload: String? = nil, parentToolCallId: String? = nil,
            queue: String? = nil, expectedChildrenTotal: Int? = nil, signature: String? = nil, metadata: String? = nil
        ) {
            self.toolCallId = toolCallId
            self.toolName = toolName
            self.payload = payload
            self.parentToolCallId = parentToolCallId
            self.queue = queue
            self.expectedChildrenTotal = expectedChildrenTotal
            self.signature = signature
            self.metadata = metadata
        }
    }

    /// A part of a request.
    public struct ContentPartResult: Sendable, Hashable, Codable, ClientObject {
        /// `tool_call_id`
        public var toolCallId: String
        /// `tool_name`
        public var toolName: String
        /// JSON, kept as it is written.
        public var resultJson: String?
        /// `parts`
        public var parts: [ContentPart]?
        /// `parent_tool_call_id`
        public var parentToolCallId: String?
        /// `preview`
        public var preview: String?
        /// JSON, kept as it is written.
        public var bounds: String?
        /// Nanoseconds.
        public var duration: Int?
        /// `error_message`
        public var errorMessage: String?
        /// JSON, kept as it is written.
        public var metadata: String?

        enum CodingKeys: String, CodingKey {
            case toolCallId = "tool_call_id"
            case toolName = "tool_name"
            case resultJson = "result_json"
            case parts
            case parentToolCallId = "parent_tool_call_id"
            case preview
            case bounds
            case duration
            case errorMessage = "error_message"
            case metadata
        }

        /// What is left out is not said.
        public init(
            toolCallId: String, toolName: String, resultJson: String? = nil, parts: [ContentPart]? = nil,
            parentToolCallId: String? = nil, preview: String? = nil, bounds: String? = nil, duration: Int? = nil,
            errorMessage: String? = nil, metadata: String? = nil
        ) {
            self.toolCallId = toolCallId
            self.toolName = toolName
            self.resultJson = resultJson
            self.parts = parts
            self.parentToolCallId = parentToolCallId
            self.preview = preview
            self.bounds = bounds
            self.duration = duration
            self.errorMessage = errorMessage
            self.metadata = metadata
        }
    }

    /// A part of a request.
    public struct ContentPart: Sendable, Hashable, Codable, ClientObject {
        /// `type`
        public var type: String
        /// `text`
        public var text: String?
        /// `media`
        public var media: ContentPartMedia?
        /// `thinking`
        public var thinking: ContentPartThinking?
        /// `call`
        public var call: ContentPartCall?
        /// JSON, kept as it is written.
        public var body: String?
        /// `result`
        public var result: ContentPartResult?

        enum CodingKeys: String, CodingKey {
            case type
            case text
            case media
            case thinking
            case call
            case body
            case result
        }

        /// What is left out is not said.
        public init(
            type: String, text: String? = nil, media: ContentPartMedia? = nil, thinking: ContentPartThinking? = nil,
            call: ContentPartCall? = nil, body: String? = nil, result: ContentPartResult? = nil
        ) {
            self.type = type
            self.text = text
            self.media = media
            self.thinking = thinking
            self.call = call
            self.body = body
            self.result = result
        }
    }
}
