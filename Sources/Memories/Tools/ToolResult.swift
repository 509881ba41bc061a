public import Records

/// What a tool call came to, for the model.
public struct ToolResult: Sendable, Hashable {
    /// Whether the call failed; ``content`` then is `{error: {code, message}}`, with `conflicting_id` where another
    /// memory is in the way.
    public var isError: Bool
    /// The answer: a JSON object.
    public var content: JSONValue

    /// A result.
    public init(isError: Bool = false, content: JSONValue) {
        self.isError = isError
        self.content = content
    }

    /// The answer as JSON text, as most services want it.
    /// - Complexity: O(size).
    public var text: String { content.canonical }

    /// A failure in words that a model can act on.
    init(_ error: MemoryError, prefix: String) {
        var members: [String: JSONValue] = [
            "code": .string(error.code.rawValue), "message": .string(prefix + error.message + Self.advice(error)),
        ]
        members["conflicting_id"] = error.conflictingID.map { .string($0) }
        self.init(isError: true, content: .object(["error": .object(members)]))
    }

    private static func advice(_ error: MemoryError) -> String {
        switch error.code {
        case .notFound: "; take the id from a result of a memory tool"
        case .conflict where error.conflictingID != nil: "; change that one instead, or leave it"
        case .limit: "; nothing was stored: a memory that is no longer needed must go first"
        case .unavailable: "; try again later"
        case .outcomeUnknown: "; repeating the call is safe"
        default: ""
        }
    }
}
