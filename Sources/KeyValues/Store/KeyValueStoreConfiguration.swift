import Foundation

/// How a ``KeyValueStore`` works.
public struct KeyValueStoreConfiguration: Sendable {
    /// Whose items these are, at most 64 UTF-8 bytes; empty by default. Tenants never see each other's items.
    public var tenant: String
    /// How items are indexed for questions; nil indexes nothing, and questions then only list.
    public var index: ItemIndex?
    /// How many seconds an item lives after it was last put or read, unless it says otherwise; nil for ever, the default.
    public var defaultLifetime: Double?
    /// Whether reading an item that expires makes it live on, unless the read says otherwise; true by default.
    public var refreshesOnRead: Bool
    /// Microseconds since 1970 UTC; the system clock by default.
    public var clock: @Sendable () -> Int64
    /// Whether ``KeyValueStore/close()`` closes the record store: false where it was handed in.
    public var ownsRecords: Bool

    /// The defaults.
    public init(
        tenant: String = "", index: ItemIndex? = nil, defaultLifetime: Double? = nil, refreshesOnRead: Bool = true,
        clock: @escaping @Sendable () -> Int64 = Self.now, ownsRecords: Bool = false
    ) {
        self.tenant = tenant
        self.index = index
        self.defaultLifetime = defaultLifetime
        self.refreshesOnRead = refreshesOnRead
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
