internal import Foundation

/// JSON as it was written: kept and returned byte for byte, never parsed.
public struct JSONText: Sendable, Codable, ExpressibleByStringLiteral {
    /// The text.
    public var text: String

    /// JSON as it was written.
    public init(_ text: String) { self.text = text }

    /// JSON as it was written.
    public init(stringLiteral value: String) { text = value }

    /// Reads a string.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes a string.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension JSONText: Hashable {
    /// Bytewise equality.
    public static func == (left: JSONText, right: JSONText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Bytes that travel as base64.
struct Base64: Codable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
        }
        bytes = Array(data)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}

/// Something that is not text, held or linked.
public struct Media: Sendable, Hashable {
    /// The bytes, if held.
    public var data: [UInt8]?
    /// Where it is, if linked.
    public var url: String?
    /// Its media type, such as `image/png`.
    public var mediaType: String?
    /// Its file name.
    public var name: String?
    /// Its encoding, such as `pcm16`.
    public var format: String?
    /// Its samples a second, Hz.
    public var sampleRate: Int?

    /// Something that is not text.
    public init(
        data: [UInt8]? = nil, url: String? = nil, mediaType: String? = nil, name: String? = nil,
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

extension Media: Codable {
    private enum CodingKeys: String, CodingKey {
        case data, url
        case mediaType = "media_type"
        case name, format
        case sampleRate = "sample_rate"
    }

    /// Reads the members `data` (base64), `url`, `media_type`, `name`, `format` and `sample_rate`.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        data = try container.decodeIfPresent(Base64.self, forKey: .data)?.bytes
        url = try container.decodeIfPresent(String.self, forKey: .url)
        mediaType = try container.decodeIfPresent(String.self, forKey: .mediaType)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        format = try container.decodeIfPresent(String.self, forKey: .format)
        sampleRate = try container.decodeIfPresent(Int.self, forKey: .sampleRate)
    }

    /// Writes the same members.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(data.map(Base64.init), forKey: .data)
        try container.encodeIfPresent(url, forKey: .url)
        try container.encodeIfPresent(mediaType, forKey: .mediaType)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(format, forKey: .format)
        try container.encodeIfPresent(sampleRate, forKey: .sampleRate)
    }
}

/// A piece of a message.
public enum ContentPart: Sendable, Hashable {
    /// Text.
    case text(String)
    /// A picture.
    case image(Media)
    /// Sound.
    case audio(Media)
    /// Moving pictures.
    case video(Media)
    /// A file.
    case file(Media)
    /// What a model thought.
    case thinking(Thinking)
    /// What a model asked a tool.
    case toolCall(ToolCall)
    /// What a tool answered.
    case toolResult(ToolResult)
    /// Anything else, by its type's name.
    case other(type: String, JSONText)
}

extension ContentPart: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, text, media, thinking, call, result, body
    }

    /// Reads an object whose `type` says what else is in it.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .type) {
        case "text": self = .text(try container.decode(String.self, forKey: .text))
        case "image": self = .image(try container.decode(Media.self, forKey: .media))
        case "audio": self = .audio(try container.decode(Media.self, forKey: .media))
        case "video": self = .video(try container.decode(Media.self, forKey: .media))
        case "file": self = .file(try container.decode(Media.self, forKey: .media))
        case "thinking": self = .thinking(try container.decode(Thinking.self, forKey: .thinking))
        case "tool_call": self = .toolCall(try container.decode(ToolCall.self, forKey: .call))
        case "tool_result": self = .toolResult(try container.decode(ToolResult.self, forKey: .result))
        case let type: self = .other(type: type, try container.decode(JSONText.self, forKey: .body))
        }
    }

    /// Writes such an object.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .image(let media), .audio(let media), .video(let media), .file(let media):
            try container.encode(media, forKey: .media)
        case .thinking(let thinking): try container.encode(thinking, forKey: .thinking)
        case .toolCall(let call): try container.encode(call, forKey: .call)
        case .toolResult(let result): try container.encode(result, forKey: .result)
        case .other(_, let body): try container.encode(body, forKey: .body)
        }
    }

    /// The name of the part's type.
    public var type: String {
        switch self {
        case .text: "text"
        case .image: "image"
        case .audio: "audio"
        case .video: "video"
        case .file: "file"
        case .thinking: "thinking"
        case .toolCall: "tool_call"
        case .toolResult: "tool_result"
        case .other(let type, _): type
        }
    }

    static let ownTypes: Set<String> = [
        "text", "image", "audio", "video", "file", "thinking", "tool_call", "tool_result",
    ]
}
