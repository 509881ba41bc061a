public import Records

/// The right to do a job that one process at a time does, of several that share a store.
///
/// A holder renews it before it expires; when the holder dies, another takes it over after that. Clocks of machines differ:
/// the lifetime should be long against the difference, and the job one that does no harm when it is done twice.
public struct Lease: Sendable {
    /// What the job is called, 1 to 255 UTF-8 bytes.
    public let name: String
    /// Who holds it, different for every process, 1 to 255 UTF-8 bytes.
    public let holder: String
    /// How long it lasts without renewal, in microseconds.
    public let lifetime: Int64
    private let records: any RecordStore
    private let clock: @Sendable () -> Int64

    /// One record a job: who has it and until when.
    public static let recordType = RecordType(
        "lease",
        fields: [
            Field("name", .text(maximumBytes: 255)), Field("holder", .text(maximumBytes: 255)),
            Field("expires_at", .time),
        ])

    /// Where leases live: no owner's partition, for those have a slash or begin with a number sign.
    private static let partition = Partition("leases")

    /// Prepares the record type; nothing is taken yet.
    /// - Parameters:
    ///   - lifetime: How long it lasts without renewal, in microseconds, at least 1.
    ///   - clock: Microseconds since 1970-01-01T00:00:00Z.
    /// - Throws: ``StoreError``, as ``RecordStore/prepare(_:)``.
    public init(
        _ name: String, holder: String, lifetime: Int64, in records: any RecordStore,
        clock: @escaping @Sendable () -> Int64
    ) async throws(StoreError) {
        try await records.prepare([Self.recordType])
        self.name = name
        self.holder = holder
        self.lifetime = max(1, lifetime)
        self.records = records
        self.clock = clock
    }

    /// Takes the lease where nobody has it or it has expired, and renews it where it is held here.
    /// - Returns: Whether it is held until its lifetime from now.
    /// - Throws: ``StoreError`` `unavailable`, `outcomeUnknown`; then it is not known to be held.
    public func hold() async throws(StoreError) -> Bool {
        let key = Key(Self.recordType.name, name)
        let now = clock()
        let write: Write
        var guards: [Guard] = []
        if let record = try await records.record(key, in: Self.partition) {
            guard case .text(let other) = record.values[1], case .time(let end) = record.values[2] else {
                throw StoreError(.corrupted, "the lease \(name) is damaged")
            }
            guard other == holder || end <= now else { return false }
            guards = [.matches(key, .equal("revision", .int(record.revision)))]
            write = .put(Self.recordType.name, values(until: now + lifetime))
        } else {
            write = .insert(Self.recordType.name, values(until: now + lifetime))
        }
        do {
            try await records.commit(Batch(Self.partition, guards: guards, [write]))
            return true
        } catch {
            // Somebody else was faster.
            guard error.code == .exists || error.code == .guardFailed else { throw error }
            return false
        }
    }

    /// Gives the lease up where it is held here, so that nobody waits for its end.
    /// - Throws: ``StoreError`` `unavailable`, `outcomeUnknown`.
    public func release() async throws(StoreError) {
        let key = Key(Self.recordType.name, name)
        do {
            try await records.commit(
                Batch(Self.partition, guards: [.matches(key, .equal("holder", .text(holder)))], [.delete(key)]))
        } catch {
            guard error.code == .guardFailed || error.code == .missing else { throw error }
        }
    }

    private func values(until end: Int64) -> [Value] { [.text(name), .text(holder), .time(end)] }
}
