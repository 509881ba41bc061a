public import Records

/// What is said about a checkpoint, as a JSON object: it can be filtered by, and is never sealed.
///
/// The member `run_id` names the run that made the checkpoint, for ``CheckpointStore/delete(runs:)``.
public struct CheckpointMetadata: Sendable, Hashable {
    /// The object in its canonical spelling.
    public let json: String

    /// Metadata of these members.
    public init(_ members: [String: JSONValue] = [:]) { json = JSONValue.object(members).canonical }

    /// Metadata as it is stored.
    init(stored json: String) { self.json = json }

    /// The members, parsed on each call, so that nobody pays for it who only passes them on.
    /// - Throws: ``CheckpointError`` `corrupted` when the stored text is no JSON object.
    /// - Complexity: O(length).
    public func members() throws(CheckpointError) -> [String: JSONValue] {
        guard case .object(let members)? = try? JSONValue(parsing: json) else {
            throw CheckpointError(.corrupted, "a checkpoint's metadata is not a JSON object")
        }
        return members
    }
}
