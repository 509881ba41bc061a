#if PostgreSQL
    internal import CPostgres
    import Records
    import RelationalRecords
    import Synchronization

    /// A connection to a PostgreSQL server, used by one caller at a time.
    // Unchecked: its owner hands it from caller to caller, one at a time; what it shares is in the session.
    final class PostgresConnection: SQLConnection, @unchecked Sendable {
        /// What every statement of a connection obeys.
        struct Settings: Sendable {
            /// Seconds a statement may take; 0 for no limit.
            var statementTimeout: Double
            /// Whether statements are kept on the server.
            var preparesStatements: Bool
            /// Gets the text of every statement.
            var log: (@Sendable (String) -> Void)?
        }

        let session: PostgresSession
        /// The number of the type that vectors of the store at hand are stored as.
        var vectorType = PostgresType.bytes
        /// The schema of the store at hand.
        var schema = "public"
        /// Whether it leads to a replica, which may not have the newest tables yet.
        var isReplica = false
        private let settings: Settings
        private var statements: PostgresStatements
        private var pendingBegin: String?
        private var pendingSettings: [PostgresStep] = []
        private var isInTransaction = false
        private var isSpoilt = false

        init(_ session: PostgresSession, _ settings: Settings) {
            self.session = session
            self.settings = settings
            statements = PostgresStatements(keeps: settings.preparesStatements)
        }

        /// Connects.
        static func connect(
            _ address: PostgresAddress, connectTimeout: Double, _ settings: Settings
        ) async throws(StoreError) -> PostgresConnection {
            let session = try await PostgresSession.connect(address, seconds: connectTimeout)
            let connection = PostgresConnection(session, settings)
            if settings.preparesStatements, settings.statementTimeout > 0 {
                do throws(StoreError) {
                    try await connection.restoreTimeout()
                } catch {
                    await session.close()
                    throw error
                }
            }
            return connection
        }

        var isBroken: Bool { isSpoilt || session.isDead }

        func begin(_ words: String) async throws(StoreError) {
            // An earlier end that nobody waited for is on its way on the same connection, so the order holds.
            pendingBegin = words
        }

        func run(_ calls: [SQLCall]) async throws(StoreError) -> [Int] {
            try await ask(calls).map { $0?.changes ?? 0 }
        }

        func query(_ calls: [SQLCall], _ row: (Int, any SQLRow) throws(StoreError) -> Void) async throws(StoreError) {
            for (place, result) in try await ask(calls).enumerated() {
                guard let result else { continue }
                for number in 0..<result.count { try row(place, PostgresRow(result: result, row: number)) }
            }
        }

        func execute(_ statements: [String]) async throws(StoreError) {
            for statement in statements {
                if statement.hasPrefix("SET LOCAL ") {
                    // Travels with the next call.
                    pendingSettings.append(PostgresStep(statement))
                    settings.log?(statement)
                    continue
                }
                var steps = takeBegin()
                // Making an index may take longer than any ordinary statement.
                if isInTransaction, settings.statementTimeout > 0 {
                    steps.append(PostgresStep("SET LOCAL statement_timeout = '\(Self.definitionSeconds)s'"))
                }
                settings.log?(statement)
                steps.append(PostgresStep(statement, call: 0))
                let reply = await session.exchange(steps, seconds: Double(Self.definitionSeconds) + 30, cancels: false)
                if let error = error(of: reply, steps, hasIndex: false) { throw error }
            }
        }

        func commit() async throws(StoreError) {
            pendingSettings = []
            guard isInTransaction else {
                pendingBegin = nil
                return
            }
            settings.log?("COMMIT")
            isInTransaction = false
            let reply = await session.exchange([PostgresStep("COMMIT")], seconds: answerSeconds, cancels: false)
            switch reply.failure {
            case nil:
                // The server answers the commit of a failed transaction by rolling it back.
                guard reply.results.first??.tag == "COMMIT" else {
                    throw StoreError(.unavailable, "the transaction had failed and was rolled back")
                }
            case .statement(_, let failure): throw PostgresErrors.error(failure)
            case .lost(let failure, wasSent: false): throw PostgresErrors.lost(failure)
            case .lost(let failure, wasSent: true):
                throw StoreError(
                    .outcomeUnknown, "the connection to the server ended before it answered the commit",
                    underlying: failure)
            case .cancelled: throw PostgresErrors.cancelled
            }
        }

        func endReading() async throws(StoreError) {
            pendingSettings = []
            guard isInTransaction else {
                pendingBegin = nil
                return
            }
            isInTransaction = false
            settings.log?("COMMIT")
            session.post([PostgresStep("COMMIT")], seconds: answerSeconds)
        }

        func rollBack() async {
            pendingBegin = nil
            pendingSettings = []
            guard isInTransaction, !session.isDead else { return }
            isInTransaction = false
            settings.log?("ROLLBACK")
            let reply = await session.exchange([PostgresStep("ROLLBACK")], seconds: answerSeconds, cancels: false)
            if reply.failure != nil { isSpoilt = true }
        }

        func dataVersion() async throws(StoreError) -> Int64? {
            var version: Int64?
            // Grows with every commit of the server: hints too many do no harm.
            let position = "(pg_catalog.pg_current_wal_lsn() OPERATOR(pg_catalog.-) '0/0'::pg_catalog.pg_lsn)"
            try await query([SQLCall("SELECT \(position)::pg_catalog.int8")]) { (_, row) in version = row.integer(0) }
            return version
        }

        func isAlive() async -> Bool {
            guard !isBroken else { return false }
            let reply = await session.exchange([PostgresStep("SELECT 1")], seconds: 5, cancels: false)
            return reply.failure == nil
        }

        func close() async { await session.close() }

        /// Limits the statements of the session to what the configuration says.
        func restoreTimeout() async throws(StoreError) {
            let steps = [PostgresStep("SET statement_timeout = \(Int(settings.statementTimeout * 1_000))")]
            let reply = await session.exchange(steps, seconds: 30, cancels: false)
            if let error = error(of: reply, steps, hasIndex: false) { throw error }
        }

        /// Makes the connection one that is closed instead of going back.
        func spoil() { isSpoilt = true }

        /// How long to wait for an answer before the connection is given up: a little longer than the server may take.
        private var answerSeconds: Double {
            settings.statementTimeout > 0 ? settings.statementTimeout + 15 : 86_400
        }

        /// How long making a table or an index may take.
        private static let definitionSeconds = 3_600

        private func takeBegin() -> [PostgresStep] {
            let later = pendingSettings
            pendingSettings = []
            guard let begin = pendingBegin else { return later }
            pendingBegin = nil
            isInTransaction = true
            settings.log?(begin)
            var steps = [PostgresStep(begin)]
            // A pooler may give every transaction another session, so the limit is the transaction's.
            if !settings.preparesStatements, settings.statementTimeout > 0 {
                steps.append(PostgresStep("SET LOCAL statement_timeout = \(Int(settings.statementTimeout * 1_000))"))
            }
            return steps + later
        }

        /// The results of calls, one each.
        private func ask(_ calls: [SQLCall]) async throws(StoreError) -> [PostgresResult?] {
            guard !calls.isEmpty else { return [] }
            let plan = try statements.plan(
                calls, forgets: !isInTransaction, vectorType: vectorType, log: settings.log)
            let beginsHere = pendingBegin != nil
            let begin = takeBegin()
            let steps = begin + plan.steps
            let reply = await session.exchange(steps, seconds: answerSeconds, cancels: true)
            let succeeded = plan.kept.filter { place in
                let step = place.step + begin.count
                return step < reply.results.count && reply.results[step] != nil
            }
            statements.keep(succeeded)
            if case .cancelled = reply.failure, beginsHere {
                // Nothing was sent, so no transaction began.
                isInTransaction = false
            }
            if let error = error(of: reply, steps, hasIndex: true) { throw error }
            var results = [PostgresResult?](repeating: nil, count: calls.count)
            // A call's last step is the one that runs it.
            for (step, result) in zip(steps, reply.results) {
                if let call = step.call { results[call] = result }
            }
            return results
        }

        private func error(of reply: PostgresReply, _ steps: [PostgresStep], hasIndex: Bool) -> StoreError? {
            switch reply.failure {
            case nil: return nil
            case .statement(let step, let failure):
                // A server that became a standby stays one: the next connection may find its successor.
                if failure.sqlState == "25006" || failure.sqlState == "26000" { isSpoilt = true }
                if isReplica, ["42P01", "42703", "3F000"].contains(failure.sqlState) {
                    return StoreError(
                        .unavailable, "the replica does not have the newest tables yet", underlying: failure)
                }
                return PostgresErrors.error(failure, index: hasIndex && step < steps.count ? steps[step].call : nil)
            case .lost(let failure, _): return PostgresErrors.lost(failure)
            case .cancelled: return PostgresErrors.cancelled
            }
        }
    }
#endif
