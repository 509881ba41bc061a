#if MongoDB
    public import Records

    extension MongoConfiguration {
        /// Reads a URL: `mongodb://` or `mongodb+srv://`, as MongoDB's own tools take it, with our options in its query.
        ///
        /// Ours, all of them optional: `database`, `prefix`, `skip-setup` (true, false), `pool-size`, `connect-timeout` and
        /// `timeout` (seconds), `durability` (`power-loss`, `process-crash`), `vector-search` (true, false),
        /// `kept-deletions`. The database may also stand after the hosts, as usual. Every other option goes to the client
        /// library, unless it is unknown there or would change what the store rests on.
        /// - Throws: ``StoreError`` `invalid`, naming the option and what it may be, never its value.
        public init(url: String) throws(StoreError) {
            let parts = try URLParts(url)
            self.init(connectionString: url)
            if let database = parts.database { self.database = database }
            var passed: [Substring] = []
            var seen: Set<String> = []
            for option in parts.options where !option.isEmpty {
                let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(pair[0])
                guard pair.count == 2 else { throw StoreError(.invalid, "store URL: an option has no value") }
                if try apply(name, String(pair[1])) {
                    guard seen.insert(name).inserted else {
                        throw StoreError(.invalid, "store URL: \(name) is given twice")
                    }
                } else {
                    try Self.checkPassed(name)
                    passed.append(option)
                }
            }
            connectionString = parts.base + (passed.isEmpty ? "" : "?" + passed.joined(separator: "&"))
            try check()
        }

        /// Takes one of our options; false when it is none.
        private mutating func apply(_ name: String, _ value: String) throws(StoreError) -> Bool {
            func refuse(_ expected: String) -> StoreError {
                StoreError(.invalid, "store URL: \(name) must be \(expected)")
            }
            func truth() throws(StoreError) -> Bool {
                guard let truth = Bool(value) else { throw refuse("true or false") }
                return truth
            }
            func whole() throws(StoreError) -> Int {
                guard let number = Int(value) else { throw refuse("a whole number") }
                return number
            }
            func seconds() throws(StoreError) -> Double {
                guard let number = Double(value), number.isFinite else { throw refuse("a number of seconds") }
                return number
            }
            switch name {
            case "database": database = value
            case "prefix": collectionPrefix = value
            case "skip-setup": skipsSetUp = try truth()
            case "pool-size": poolSize = try whole()
            case "connect-timeout": connectTimeout = try seconds()
            case "timeout": operationTimeout = try seconds()
            case "vector-search": usesVectorSearch = try truth()
            case "kept-deletions": keptDeletions = try whole()
            case "durability":
                guard let known = Durability(rawValue: value) else { throw refuse("power-loss or process-crash") }
                durability = known
            default: return false
            }
            return true
        }

        /// Checks an option that the client library will read; it would only warn on standard error.
        private static func checkPassed(_ name: String) throws(StoreError) {
            let lowered = name.lowercased()
            if fixed.contains(lowered) {
                throw StoreError(
                    .invalid,
                    "store URL: \(lowered) is fixed: the store reads from the primary and writes to the majority")
            }
            if lowered == "maxpoolsize" || lowered == "minpoolsize" {
                throw StoreError(.invalid, "store URL: \(lowered): use pool-size")
            }
            guard known.contains(lowered) else {
                // A name may be the end of a password with an unescaped "?" or "&" in it.
                throw StoreError(
                    .invalid,
                    "store URL: "
                        + (lowered.utf8.allSatisfy(isOptionByte)
                            ? "the option \(lowered.prefix(40)) is unknown" : "an option's name is damaged"))
            }
        }

        private static func isOptionByte(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte)
        }

        /// Options that would take the ground from under the contract.
        private static let fixed: Set<String> = [
            "w", "journal", "wtimeoutms", "safe", "slaveok", "readconcernlevel", "readpreference", "readpreferencetags",
            "maxstalenessseconds",
        ]

        /// Options of libmongoc 1.23 (http://mongoc.org/libmongoc/1.23.1/mongoc_uri_t.html) that are passed on.
        private static let known: Set<String> = [
            "appname", "authmechanism", "authmechanismproperties", "authsource", "canonicalizehostname", "compressors",
            "connecttimeoutms", "directconnection", "gssapiservicename", "heartbeatfrequencyms", "loadbalanced",
            "localthresholdms", "maxidletimems", "replicaset", "retryreads", "retrywrites", "serverselectiontimeoutms",
            "serverselectiontryonce", "socketcheckintervalms", "sockettimeoutms", "srvmaxhosts", "srvservicename",
            "ssl",
            "sslallowinvalidcertificates", "sslallowinvalidhostnames", "sslcertificateauthorityfile",
            "sslclientcertificatekeyfile", "sslclientcertificatekeypassword", "tls", "tlsallowinvalidcertificates",
            "tlsallowinvalidhostnames", "tlscafile", "tlscertificatekeyfile", "tlscertificatekeyfilepassword",
            "tlsdisablecertificaterevocationcheck", "tlsdisableocspendpointcheck", "tlsinsecure", "waitqueuetimeoutms",
            "zlibcompressionlevel",
        ]
    }

    /// A connection string taken apart, without a look at what it says.
    private struct URLParts {
        /// Everything before the query, with a `/` after the hosts.
        var base: String
        var database: String?
        var options: [Substring] = []

        init(_ url: String) throws(StoreError) {
            guard let scheme = ["mongodb://", "mongodb+srv://"].first(where: { url.hasPrefix($0) }) else {
                throw StoreError(.invalid, "store URL: mongodb:// or mongodb+srv:// is expected")
            }
            let rest = url.dropFirst(scheme.count)
            // A "?" cannot occur before the query: user, password and database are percent-encoded.
            let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            let place = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard !place[0].isEmpty, place[0].last != "@" else {
                throw StoreError(.invalid, "store URL: a host is missing")
            }
            guard place[0].count(where: { $0 == "@" }) <= 1 else {
                // Otherwise the end of a password would be taken for a host, and hosts are told.
                throw StoreError(.invalid, "store URL: an @ in user or password must be written %40")
            }
            base = scheme + place[0] + "/"
            if place.count == 2, !place[1].isEmpty {
                database = String(place[1])
                base += place[1]
            }
            if halves.count == 2 { options = halves[1].split(separator: "&", omittingEmptySubsequences: false) }
        }
    }
#endif
