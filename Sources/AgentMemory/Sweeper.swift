public import Leases

/// Does jobs that are due now and then, in one process at a time of all that share a store.
public struct Sweeper: Sendable {
    /// What one round did.
    public struct Round: Sendable {
        /// The jobs that were done.
        public var done: [String] = []
        /// The jobs that failed, and why; they are tried again in the next round.
        public var failures: [(job: String, error: any Error)] = []
        /// Whether another process holds the lease, so that nothing was to do here, or what was left was not.
        public var isElsewhere = false
    }

    private let lease: Lease
    private let jobs: [AgentMemory.SweepJob]

    /// A sweeper of jobs under a lease.
    public init(_ jobs: [AgentMemory.SweepJob], under lease: Lease) {
        self.jobs = jobs
        self.lease = lease
    }

    /// Does the jobs if the lease is held here, renewing it before each. A job that fails keeps none from being done.
    public func sweep() async -> Round {
        var round = Round()
        for job in jobs {
            do {
                guard try await lease.hold() else {
                    round.isElsewhere = true
                    return round
                }
                try await job.run()
                round.done.append(job.name)
            } catch {
                round.failures.append((job.name, error))
            }
        }
        return round
    }

    /// Leaves the jobs to others at once.
    public func stop() async {
        // When this fails, the lease ends by itself.
        try? await lease.release()
    }
}
