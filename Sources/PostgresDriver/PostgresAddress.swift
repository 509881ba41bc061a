#if PostgreSQL
    internal import CPostgres
    import Records

    /// Where to connect to, as libpq's keywords and values.
    struct PostgresAddress: Sendable {
        private(set) var values: [String: String]

        var password: String? { values["password"] }

        /// Puts together a DSN, the explicit parts, which win, and what the driver needs.
        /// - Throws: ``StoreError`` `invalid`, naming the option, without its value.
        init(_ configuration: PostgresConfiguration) throws(StoreError) {
            values = [
                "sslmode": PostgresConfiguration.SSLMode.prefer.rawValue,
                // Its own buffer would hide received bytes from the watched socket, and asking for it costs a round trip.
                "gssencmode": "disable",
                // A peer that vanished is noticed within a minute.
                "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
                "tcp_user_timeout": "60000", "fallback_application_name": "agent-memory",
            ]
            if let dsn = configuration.dsn { values.merge(try Self.parse(dsn)) { $1 } }
            let known = Self.keywords()
            for (name, value) in configuration.libraryOptions {
                guard known.contains(name) else {
                    throw StoreError(.invalid, "libpq.\(name): the client library knows no such option")
                }
                values[name] = value
            }
            func set(_ name: String, _ value: String?) { if let value { values[name] = value } }
            set("host", configuration.host)
            set("port", configuration.port.map(String.init))
            set("user", configuration.user)
            set("password", configuration.password)
            set("dbname", configuration.database)
            set("sslmode", configuration.sslMode?.rawValue)
            set("sslrootcert", configuration.sslRootCertificate)
            values["client_encoding"] = "UTF8"
            guard values["gssencmode"] == "disable" else {
                throw StoreError(.invalid, "libpq.gssencmode: only disable is supported")
            }
            for (name, value) in values where value.utf8.contains(0) {
                throw StoreError(.invalid, "\(name): U+0000 is refused")
            }
        }

        /// Calls with two arrays that end in nil.
        func withPointers<T>(
            _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> T
        ) -> T {
            let pairs = values.sorted { $0.key < $1.key }
            var bytes: [CChar] = []
            var offsets: [(Int, Int)] = []
            for (name, value) in pairs {
                let first = bytes.count
                bytes.append(contentsOf: name.utf8CString)
                let second = bytes.count
                bytes.append(contentsOf: value.utf8CString)
                offsets.append((first, second))
            }
            return bytes.withUnsafeBufferPointer { buffer in
                let names = offsets.map { offset in buffer.baseAddress.map { $0 + offset.0 } } + [nil]
                let texts = offsets.map { offset in buffer.baseAddress.map { $0 + offset.1 } } + [nil]
                return body(names, texts)
            }
        }

        /// What the library makes of a connection string or URI. Its complaint may quote the string, so it is not shown.
        private static func parse(_ dsn: String) throws(StoreError) -> [String: String] {
            guard let options = PQconninfoParse(dsn, nil) else {
                throw StoreError(.invalid, "dsn: not a connection string that the client library understands")
            }
            defer { PQconninfoFree(options) }
            var values: [String: String] = [:]
            var option = options
            while let name = option.pointee.keyword {
                if let value = option.pointee.val { values[String(cString: name)] = String(cString: value) }
                option += 1
            }
            return values
        }

        private static func keywords() -> Set<String> {
            guard let options = PQconndefaults() else { return [] }
            defer { PQconninfoFree(options) }
            var names: Set<String> = []
            var option = options
            while let name = option.pointee.keyword {
                names.insert(String(cString: name))
                option += 1
            }
            return names
        }
    }
#endif
