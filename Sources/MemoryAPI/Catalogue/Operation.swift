package import Access
package import Memories
package import Records

/// One thing that can be done with a store. Everything that any edge says or does about it comes from here: its HTTP
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

    /// What a call is about.
    package enum Domain: String, Sendable, CaseIterable {
        case memories
        /// Sessions, runs, events and state.
        case transcripts
        /// Runs that were moved out of the store.
        case archive
        /// The current conversation of each session.
        case shortTerm = "short_term"
    }

    /// Whose things a call may reach.
    package enum Reach: Sendable {
        /// An owner's, narrowed to an agent or a session where the call names one.
        case scope
        /// An owner's.
        case owner
        /// Those of every owner that the caller may ask about; the call may name an app and a user.
        case everybody
    }

    /// A body that is not a JSON object of arguments but one argument as it is; the others are in the query.
    package struct RawBody: Sendable {
        /// The argument, a text.
        package var parameter: String
        /// What it may be, the preferred one first.
        package var mediaTypes: [String]
        /// Whether a request without a body is one with an empty text.
        package var mayBeEmpty: Bool

        package init(_ parameter: String, _ mediaTypes: [String], mayBeEmpty: Bool = false) {
            self.parameter = parameter
            self.mediaTypes = mediaTypes
            self.mayBeEmpty = mayBeEmpty
        }
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
    package var domain: Domain
    package var reach: Reach
    /// Whether an answer may be ``OperationAnswer/isCreated``.
    package var creates: Bool
    /// The body over HTTP, where it is an argument as it is.
    package var rawBody: RawBody?
    /// The media types of ``OperationAnswer/document``; none where the answer is always its members.
    package var documentTypes: [String]
    /// Whether models are offered it; what answers or takes whole documents is for programs.
    package var isTool: Bool { rawBody == nil && documentTypes.isEmpty }

    package init(
        _ name: String, title: String, summary: String, guidance: String, method: String, path: String,
        permission: Permission, effect: Effect, isIdempotent: Bool, parameters: [any AnyParameter] = [],
        answer: JSONSchema, status: Int = 200, errors: [MemoryError.Code] = [],
        examples: [(title: String, arguments: [String: JSONValue])] = [], domain: Domain = .memories,
        reach: Reach = .scope, creates: Bool = false, rawBody: RawBody? = nil, documentTypes: [String] = []
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
        self.domain = domain
        self.reach = reach
        self.creates = creates
        self.rawBody = rawBody
        self.documentTypes = documentTypes
    }

    /// The names of the path's parameters.
    package var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether a call carries a body.
    package var hasBody: Bool { method == "POST" || method == "PATCH" || method == "PUT" }

    /// Whether HTTP takes an `Idempotency-Key` for it.
    package var takesIdempotencyKey: Bool {
        method == "POST" && effect == .adds && reach != .everybody && rawBody == nil
    }

    /// Whether it takes `expected_revision`, which HTTP spells `If-Match`.
    package var isConditional: Bool { parameters.contains { $0.name == MemoryParameters.expectedRevision.name } }
}

/// One call of an operation.
package struct OperationCall: Sendable {
    package let services: Services
    /// Whose; of a call that reaches everybody, the parts that are left open are empty, which no store takes.
    package let scope: Scope
    /// The owners of a call that reaches everybody.
    package let owners: OwnerRange
    /// Whether the caller acts for one user only, and so changes nothing that others share.
    package let isForOneUser: Bool
    package let arguments: Arguments
    /// What was kept of the answer, where the same was done before.
    package var kept: OperationAnswer?
    package var store: MemoryStore { services.memories }
    /// Told how much is done, of how much, where a call takes its time.
    package var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
}

/// What an operation answered.
package struct OperationAnswer: Sendable {
    /// The members of the answer.
    package var members: [String: JSONValue]
    /// Whether something new was made.
    package var isCreated = false
    /// The revision of the memory or session that the answer is: its entity tag.
    package var revision: Int64?
    /// A document that is the answer instead of the members, where an edge can carry one.
    package var document: OperationDocument?

    package init(_ members: [String: JSONValue], isCreated: Bool = false, revision: Int64? = nil) {
        self.members = members
        self.isCreated = isCreated
        self.revision = revision
    }
}

/// An answer that is a document of its own rather than JSON members.
package struct OperationDocument: Sendable {
    package enum Content: Sendable {
        /// All of it.
        case text(String)
        /// What it writes, piece by piece, until nobody reads any more: then `write` answers false. When it throws, what
        /// was written is not the whole.
        case stream(
            @Sendable (_ write: @escaping @Sendable (String) async -> Bool) async throws(MemoryError) -> Void)
    }

    package var mediaType: String
    package var content: Content
    /// What HTTP says of it besides.
    package var headers: [(String, String)]

    package init(_ mediaType: String, _ content: Content, headers: [(String, String)] = []) {
        self.mediaType = mediaType
        self.content = content
        self.headers = headers
    }
}
