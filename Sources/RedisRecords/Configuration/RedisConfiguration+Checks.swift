public import Records

extension RedisConfiguration {
    /// Checks every value.
    /// - Throws: ``StoreError`` `invalid`, naming the option and its limits.
    public func validate() throws(StoreError) {
        func require(_ holds: Bool, _ sentence: String) throws(StoreError) {
            guard holds else { throw StoreError(.invalid, sentence) }
        }
        switch servers {
        case .single(let host, let port): try Self.check([Address(host: host, port: port)])
        case .socket(let path): try require(!path.isEmpty, "the path of the socket must not be empty")
        case .cluster(let seeds): try Self.check(seeds)
        case .sentinel(let master, let sentinels):
            try require(!master.isEmpty, "the name of the sentinels' master must not be empty")
            try Self.check(sentinels)
        }
        let isPrefix = keyPrefix.utf8.allSatisfy {
            (0x2d...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
        }
        try require(
            (1...64).contains(keyPrefix.utf8.count) && isPrefix,
            "prefix must be 1 to 64 letters, digits, -, _, . or /")
        try require((0...1_000_000).contains(database), "the database must be a number from 0")
        if case .cluster = servers { try require(database == 0, "a cluster has only database 0") }
        try require((0.01...600).contains(connectTimeout), "connect-timeout must be 0.01 to 600 seconds")
        try require((0.1...3_600).contains(commandTimeout), "command-timeout must be 0.1 to 3600 seconds")
        try require((0...3_600).contains(busyTimeout), "busy-timeout must be 0 to 3600 seconds")
        try require((1...1_000_000).contains(maximumPending), "max-pending must be 1 to 1000000")
        if let buckets { try require((1...4_096).contains(buckets), "buckets must be 1 to 4096") }
        if let indexDimension {
            try require((1...32_768).contains(indexDimension), "index-dimension must be 1 to 32768")
        }
        try require(user == nil || password != nil, "a user needs a password")
        if tls?.keyFile != nil { try require(tls?.certificateFile != nil, "tls-key needs tls-cert") }
    }

    private static func check(_ addresses: [Address]) throws(StoreError) {
        guard !addresses.isEmpty else { throw StoreError(.invalid, "a host is missing") }
        for address in addresses {
            guard !address.host.isEmpty else { throw StoreError(.invalid, "a host must not be empty") }
            guard (1...65_535).contains(address.port) else {
                throw StoreError(.invalid, "a port must be 1 to 65535, not \(address.port)")
            }
        }
    }
}
