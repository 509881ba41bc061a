/// What a deployment can do. Never about commits: one without atomic partitions is refused by `prepare`.
public struct Capabilities: Sendable, Hashable {
    /// What an acknowledged commit survives.
    public enum Survival: String, Sendable, Hashable {
        /// Nothing: it lives in the process.
        case nothing
        /// The end of the process.
        case processCrash = "process_crash"
        /// The loss of power.
        case powerLoss = "power_loss"
    }

    /// Whether the engine itself searches vectors; otherwise `nearest` scans the partition.
    public var hasNativeVectors = false
    /// Whether the engine itself finds ``Filter/has(_:anyOf:)`` by an index.
    public var hasNativeTokens = false
    /// Whether `has` and `nearest` may lag behind commits.
    public var candidatesMayLag = false
    /// What an acknowledged commit survives.
    public var survives = Survival.nothing
    /// The settings behind ``survives``, in the engine's own words, for people.
    public var durability = "none"
    /// Whether a failover may forget acknowledged commits, so that stamps repeat.
    public var failoverMayForget = false
    /// The most writes in a batch.
    public var maximumWrites = 1_000
    /// The most bytes in one value.
    public var maximumValueBytes = 8 << 20

    /// The weakest deployment.
    public init() {}
}
