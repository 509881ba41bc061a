public import Records

extension CheckpointStore {
    /// Makes a new checkpoint from an earlier one, with the same state and values: the beginning of another course.
    ///
    /// The new one's parent is the earlier one, and its metadata says `source: fork`. Where channels are incremental, its
    /// parent is the earlier one's parent: what was written after the earlier one belongs to the other course.
    /// - Parameters:
    ///   - address: The checkpoint to begin at; the latest without an id.
    ///   - id: The new checkpoint's id; a greater one than all others makes it the latest.
    ///   - metadata: What is said about it beside its source.
    /// - Returns: Where it is.
    /// - Throws: ``CheckpointError`` `notFound`, `invalid`, `parentMissing` when the earlier one left meanwhile,
    ///   `conflict`, `unavailable`.
    @discardableResult
    public func fork(
        _ address: CheckpointAddress, as id: String, metadata: [String: JSONValue] = [:]
    ) async throws(CheckpointError) -> CheckpointAddress {
        guard let origin = try await get(address)?.checkpoint else {
            throw CheckpointError(.notFound, "there is no such checkpoint")
        }
        var members = metadata
        members["source"] = .string("fork")
        // Nothing changes, so the commit is guarded by the origin, and the values are shared with it.
        return try await put(
            NewCheckpoint(
                id: id, parent: origin.incremental.isEmpty ? origin.id : origin.parent, state: origin.state,
                versions: origin.versions, incremental: origin.incremental, metadata: members),
            CheckpointAddress(thread: origin.thread, namespace: origin.namespace, id: id), sharingWith: origin.id)
    }
}
