#if Redis
    import Records
    import RedisRecords
    import Testing

    @Suite("Redis: configuration")
    struct ConfigurationTests {
        @Test func urlsAreTakenApart() throws {
            let plain = try RedisConfiguration(url: "redis://localhost")
            #expect(plain.servers == .single(host: "localhost", port: 6_379))
            #expect(plain.tls == nil && plain.user == nil && plain.password == nil && plain.database == 0)
            #expect(plain.keyPrefix == "agent-memory")

            let full = try RedisConfiguration(
                url:
                    "rediss://me:p%40ss%2F%3A@[::1]:7000/3?prefix=a.b&tls-ca=/c%20a.pem&tls-server-name=n&busy-timeout=2.5"
                    + "&connect-timeout=1&command-timeout=4&max-pending=9&buckets=16")
            #expect(full.servers == .single(host: "::1", port: 7_000))
            #expect(full.user == "me" && full.password == "p@ss/:" && full.database == 3)
            #expect(full.keyPrefix == "a.b" && full.buckets == 16 && full.maximumPending == 9)
            #expect(full.tls == .init(caFile: "/c a.pem", serverName: "n"))
            #expect(full.busyTimeout == 2.5 && full.connectTimeout == 1 && full.commandTimeout == 4)

            #expect(try RedisConfiguration(url: "redis://:pw@h").password == "pw")
            #expect(try RedisConfiguration(url: "redis://h?db=5").database == 5)
            #expect(try RedisConfiguration(url: "rediss://h?tls-verify=false").tls?.verifies == false)
            #expect(
                try RedisConfiguration(url: "redis+unix:///run/r%20s.sock?password=x").servers
                    == .socket(path: "/run/r s.sock"))
            let cluster = try RedisConfiguration(url: "rediss+cluster://u:p@a,b:7001,[fe80::1]:7002")
            #expect(
                cluster.servers
                    == .cluster(seeds: [
                        .init(host: "a", port: 6_379), .init(host: "b", port: 7_001),
                        .init(host: "fe80::1", port: 7_002),
                    ]))
            #expect(cluster.tls != nil && cluster.user == "u")
            let sentinel = try RedisConfiguration(url: "redis+sentinel://a,b:1/main/2?sentinel-password=s")
            #expect(
                sentinel.servers
                    == .sentinel(
                        master: "main", sentinels: [.init(host: "a", port: 26_379), .init(host: "b", port: 1)]))
            #expect(sentinel.database == 2 && sentinel.sentinelPassword == "s")
        }

        @Test(arguments: [
            ("redis://h?colour=red", "unknown option colour"), ("redis://h?tls-ca=/x", "unknown option tls-ca"),
            ("redis://h?sentinel-user=x", "unknown option sentinel-user"), ("redis://h?db=x", "db must be"),
            ("redis://h?db=1&db=2", "given twice"), ("redis://h?prefix", "needs a value"),
            ("redis://h?prefix=a%7Bb", "prefix must be"), ("redis://h?prefix=", "prefix must be"),
            ("redis://h/x", "number of a database"), ("redis://h/1/2", "number of a database"),
            ("redis://h:99999", "port"), ("redis://h:x", "port"), ("redis://a,b", "one host"),
            ("redis+cluster://a/1", "only database 0"), ("redis+sentinel://a", "master"), ("ftp://h", "scheme"),
            ("localhost", "URL"), ("redis://h?busy-timeout=-1", "busy-timeout"), ("redis://h?buckets=0", "buckets"),
            ("redis://h?connect-timeout=nan", "connect-timeout"), ("redis://h?max-pending=0", "max-pending"),
            ("rediss://h?tls-verify=maybe", "tls-verify"), ("rediss://h?tls-key=/k", "tls-key needs tls-cert"),
            ("redis://user@h", "a user needs a password"), ("redis://h?prefix=%zz", "option prefix"),
            ("redis+cluster://a,,b", "host"), ("redis+unix://", "path"),
        ])
        func wrongUrlsAreRefusedBySayingWhat(_ url: String, _ part: String) {
            let error = #expect(throws: StoreError.self) { try RedisConfiguration(url: url) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }

        @Test(arguments: [
            "redis://:SECRET@h?colour=red", "redis://:SECRET@h:x", "redis://:SEC?SECRET@h", "redis://:SECRET%zz@h",
            "redis://:SECRET@a,b", "redis://:SECRET@h/x",
        ])
        func refusalsNeverShowThePassword(_ url: String) {
            let error = #expect(throws: StoreError.self) { try RedisConfiguration(url: url) }
            #expect(error.map { !"\($0)".contains("SECRET") } == true)
        }
    }
#endif
