package import Memories
package import Records

/// Routes beside the operations of the catalogue: somebody else's protocol, so that clients that are there work
/// unchanged, or one of our own for a single client library.
package struct Dialect: Sendable {
    /// Where they are, such as `/v1/kv/*`.
    package var paths: [String]
    /// What they are and what they are compatible with: a sentence, with its full stop.
    package var summary: String
    /// The calls that the server's OpenAPI document describes; none where somebody else's document does.
    package var calls: [DialectCall]
    /// What the calls' schemas refer to by name.
    package var schemas: [(name: String, schema: JSONSchema)]

    package init(
        _ paths: [String], _ summary: String, calls: [DialectCall] = [],
        schemas: [(name: String, schema: JSONSchema)] = []
    ) {
        self.paths = paths
        self.summary = summary
        self.calls = calls
        self.schemas = schemas
    }
}

/// A call of a dialect, a `POST` with a JSON object, as OpenAPI describes it.
package struct DialectCall: Sendable {
    /// The name of the operation, such as `checkpoints_put`.
    package var name: String
    /// Where it is.
    package var path: String
    /// What it does, in a few words.
    package var title: String
    /// What it does, in sentences.
    package var summary: String
    /// What the calls are sorted by.
    package var tag: String
    /// The body.
    package var body: JSONSchema
    /// A body that is taken.
    package var example: JSONValue?
    /// The answer.
    package var answer: JSONSchema
    /// Media types that body and answer may have beside JSON.
    package var mediaTypes: [String]
    /// The statuses of its failures, beside those of every request.
    package var failures: Set<Int>

    package init(
        _ name: String, path: String, title: String, summary: String, tag: String, body: JSONSchema,
        example: JSONValue? = nil, answer: JSONSchema, mediaTypes: [String] = [], failures: Set<Int> = []
    ) {
        self.name = name
        self.path = path
        self.title = title
        self.summary = summary
        self.tag = tag
        self.body = body
        self.example = example
        self.answer = answer
        self.mediaTypes = mediaTypes
        self.failures = failures
    }
}
