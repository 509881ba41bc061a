package import Records

/// What was done to a memory.
package enum MemoryChangeKind: Sendable {
    /// It was made.
    case add
    /// It was changed, or added again.
    case update
    /// It was deleted.
    case delete
}

/// What is to be written together with a change of a memory: in its partition and its batch, so all or nothing. Called
/// with what was done, the memory's id and what it says, once more for every try of the commit.
package typealias MemoryCompanions = @Sendable (MemoryChangeKind, _ id: String, _ content: String) -> [Write]
