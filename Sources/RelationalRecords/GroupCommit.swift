import Records

/// Commits what waited in a lane: one transaction for all, run again where the engine asks for it.
struct GroupCommit: Sendable {
    let engine: any SQLEngine
    let lane: Int
    let bookkeeping: Bookkeeping
    let now: Int64

    /// How often a transaction is run again after a deadlock, and how often after a connection that broke before the
    /// commit was asked for.
    private static let conflictLimit = 20, connectionLimit = 2

    func commit(_ calls: [[Batch]], _ tables: [String: TableLayout]) async -> [[Result<Receipt, StoreError>]] {
        let batches = calls.flatMap { $0 }
        var flat = await commit(batches, tables)[...]
        return calls.map { call in
            defer { flat = flat.dropFirst(call.count) }
            return Array(flat.prefix(call.count))
        }
    }

    /// Commits small batches without leaving the thread; nil when that needs a wait, or to be run again: nothing happened.
    func commitAtOnce(
        _ batches: [Batch], _ tables: [String: TableLayout]
    ) async -> [Result<Receipt, StoreError>]? {
        let connection: any SQLConnection
        do throws(StoreError) {
            connection = try await engine.take(.writing(lane: lane))
            guard try connection.beginIfFree(engine.dialect.beginWriting) else {
                await engine.give(connection, .writing(lane: lane))
                return nil
            }
        } catch {
            return batches.map { _ in .failure(error) }
        }
        let outcome = await attempt(batches, tables, connection, .oneByOne, isBegun: true)
        await engine.give(connection, .writing(lane: lane))
        switch outcome {
        case .done(let results): return results
        case .retry: return nil
        case .failed(let error): return error.code == .conflict ? nil : batches.map { _ in .failure(error) }
        }
    }

    private func commit(_ batches: [Batch], _ tables: [String: TableLayout]) async -> [Result<Receipt, StoreError>] {
        var mode = engine.isRemote && batches.allSatisfy(\.onlyAdds) ? Mode.together : .oneByOne
        var conflicts = 0, breaks = 0
        while true {
            let connection: any SQLConnection
            do throws(StoreError) {
                connection = try await engine.take(.writing(lane: lane))
            } catch {
                return batches.map { _ in .failure(error) }
            }
            let outcome = await attempt(batches, tables, connection, mode)
            let isBroken = connection.isBroken
            await engine.give(connection, .writing(lane: lane))
            switch outcome {
            case .done(let results): return results
            case .retry(let next): mode = next
            case .failed(var error):
                if error.code == .conflict {
                    conflicts += 1
                    if conflicts <= Self.conflictLimit {
                        await pause(conflicts)
                        continue
                    }
                    error = StoreError(
                        .unavailable, "other writers were in the way \(conflicts) times; try again",
                        underlying: error.underlying)
                } else if isBroken, error.code == .unavailable, engine.isRemote {
                    // The commit was never asked for, so nothing happened.
                    breaks += 1
                    if breaks <= Self.connectionLimit { continue }
                }
                return batches.map { _ in .failure(error) }
            }
        }
    }

    private enum Mode {
        /// Everything in one round trip: adds that are expected to succeed.
        case together
        case oneByOne
        /// Every batch can be undone by itself, whatever happens.
        case careful
    }

    private enum Outcome {
        case done([Result<Receipt, StoreError>])
        case retry(Mode)
        case failed(StoreError)
    }

    private func attempt(
        _ batches: [Batch], _ tables: [String: TableLayout], _ connection: any SQLConnection, _ mode: Mode,
        isBegun: Bool = false
    ) async -> Outcome {
        do throws(StoreError) {
            if !isBegun { try await connection.begin(engine.dialect.beginWriting) }
            var transaction = CommitTransaction(
                connection, tables, bookkeeping, engine.dialect, isCareful: mode == .careful, now: now)
            try await transaction.open(batches)
            var results: [Result<Receipt, StoreError>] = []
            if mode == .together {
                guard let receipts = try await transaction.applyTogether(batches) else {
                    await connection.rollBack()
                    return .retry(.oneByOne)
                }
                results = receipts.map { .success($0) }
            } else {
                results.reserveCapacity(batches.count)
                for batch in batches {
                    do throws(StoreError) {
                        results.append(.success(try await transaction.apply(batch)))
                    } catch {
                        if transaction.isAlone {
                            await connection.rollBack()
                            return .failed(error)
                        }
                        guard !transaction.isUnusable, !connection.isBroken, !connection.hasLostTransaction else {
                            let isTechnical = error.code == .conflict || !transaction.isUnusable
                            await connection.rollBack()
                            return isTechnical ? .failed(error) : .retry(.careful)
                        }
                        results.append(.failure(error))
                    }
                }
            }
            try await transaction.finish()
            try await connection.commit()
            return .done(results)
        } catch {
            await connection.rollBack()
            return .failed(error)
        }
    }

    /// Waits a little longer each time, and never as long as the others.
    private func pause(_ attempt: Int) async {
        let milliseconds = Int.random(in: 1...min(200, 4 << min(attempt, 6)))
        do { try await Task.sleep(for: .milliseconds(milliseconds)) } catch {
            // A cancelled caller does not wait; the transaction is tried at once.
        }
    }
}
