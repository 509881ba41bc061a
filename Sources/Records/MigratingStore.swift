/// A change of a store's tables that was made or is to be made.
public struct Migration: Sendable, Hashable {
    /// How far it is.
    public enum State: String, Sendable {
        /// It would be made by preparing.
        case pending
        /// It was begun and not finished: preparing goes on with it.
        case unfinished
        /// It was made.
        case applied
    }

    /// The record type and its version: `memory@2`.
    public var name: String
    /// How far it is.
    public var state: State
    /// A number over the declaration before and after it, 16 hexadecimal digits; the same on every engine.
    public var checksum: String
    /// When it was finished, in microseconds since 1970 UTC; nil when it is not.
    public var appliedAt: Int64?

    /// A migration.
    public init(name: String, state: State, checksum: String, appliedAt: Int64? = nil) {
        self.name = name
        self.state = state
        self.checksum = checksum
        self.appliedAt = appliedAt
    }
}

/// A store whose tables change with the versions of the record types, and can go back.
public protocol MigratingStore: RecordStore {
    /// What was made and what preparing these types would make, oldest first. Changes nothing.
    /// - Throws: ``StoreError`` `schema` when the store is newer, `unavailable`, `closed`.
    func migrations(for types: [RecordType]) async throws(StoreError) -> [Migration]

    /// Undoes the newest migrations, one by one, and answers their names. The data of the tables and columns that they
    /// added is lost. Afterwards the store must be prepared again before it is used.
    /// - Throws: ``StoreError`` `invalid` when there are not so many, `unavailable`, `closed`.
    func revert(_ count: Int) async throws(StoreError) -> [String]
}
