#if MongoDB
    import Foundation
    import Records

    /// Commits a group of batches of one partition, however many attempts that takes.
    ///
    /// A group may be run again because nothing in it depends on an earlier attempt: only a commit whose answer was lost
    /// is special. It is asked for again, as the protocol allows; and should the server have forgotten the transaction
    /// meanwhile, the token in the head says whether it was committed.
    struct Committer: Sendable {
        let pool: MongoPool
        let isJournaled: Bool
        /// How long a group is tried, in seconds.
        let timeout: Double
        let clock: @Sendable () -> Int64

        /// An attempt whose commit may have happened.
        private struct Doubt {
            var token: Int64
            var attempt: CommitTransaction.Attempt
            var failure: StoreError
        }

        /// Engine errors that are neither transient nor final: a duplicate key that no read explains.
        private static let maximumUnexplained = 5

        /// The outcomes of a group and what its lane remembers afterwards. Blocks; not for the cooperative pool.
        func commit(
            _ batches: [Batch], _ partition: Partition, _ shape: StoreShape, _ memory: LaneMemory?
        ) -> (results: [Result<Receipt, StoreError>], memory: LaneMemory?) {
            var memory = memory
            var doubt: Doubt?
            var unexplained = 0
            let end = Date(timeIntervalSinceNow: timeout)
            var attempts = 0
            while true {
                attempts += 1
                do throws(StoreError) {
                    let attempt = try self.attempt(
                        batches, partition, shape, memory, mayTrustInserts: unexplained == 0, &doubt, end)
                    return (attempt.results, attempt.memory)
                } catch {
                    memory = nil
                    let failure = error.failure
                    if failure?.isDuplicate == true {
                        // The first one mostly means an insert of what is there: look before the next attempt.
                        unexplained += 1
                        if unexplained == 1, doubt == nil { continue }
                    }
                    let isRetried =
                        failure.map {
                            $0.isTransient || ($0.isDuplicate && unexplained < Self.maximumUnexplained)
                                // Before a commit is asked for, a broken connection undoes everything.
                                || $0.isInterruption || (doubt != nil && ($0.isUnreachable || $0.isUnknownCommit))
                        } ?? false
                    guard isRetried, error.code != .outcomeUnknown, Date() < end else {
                        return (Self.failed(batches.count, error, doubt), nil)
                    }
                }
                Self.wait(attempts)
            }
        }

        private func attempt(
            _ batches: [Batch], _ partition: Partition, _ shape: StoreShape, _ memory: LaneMemory?,
            mayTrustInserts: Bool, _ doubt: inout Doubt?, _ end: Date
        ) throws(StoreError) -> CommitTransaction.Attempt {
            let earlier = doubt
            var later: Doubt?
            defer { if let later { doubt = later } }
            return try pool.withConnection { (connection) throws(StoreError) in
                let token = Int64.random(in: .min ... .max)
                let transaction = CommitTransaction(
                    connection: connection, store: shape, partition: partition, now: clock(), token: token,
                    mayTrustInserts: mayTrustInserts)
                // As long as one commit may take, so that a lost one is noticed within the group's time.
                let maximum = Int64(max(1, min(timeout / 2, 10)) * 1_000)
                try connection.begin(isJournaled: isJournaled, maximumMilliseconds: maximum)
                let attempt: CommitTransaction.Attempt
                do throws(StoreError) {
                    if let earlier, let known = try resolve(earlier, partition, shape, connection) {
                        // Not a write, but the majority must have what was read.
                        try connection.commit()
                        return known
                    }
                    attempt = try transaction.attempt(batches, memory)
                } catch {
                    connection.abort()
                    throw error
                }
                guard attempt.writes else {
                    connection.abort()
                    return attempt
                }
                do throws(StoreError) {
                    try commit(connection, until: end)
                } catch {
                    if error.failure?.isUnknownCommit == true || error.failure?.isInterruption == true {
                        later = Doubt(token: token, attempt: attempt, failure: error)
                    }
                    throw error
                }
                return attempt
            }
        }

        /// Commits, and asks again while the answer is lost.
        private func commit(_ connection: MongoConnection, until end: Date) throws(StoreError) {
            var attempts = 0
            var lost: StoreError?
            while true {
                attempts += 1
                do throws(StoreError) {
                    return try connection.commit()
                } catch {
                    guard let failure = error.failure else { throw error }
                    if failure.isUnknownCommit { lost = lost ?? error }
                    guard failure.isUnknownCommit, attempts < 4, Date() < end else {
                        // Once an answer was lost, a later refusal does not say that nothing happened.
                        throw lost ?? error
                    }
                }
                Self.wait(attempts)
            }
        }

        /// Whether an earlier attempt was committed: its outcomes if it was, nil when it was not.
        ///
        /// Without a commit the head is as it was, or someone else's. Another commit in between hides the answer. One that
        /// is still on its way is met as a conflict when this transaction writes the head.
        private func resolve(
            _ doubt: Doubt, _ partition: Partition, _ shape: StoreShape, _ connection: MongoConnection
        ) throws(StoreError) -> CommitTransaction.Attempt? {
            let head = try shape.reader(connection, concern: nil).head(partition) ?? PartitionHead()
            if head.token == doubt.token { return doubt.attempt }
            if head.stamp < doubt.attempt.memory.head.stamp { return nil }
            throw StoreError(
                .outcomeUnknown, "the answer to a commit was lost, and others have committed since",
                underlying: doubt.failure.underlying)
        }

        private static func failed(
            _ count: Int, _ error: StoreError, _ doubt: Doubt?
        ) -> [Result<Receipt, StoreError>] {
            guard let doubt else { return Array(repeating: .failure(error), count: count) }
            return doubt.attempt.results.map { result in
                switch result {
                case .success:
                    .failure(
                        StoreError(
                            .outcomeUnknown, "the answer to the commit was lost; retry with the same batch id",
                            underlying: error.underlying))
                case .failure(let refusal): .failure(refusal)
                }
            }
        }

        /// Waits before the next attempt: longer each time, and not in step with others.
        private static func wait(_ attempts: Int) {
            let ceiling = min(50_000, 500 << min(attempts, 7))
            usleep(UInt32.random(in: 0...UInt32(ceiling)))
        }
    }
#endif
