import Foundation

/// How a ``CheckpointStore`` works.
public struct CheckpointStoreConfiguration: Sendable {
    /// Whose threads these are, at most 64 UTF-8 bytes; empty by default. Tenants never see each other's threads.
    public var tenant: String
    /// Seals state, channel values and writes; nil stores them as they are, the default.
    public var cipher: (any StateCipher)?
    /// Whether values that were stored before there was a cipher can be read: true by default. Where somebody else can
    /// write to the database, false makes an unsealed value an error.
    public var acceptsUnsealed: Bool
    /// The most bytes of a value in one record, at least 1; longer ones are stored in parts. 4 MiB by default, and never
    /// more than the store's own limit.
    public var partBytes: Int
    /// Microseconds since 1970 UTC; the system clock by default.
    public var clock: @Sendable () -> Int64
    /// Whether ``CheckpointStore/close()`` closes the record store: false where it was handed in.
    public var ownsRecords: Bool

    /// The defaults.
    public init(
        tenant: String = "", cipher: (any StateCipher)? = nil, acceptsUnsealed: Bool = true,
        partBytes: Int = 4 << 20, clock: @escaping @Sendable () -> Int64 = Self.now, ownsRecords: Bool = false
    ) {
        self.tenant = tenant
        self.cipher = cipher
        self.acceptsUnsealed = acceptsUnsealed
        self.partBytes = partBytes
        self.clock = clock
        self.ownsRecords = ownsRecords
    }

    /// The system clock.
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
