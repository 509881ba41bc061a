import Records

/// A serialized value: bytes, and the name of the format they are in.
public struct TypedBytes: Sendable, Hashable {
    /// The format, such as `msgpack` or `json`: 1 to 64 UTF-8 bytes. Its meaning is the caller's.
    public var type: String
    /// The bytes, as they are.
    public var bytes: [UInt8]

    /// A value in a format.
    public init(type: String, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}

/// The version of a channel's value: what a checkpoint keeps of a channel that it did not change.
public enum Version: Sendable, Hashable {
    /// A counter.
    case int(Int64)
    /// A number; one without a fraction is the same version as the integer.
    case double(Double)
    /// A text of at most 128 UTF-8 bytes, compared bytewise.
    case text(String)

    /// The form in which equal versions are equal.
    var normalized: Version {
        if case .double(let number) = self, let whole = Int64(exactly: number) { return .int(whole) }
        return self
    }

    /// The version as a part of a key.
    var keyText: String {
        switch normalized {
        case .int(let number): "i\(number)"
        case .double(let number): "d\(number)"
        case .text(let text): "t" + text
        }
    }

    var value: Value {
        switch normalized {
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .text(let text): .text(text)
        }
    }

    init?(_ value: Value) {
        switch value {
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .text(let text): self = .text(text)
        default: return nil
        }
    }

    /// Equality of what is stored.
    public static func == (left: Version, right: Version) -> Bool { left.value == right.value }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A channel and the version of its value.
public struct ChannelVersion: Sendable, Hashable {
    /// The channel's name, 1 to 512 UTF-8 bytes, compared bytewise.
    public var channel: String
    /// Its version.
    public var version: Version

    /// A channel at a version.
    public init(_ channel: String, _ version: Version) {
        self.channel = channel
        self.version = version
    }

    /// Bytewise equality.
    public static func == (left: ChannelVersion, right: ChannelVersion) -> Bool {
        left.channel.hasSameBytes(as: right.channel) && left.version == right.version
    }
}

/// A channel that a checkpoint changes.
public struct ChannelChange: Sendable, Hashable {
    /// The channel and its new version.
    public var channel: ChannelVersion
    /// The value; nil when the channel is empty at this version.
    public var value: TypedBytes?

    /// A change to a value, or to nothing.
    public init(_ channel: String, _ version: Version, _ value: TypedBytes?) {
        self.channel = ChannelVersion(channel, version)
        self.value = value
    }
}

/// A channel's value as a checkpoint has it.
public struct ChannelValue: Sendable, Hashable {
    /// The channel's name.
    public var channel: String
    /// The value.
    public var value: TypedBytes

    /// A channel's value.
    public init(_ channel: String, _ value: TypedBytes) {
        self.channel = channel
        self.value = value
    }
}
