package import Access
package import Memories
package import Records

/// One thing that can be done with memories. Everything that any edge says or does about it comes from here: its HTTP
/// route, its MCP tool, its place in the OpenAPI document. A new operation is a file with one of these, and a line in
/// ``Catalogue``.
package protocol Operation: Sendable {
    /// What it is.
    static var specification: OperationSpecification { get }

    /// Does it.
    /// - Throws: ``MemoryError`` with one of the specification's codes.
    static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer
}

/// What an operation is called, takes and answers.
package struct OperationSpecification: Sendable {
    /// What a call changes.
    package enum Effect: Sendable {
        /// Nothing.
        case reads
        /// It only adds.
        case adds
        /// It replaces or removes.
        case destroys
    }

    /// The name of the MCP tool and the operation's id, such as `memory_add`.
    package var name: String
    /// A few words for people.
    package var title: String
    /// What it does, for programmers: a sentence.
    package var summary: String
    /// What it does and when to use it, for models.
    package var guidance: String
    /// The HTTP method.
    package var method: String
    /// The HTTP path; `{id}` is a parameter.
    package var path: String
    /// What a key must be allowed.
    package var permission: Permission
    package var effect: Effect
    /// Whether doing it twice is the same as once.
    package var isIdempotent: Bool
    /// The arguments, those of the scope apart.
    package var parameters: [any AnyParameter]
    /// What it answers: an object.
    package var answer: JSONSchema
    /// The HTTP status of success; ``OperationAnswer/isCreated`` makes it 201, and 204 leaves the answer out.
    package var status: Int
    /// The codes it may fail with, those of every operation apart.
    package var errors: [MemoryError.Code]
    /// Arguments to try, by title, the scope's apart.
    package var examples: [(title: String, arguments: [String: JSONValue])]

    package init(
        _ name: String, title: String, summary: String, guidance: String, method: String, path: String,
        permission: Permission, effect: Effect, isIdempotent: Bool, parameters: [any AnyParameter] = [],
        answer: JSONSchema, status: Int = 200, errors: [MemoryError.Code] = [],
        examples: [(title: String, arguments: [String: JSONValue])] = []
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.guidance = guidance
        self.method = method
        self.path = path
        self.permission = permission
        self.effect = effect
        self.isIdempotent = isIdempotent
        self.parameters = parameters
        self.answer = answer
        self.status = status
        self.errors = errors
        self.examples = examples
    }

    /// The names of the path's parameters.
    package var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether a call carries a body.
    package var hasBody: Bool { method == "POST" || method == "PATCH" || method == "PUT" }

    /// Whether it takes `expected_revision`, which HTTP spells `If-Match`.
    package var isConditional: Bool { parameters.contains { $0.name == MemoryParameters.expectedRevision.name } }
}

/// One call of an operation.
package struct OperationCall: Sendable {
    package let store: MemoryStore
    package let scope: Scope
    package let arguments: Arguments
    /// Told how much is done, of how much, where a call takes its time.
    package var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
}

/// What an operation answered.
package struct OperationAnswer: Sendable {
    /// The members of the answer.
    package var members: [String: JSONValue]
    /// Whether something new was made.
    package var isCreated = false
    /// The revision of the memory that the answer is: its entity tag.
    package var revision: Int64?

    package init(_ members: [String: JSONValue], isCreated: Bool = false, revision: Int64? = nil) {
        self.members = members
        self.isCreated = isCreated
        self.revision = revision
    }
}
