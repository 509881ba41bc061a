#if MySQL
    import Records
    import RelationalRecords

    extension MySQLConnection {
        /// Runs one statement without arguments or results.
        func text(_ statement: String, isLimited: Bool = true) async throws(StoreError) {
            configuration.statementLog?(statement)
            try await MySQLExchange(handle: handle, seconds: isLimited ? silence : nil).perform(
                Array(statement.utf8), result: { _, _ in }, row: { (_, _) throws(StoreError) in })
        }

        /// Prepares a text on the server without running it.
        func checkPreparation(_ text: String) async throws(StoreError) {
            try await settle()
            configuration.statementLog?(text)
            await (try MySQLStatement.prepare(text, on: handle, seconds: silence)).close()
        }

        func execute(_ statements: [String]) async throws(StoreError) {
            try await settle()
            if let words = waitingBegin {
                waitingBegin = nil
                try await text(words)
            }
            // Definitions may take longer than anything else.
            let isLimited = configuration.statementTimeout != 0
            if isLimited { try await text(server.statementLimit(0)) }
            do throws(StoreError) {
                for statement in statements { try await define(statement) }
            } catch {
                // Without its limit nobody else gets the connection.
                if isLimited, await !restoreLimit() { handle.disconnect() }
                throw error
            }
            if isLimited, await !restoreLimit() { handle.disconnect() }
        }

        private func restoreLimit() async -> Bool {
            guard !handle.isBroken else { return true }
            do throws(StoreError) {
                try await text(server.statementLimit(configuration.statementTimeout))
                return true
            } catch {
                return false
            }
        }

        private func define(_ statement: String) async throws(StoreError) {
            configuration.statementLog?(statement)
            var isRefused = false
            do throws(StoreError) {
                try await MySQLExchange(handle: handle, seconds: nil).perform(
                    Array(statement.utf8), definition: statement, result: { _, _ in },
                    row: { (_, row) throws(StoreError) in
                        if statement.hasPrefix(MySQLLock.take), row.integer(0) != 1 { isRefused = true }
                    })
            } catch {
                // What an interrupted preparation made already.
                let isThere = (error.underlying as? MySQLFailure).map {
                    [1050, 1060, 1061, 1091, 1359].contains($0.code)
                }
                guard isThere == true else { throw error }
            }
            if isRefused {
                throw StoreError(.unavailable, "\(handle.place): another preparation takes longer than a minute")
            }
        }
    }
#endif
