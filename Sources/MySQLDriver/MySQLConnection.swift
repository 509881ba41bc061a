#if MySQL
    internal import CMariaDB
    import Records
    import RelationalRecords

    /// A connection to the server.
    ///
    /// A single statement is prepared on the server; several that belong together, and the words that begin a transaction,
    /// are written out and travel in one round trip.
    // Unchecked: the pool hands it from task to task, one at a time.
    final class MySQLConnection: SQLConnection, @unchecked Sendable {
        let handle: MySQLHandle
        let server: MySQLServer
        let configuration: MySQLConfiguration
        private let statements: MySQLStatementCache
        /// Words that wait for the next call.
        var waitingBegin: String?
        /// What must run before the transaction's first savepoint.
        private var waitingAnchor: SavepointAnchor?
        /// Whether an answer is on its way that nobody has read.
        private var hasPendingAnswer = false
        /// Whether somebody else stopped a statement: the stop may still hit a later one, so nobody else gets this.
        private var wasStopped = false
        /// A deadlock ends the whole transaction on the server.
        private(set) var hasLostTransaction = false

        /// Arguments beyond so many bytes are sent as they are rather than written out.
        private static let largeArguments = 32 << 10
        /// Statements travel together up to about so many bytes.
        private static let largeBatch = 512 << 10

        /// Connects and makes the session what the store expects.
        /// - Throws: ``StoreError`` `unavailable`, `invalid`, `unsupported`.
        static func open(_ configuration: MySQLConfiguration) async throws(StoreError) -> MySQLConnection {
            let handle = try await MySQLHandle.connect(configuration)
            do throws(StoreError) {
                guard let server = MySQLServer(handle.serverVersion) else {
                    throw StoreError(.unsupported, "\(configuration.endpoint): the server tells no version")
                }
                try server.check()
                let connection = MySQLConnection(handle, server, configuration)
                try await connection.text(
                    server.sessionSettings(
                        statementTimeout: configuration.statementTimeout,
                        searchWidth: configuration.vectorIndex?.searchWidth))
                return connection
            } catch {
                handle.close()
                throw error
            }
        }

        private init(_ handle: MySQLHandle, _ server: MySQLServer, _ configuration: MySQLConfiguration) {
            self.handle = handle
            self.server = server
            self.configuration = configuration
            statements = MySQLStatementCache(handle)
        }

        var isBroken: Bool { handle.isBroken || wasStopped }

        /// How long the wire may be silent: the server stops a statement earlier.
        var silence: Double? {
            configuration.statementTimeout == 0 ? nil : configuration.statementTimeout + 10
        }

        func begin(_ words: String) async throws(StoreError) {
            (waitingBegin, waitingAnchor) = SavepointAnchor.split(words)
            hasLostTransaction = false
        }

        func run(_ calls: [SQLCall]) async throws(StoreError) -> [Int] {
            var counts = [Int](repeating: 0, count: calls.count)
            try await perform(calls) { place, count in
                // The server counts a replaced row twice.
                counts[place] = count > 1 && calls[place].text.text.hasPrefix("INSERT") ? 1 : count
            } row: { (_, _) throws(StoreError) in
            }
            return counts
        }

        func query(_ calls: [SQLCall], _ row: (Int, any SQLRow) throws(StoreError) -> Void) async throws(StoreError) {
            try await perform(calls, result: { _, _ in }, row: row)
        }

        private func perform(
            _ calls: [SQLCall], result: (Int, Int) -> Void, row: (Int, any SQLRow) throws(StoreError) -> Void
        ) async throws(StoreError) {
            guard !calls.isEmpty else { return }
            try await settle()
            try await stoppable { () async throws(StoreError) in
                var batch = MySQLBatch(begin: waitingBegin)
                waitingBegin = nil
                for (place, call) in calls.enumerated() {
                    let size = MySQLText.size(of: call.arguments)
                    let isAlone = calls.count == 1 && batch.isEmpty
                    if isAlone || size > Self.largeArguments, configuration.usesPreparedStatements,
                        let statement = try await statements.statement(for: call.text, seconds: silence)
                    {
                        try await flush(&batch, result, row)
                        configuration.statementLog?(call.text.text)
                        do throws(StoreError) {
                            if statement.hasRows {
                                try await statement.query(call.arguments, seconds: silence) {
                                    (found) throws(StoreError) in try row(place, found)
                                }
                            } else {
                                result(place, try await statement.run(call.arguments, seconds: silence))
                            }
                            continue
                        } catch {
                            // 1243, 1615: the server, or another behind the same proxy, does not know the preparation.
                            let code = (error.underlying as? MySQLFailure)?.code
                            guard code == 1243 || code == 1615 else {
                                var error = error
                                error.index = error.index ?? place
                                throw error
                            }
                            await statements.forget(call.text)
                        }
                    }
                    if let anchor = waitingAnchor, call.text.text.hasPrefix("SAVEPOINT") {
                        waitingAnchor = nil
                        for statement in anchor.statements { try batch.append(SQLCall(statement), nil) }
                    }
                    try batch.append(call, place)
                    configuration.statementLog?(call.text.text)
                    if batch.bytes.count > Self.largeBatch { try await flush(&batch, result, row) }
                }
                try await flush(&batch, result, row)
            }
        }

        private func flush(
            _ batch: inout MySQLBatch, _ result: (Int, Int) -> Void,
            _ row: (Int, any SQLRow) throws(StoreError) -> Void
        ) async throws(StoreError) {
            guard !batch.isEmpty else { return }
            let places = batch.places
            let bytes = batch.bytes
            batch = MySQLBatch(begin: nil)
            do throws(StoreError) {
                try await MySQLExchange(handle: handle, seconds: silence).perform(
                    bytes,
                    result: { place, count in
                        if places.indices.contains(place), let call = places[place] { result(call, count) }
                    },
                    row: { (place, found) throws(StoreError) in
                        if places.indices.contains(place), let call = places[place] { try row(call, found) }
                    })
            } catch {
                var error = error
                error.index = error.index.flatMap { places.indices.contains($0) ? places[$0] : nil }
                throw error
            }
        }

        func commit() async throws(StoreError) {
            guard waitingBegin == nil else { return waitingBegin = nil }
            do throws(StoreError) {
                try await text("COMMIT")
            } catch {
                var error = error
                error.index = nil
                guard error.code != .conflict else { throw error }
                // The server's answer is missing, or is not about this transaction's fate.
                error.code = .outcomeUnknown
                error.message = "the commit's outcome is unknown: \(error.message)"
                handle.disconnect()
                throw error
            }
        }

        func endReading() async throws(StoreError) {
            guard waitingBegin == nil else { return waitingBegin = nil }
            try await settle()
            configuration.statementLog?("COMMIT")
            var failed: Int32 = 0
            let raw = handle.raw
            await "COMMIT".withCharacters { characters in
                await handle.drive(seconds: silence) {
                    mysql_send_query_start(&failed, raw, characters.baseAddress, UInt(characters.count))
                } _: {
                    mysql_send_query_cont(&failed, raw, $0)
                }
            }
            guard failed == 0 else { throw handle.error() }
            hasPendingAnswer = true
        }

        /// Reads the answer that the last call did not wait for.
        func settle() async throws(StoreError) {
            if handle.isBroken { throw StoreError(.unavailable, "\(handle.place): the connection was lost") }
            guard hasPendingAnswer else { return }
            hasPendingAnswer = false
            var failed: my_bool = 0
            let raw = handle.raw
            await handle.drive(seconds: silence) {
                mysql_read_query_result_start(&failed, raw)
            } _: {
                mysql_read_query_result_cont(&failed, raw, $0)
            }
            guard failed == 0 else {
                let error = handle.error()
                handle.disconnect()
                throw error
            }
        }

        func rollBack() async {
            guard waitingBegin == nil else { return waitingBegin = nil }
            guard !handle.isBroken else { return }
            do throws(StoreError) {
                try await settle()
                try await text("ROLLBACK")
            } catch {
                // Nobody gets a connection whose transaction may still be open.
                handle.disconnect()
            }
        }

        func dataVersion() async throws(StoreError) -> Int64? { nil }

        func isAlive() async -> Bool {
            do throws(StoreError) { try await settle() } catch { return false }
            var failed: Int32 = 0
            let raw = handle.raw
            await handle.drive(seconds: configuration.connectTimeout) {
                mysql_ping_start(&failed, raw)
            } _: {
                mysql_ping_cont(&failed, raw, $0)
            }
            if failed != 0 { handle.disconnect() }
            return failed == 0
        }

        func close() async { release() }

        private func release() {
            handle.close()
            statements.forget()
        }

        // Of a store that nobody closed.
        deinit { release() }

        /// Runs something that is stopped on the server when the calling task is cancelled.
        private func stoppable(_ body: () async throws(StoreError) -> Void) async throws(StoreError) {
            guard !Task.isCancelled else { throw Self.cancelled }
            let stop = MySQLStop(configuration, handle)
            let result: Result<Void, StoreError> = await withTaskCancellationHandler {
                do throws(StoreError) {
                    return .success(try await body())
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                stop.begin()
            }
            if case .failure(let error) = result, (error.underlying as? MySQLFailure)?.code == 1213 {
                hasLostTransaction = true
            }
            guard await stop.end() else { return try result.get() }
            wasStopped = true
            if case .failure(let error) = result, (error.underlying as? MySQLFailure)?.code != 1317 { throw error }
            if case .failure = result { throw Self.cancelled }
        }

        private static var cancelled: StoreError {
            StoreError(.unavailable, "the call was cancelled", underlying: CancellationError())
        }
    }
#endif
