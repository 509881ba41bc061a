#if MySQL
    import Records
    import RelationalRecords

    /// What the server or its library said, by number (https://mariadb.com/kb/en/mariadb-error-codes).
    public struct MySQLFailure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The error's number.
        public var code: UInt32
        /// The error's SQLSTATE.
        public var state: String

        /// Number and state; never the server's words, which may hold values.
        public var description: String { "MySQL error \(code) (\(state))" }
    }

    /// Server errors as store errors, in our own words: the server's may hold record values, users and addresses.
    enum MySQLErrors {
        /// What a failure means.
        /// - Parameters:
        ///   - words: The server's message, of which only the names of rights are looked at.
        ///   - place: The server, for messages.
        ///   - statement: A definition's text, which holds no values; nil for other statements.
        static func error(
            _ code: UInt32, state: String, words: String, place: String, statement: String? = nil
        ) -> StoreError {
            let failure = MySQLFailure(code: code, state: state)
            let (storeCode, message) = meaning(code, state, words, place, statement)
            return StoreError(storeCode, message, underlying: failure)
        }

        /// Whether the connection cannot be used after a failure of this number.
        static func isFatal(_ code: UInt32) -> Bool {
            switch code {
            case 1040, 1053, 1079, 1130, 1152, 1153, 1158...1161, 1184, 1927, 2000..<2100, 3169, 4031: true
            default: false
            }
        }

        private static func meaning(
            _ code: UInt32, _ state: String, _ words: String, _ place: String, _ statement: String?
        ) -> (StoreError.Code, String) {
            switch code {
            case 1062, 1586, 1022, 1859: return (.exists, "a unique key is taken")
            // A deadlock, a lock that took too long, a certification that failed (Galera, group replication).
            case 1213, 1205, 3101:
                return (.conflict, "the transaction met another one")
            case _ where state == "40001": return (.conflict, "the transaction met another one")
            case 1045, 1698, 1862, 1820: return (.invalid, "\(place): user or password is refused")
            case 1130: return (.invalid, "\(place): this machine may not connect")
            case 1049: return (.invalid, "\(place): the database does not exist; create it first")
            case 1044:
                return (
                    .unsupported, "\(place): the user has no right to use the database; grant it, as in GRANT ALL ON"
                )
            case 1142, 1143, 1227, 1370, 1419: return (.unsupported, missingRight(words, place))
            case 1290, 1792, 1836: return (.unavailable, "\(place): the server or transaction is read-only")
            case 1146, 1051:
                return (.schema, "a table is missing; was the store prepared, and with this table-prefix?")
            case 1054: return (.schema, "a column is missing; was the store prepared by this version?")
            case 1071, 1170, 1074, 1118:
                return (
                    .unsupported,
                    "an index\(named(statement)) would be longer than InnoDB's 3072 bytes: shorten its text fields"
                )
            case 1406, 1264, 1366, 1265, 1292, 1048, 1364: return (.invalid, "a value does not fit its column")
            case 1153, 1301, 2020: return (.invalid, "a statement is larger than the server's max_allowed_packet")
            case 1114, 1021, 1041, 1037, 1038, 126:
                return (.unavailable, "\(place): the server's disk or memory is full")
            case 1040, 1203, 1226: return (.unavailable, "\(place): too many connections; lower lanes or readers")
            case 1969, 3024, 1317:
                return (.unavailable, "a statement was stopped, or took longer than statement-timeout")
            case 2026: return (.unavailable, "\(place): TLS failed: \(tlsReason(words))")
            case 2059, 1251, 1524:
                return (.unsupported, "\(place): the server wants an authentication that auth-plugins does not allow")
            case 2002, 2003, 2005: return (.unavailable, "\(place): cannot be reached")
            case 1053, 1079, 1152, 1158...1161, 1184, 1927, 2006, 2012, 2013, 2055, 3169, 4031:
                return (.unavailable, "\(place): the connection was lost")
            case 1034, 1035, 1194, 1195, 1712, 1932, 1877: return (.corrupted, "\(place): a table is damaged")
            case 1064, 1235, 1273, 1305, 4161:
                return (.unsupported, "the server does not know a statement of this store")
            default: return (.unavailable, "\(place): MySQL error \(code) (\(state))")
            }
        }

        /// The names of rights, as servers spell them before "command denied" or in "(at least one of) the … privilege(s)".
        private static let rights: Set<String> = [
            "ALTER", "CREATE", "DELETE", "DROP", "EXECUTE", "INDEX", "INSERT", "LOCK", "PROCESS", "REFERENCES",
            "RELOAD",
            "SELECT", "SUPER", "TRIGGER", "UPDATE",
        ]

        private static func missingRight(_ words: String, _ place: String) -> String {
            let found = words.split { !$0.isLetter }.map(String.init).filter(rights.contains)
            var seen: Set<String> = []
            let names = found.filter { seen.insert($0).inserted }.joined(separator: ", ")
            let right = names.isEmpty ? "a right" : "the right \(names)"
            return
                "\(place): the user lacks \(right); grant it, or prepare the store with another user and set skip-setup"
        }

        /// The index or table that a definition makes.
        private static func named(_ statement: String?) -> String {
            guard let parts = statement?.split(separator: "`", maxSplits: 2), parts.count > 1 else { return "" }
            return " of \(parts[1])"
        }

        /// What is wrong with a certificate, of a fixed list: the library's words may hold a path.
        private static func tlsReason(_ words: String) -> String {
            let known = [
                "self-signed certificate in certificate chain", "self-signed certificate",
                "self signed certificate in certificate chain", "self signed certificate",
                "unable to get local issuer certificate", "unable to verify the first certificate",
                "certificate has expired", "certificate is not yet valid", "certificate revoked",
                "Validation of SSL server certificate failed", "certificate verify failed",
                "SSL is required, but the server does not support it",
            ]
            return known.first { words.contains($0) } ?? "no secure connection came about"
        }
    }
#endif
