#if PostgreSQL
    internal import CPostgres
    import Records
    import RelationalRecords

    /// What the server said, by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    public struct PostgresFailure: Error, Sendable, CustomStringConvertible {
        /// Five characters; `08006` for a connection that ended.
        public var sqlState: String
        /// The server's primary message where its class never carries values; otherwise empty.
        var words: String

        /// The SQLSTATE; never a statement's arguments.
        public var description: String { "SQLSTATE \(sqlState)" }

        init(_ sqlState: String, _ words: String) {
            self.sqlState = sqlState
            self.words = words
        }

        init(_ result: PostgresResult) {
            func field(_ code: UnicodeScalar) -> String? {
                PQresultErrorField(result.pointer, Int32(code.value)).map { String(cString: $0) }
            }
            sqlState = field("C") ?? "08006"
            // Only the primary message: DETAIL, HINT and CONTEXT quote rows and arguments.
            words = Self.areSafe(sqlState) ? field("M") ?? "" : ""
        }

        static let noAnswer = PostgresFailure("08006", "the server did not answer in time")

        static func endOfConnection(_ handle: OpaquePointer) -> PostgresFailure {
            PostgresFailure("08006", "the connection to the server ended")
        }

        /// Classes whose messages name tables, columns, roles and limits only. Others quote values: "invalid input
        /// syntax for type integer: …".
        private static func areSafe(_ state: String) -> Bool {
            ["08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "XX"]
                .contains(String(state.prefix(2)))
        }
    }

    enum PostgresErrors {
        /// The store's error for what the server said.
        static func error(_ failure: PostgresFailure, index: Int? = nil) -> StoreError {
            let (code, message) = sentence(failure)
            return StoreError(code, message, index: index, underlying: failure)
        }

        /// The error of a connection that ended.
        static func lost(_ failure: PostgresFailure?, index: Int? = nil) -> StoreError {
            guard let failure else { return StoreError(.unavailable, "the connection to the server ended") }
            var error = error(failure, index: index)
            if error.code == .conflict { error.code = .unavailable }
            return error
        }

        static let cancelled = StoreError(.unavailable, "the call was cancelled")

        private static func sentence(_ failure: PostgresFailure) -> (StoreError.Code, String) {
            let state = failure.sqlState
            let words = failure.words.isEmpty ? "SQLSTATE \(state)" : failure.words
            switch state {
            case "23505", "23P01": return (.exists, "a unique key is taken")
            case "40001", "40P01", "55P03": return (.conflict, "the engine asks to run the transaction again")
            case "42501":
                return (
                    .unavailable,
                    "\(words): the database user lacks this right; grant it, or let a user who has it prepare the "
                        + "store once and open it with skip-setup"
                )
            case "42P01", "3F000":
                return (.schema, "\(words): was the store prepared, and are schema and table prefix right?")
            case "3D000": return (.unavailable, "\(words); create the database, or name another one")
            case "28P01", "28000": return (.unavailable, "\(words): user, password or pg_hba.conf does not fit")
            case "57014": return (.unavailable, "the statement was cancelled, or took longer than statement-timeout")
            case "25006":
                return (.unavailable, "the server only reads: is it a standby? Name the primary for writing")
            case "26000":
                return (
                    .unavailable, "\(words): behind a pooler in transaction mode, set prepared-statements=false"
                )
            case "53100": return (.unavailable, "the server's disk is full; nothing was written")
            case "53300":
                return (.unavailable, "the server has no connection left (max_connections, or the role's limit)")
            case "54000", "54001":
                return (.invalid, "\(words): a value is longer than the engine's index or row allows")
            case "22003": return (.invalid, "a number is out of the range of its column")
            case "XX001", "XX002": return (.corrupted, "the server reports damaged data (\(state))")
            default: break
            }
            switch state.prefix(2) {
            case "08", "53", "57", "58": return (.unavailable, words)
            case "22", "23": return (.invalid, "the engine refused a value (SQLSTATE \(state))")
            default: return (.unavailable, "the engine refused a statement: \(words)")
            }
        }
    }
#endif
