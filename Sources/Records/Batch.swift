/// A change of one field of an existing record.
public enum Change: Sendable, Hashable {
    /// Sets the field; null clears it.
    case set(String, Value)
    /// Adds to an integer field; a missing value counts as 0. Overflow is refused with code `invalid`.
    case add(String, Int64)
    /// Keeps the lesser of the stored and the given value; a missing value is replaced.
    case least(String, Value)
    /// Keeps the greater of the stored and the given value; a missing value is replaced.
    case greatest(String, Value)
}

/// A precondition, evaluated against the partition as it is before the batch.
public enum Guard: Sendable, Hashable {
    /// No record has this key.
    case absent(Key)
    /// The record exists and the filter holds: scalar fields only, so that a server-side script can evaluate it.
    case matches(Key, Filter)
}

/// One write. The writes of a batch apply in order, each seeing those before it.
public enum Write: Sendable, Hashable {
    /// Adds a record; its key and unique keys must be free, else `exists` with the record in the way.
    /// Answers revision 1, or the assigned number where a value is ``Value/next(_:)`` (at most one).
    case insert(String, [Value])
    /// Adds or replaces a record; unique keys held by another record answer `exists`. Answers the revision.
    case put(String, [Value])
    /// Changes fields of an existing record, else `missing`. Key fields cannot change. Answers the revision.
    case patch(Key, [Change])
    /// Removes a record; an absent one is no error. Answers the revision it had, 0 when it was absent.
    case delete(Key)
    /// Adds to a named counter of the partition; a positive change that would pass `atMost` answers `limit`.
    /// Answers the value after it.
    case count(String, Int64, atMost: Int64?)
}

/// Writes that happen together or not at all, in one partition.
///
/// Evaluated in this order: guards, then keys and unique keys (`exists`, `missing`), then counter bounds; the first
/// failure is thrown and nothing is written. So a re-add at the limit is seen as `exists`, never as `limit`.
public struct Batch: Sendable {
    /// The partition that every write belongs to.
    public var partition: Partition
    /// Makes a retry after `outcomeUnknown` safe: a batch of an id that was committed within the last 24 hours answers
    /// the first receipt and writes nothing.
    public var id: UInt64?
    /// The preconditions.
    public var guards: [Guard]
    /// The writes, at most ``Capabilities/maximumWrites``.
    public var writes: [Write]

    /// A batch.
    public init(_ partition: Partition, id: UInt64? = nil, guards: [Guard] = [], _ writes: [Write]) {
        self.partition = partition
        self.id = id
        self.guards = guards
        self.writes = writes
    }
}

/// What a batch did.
public struct Receipt: Sendable, Hashable {
    /// The commit's number in its partition.
    public var stamp: Stamp
    /// One element a write, as ``Write`` describes each.
    public var results: [Int64]

    /// A receipt.
    public init(stamp: Stamp, results: [Int64]) {
        self.stamp = stamp
        self.results = results
    }
}
