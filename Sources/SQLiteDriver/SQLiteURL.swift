#if SQLite
    import Foundation
    public import Records

    extension SQLiteConfiguration {
        /// Reads a URL: `sqlite:PATH?option=value&…`, with `sqlite:///absolute/path` for an absolute one as well.
        ///
        /// Options: `table-prefix`, `skip-setup` (true, false), `readers`, `synchronous` (full, normal),
        /// `busy-timeout` (seconds), `vector-extension` (the path of sqlite-vec's library).
        /// - Throws: ``StoreError`` `invalid`, naming the option and what it may be.
        public init(url: String) throws(StoreError) {
            let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            guard let colon = parts[0].firstIndex(of: ":"), parts[0][..<colon].lowercased() == "sqlite" else {
                throw StoreError(.invalid, "store: a URL that begins with sqlite: is expected")
            }
            var path = String(parts[0][parts[0].index(after: colon)...])
            if path.hasPrefix("///") { path.removeFirst(2) }
            guard !path.isEmpty else { throw StoreError(.invalid, "store: sqlite: needs a path") }
            self.init(path: path.removingPercentEncoding ?? path)
            for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                let value = pair.count > 1 ? pair[1].removingPercentEncoding ?? pair[1] : "true"
                try set(pair[0], value)
            }
        }

        private mutating func set(_ name: String, _ value: String) throws(StoreError) {
            func refuse(_ expected: String) -> StoreError {
                StoreError(.invalid, "store: \(name) must be \(expected)")
            }
            switch name {
            case "table-prefix": tablePrefix = value
            case "skip-setup":
                switch value {
                case "true", "1", "yes": skipsSetUp = true
                case "false", "0", "no": skipsSetUp = false
                default: throw refuse("true or false")
                }
            case "readers":
                guard let number = Int(value) else { throw refuse("a whole number") }
                readers = number
            case "busy-timeout":
                guard let number = Double(value), number.isFinite else { throw refuse("a number of seconds") }
                busyTimeout = number
            case "vector-extension":
                guard !value.isEmpty else { throw refuse("a path") }
                vectorExtension = value
            case "synchronous":
                guard let known = Synchronous(rawValue: value) else { throw refuse("full or normal") }
                synchronous = known
            default:
                throw StoreError(
                    .invalid,
                    "store: unknown option \(name); known are busy-timeout, readers, skip-setup, synchronous, "
                        + "table-prefix, vector-extension"
                )
            }
        }
    }
#endif
