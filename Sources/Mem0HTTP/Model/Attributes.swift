import Memories
import Records

/// What mem0 says of a memory and ours has no field for. It is kept in a reserved member of the metadata, which mem0's
/// clients never see.
struct Attributes: Sendable {
    /// The reserved member.
    static let key = "_mem0"

    /// The app, beside a user or an agent.
    var app: String?
    /// The run, where the session also holds an app.
    var run: String?
    /// The last day on which it is shown, `YYYY-MM-DD`.
    var expirationDate: String?
    /// Whether it may not be changed.
    var isImmutable = false
    /// Whether the event time stands for the time of creation.
    var hasTimestamp = false
    /// Who said it.
    var role: String?
    /// The name of who said it.
    var actor: String?

    init() {}

    /// Takes a memory's metadata apart.
    init(of memory: Memory) { self.init(in: memory.metadata) }

    init(in metadata: [String: JSONValue]) {
        guard case .object(let members)? = metadata[Self.key] else { return }
        func text(_ name: String) -> String? { if case .string(let text)? = members[name] { text } else { nil } }
        app = text("app_id")
        run = text("run_id")
        expirationDate = text("expiration_date")
        isImmutable = members["immutable"] == .bool(true)
        hasTimestamp = members["timestamp"] == .bool(true)
        role = text("role")
        actor = text("actor_id")
    }

    /// The metadata that a client gave, with these attributes in it.
    /// - Throws: ``MemoryError`` `invalid` when the client's metadata uses the reserved name.
    func joined(to metadata: [String: JSONValue]) throws(MemoryError) -> [String: JSONValue] {
        guard metadata[Self.key] == nil else {
            throw MemoryError(.invalid, "metadata: the name \(Self.key) is reserved")
        }
        var members: [String: JSONValue] = [:]
        members["app_id"] = app.map { .string($0) }
        members["run_id"] = run.map { .string($0) }
        members["expiration_date"] = expirationDate.map { .string($0) }
        if isImmutable { members["immutable"] = .bool(true) }
        if hasTimestamp { members["timestamp"] = .bool(true) }
        members["role"] = role.map { .string($0) }
        members["actor_id"] = actor.map { .string($0) }
        guard !members.isEmpty else { return metadata }
        var joined = metadata
        joined[Self.key] = .object(members)
        return joined
    }

    /// A memory's metadata as its client gave it.
    static func visible(_ metadata: [String: JSONValue]) -> [String: JSONValue] {
        metadata.filter { $0.key != key }
    }
}
