public import Records

/// How a ``GraphStore`` works.
public struct GraphStoreConfiguration: Sendable {
    /// The system clock by default.
    public var clock: @Sendable () -> Timestamp
    /// Makes the ids of entities and relations, 1 to 128 UTF-8 bytes; UUIDs of version 7 by default.
    public var makeIdentifier: @Sendable (Timestamp) -> String
    /// Whether ``GraphStore/close()`` closes the record store: false where it was handed in.
    public var ownsRecords: Bool

    /// The defaults.
    public init(
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now,
        makeIdentifier: @escaping @Sendable (Timestamp) -> String = Identifier.make(at:),
        ownsRecords: Bool = false
    ) {
        self.clock = clock
        self.makeIdentifier = makeIdentifier
        self.ownsRecords = ownsRecords
    }
}
