#if Redis
    import Foundation
    import Records
    import RedisRecords
    import TestStores
    import Testing

    @Suite("Redis: encryption and access", .timeLimit(.minutes(1)))
    struct AccessTests {
        /// A private authority, a certificate of it for 127.0.0.1, and another authority.
        private struct Certificates: Sendable {
            let folder: TemporaryFolder

            init() throws {
                folder = try TemporaryFolder()
                let path = folder.path
                for name in ["ca", "other"] {
                    try TestServers.run([
                        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(path)/\(name).key", "-out",
                        "\(path)/\(name).pem",
                    ])
                }
                for (name, names) in [("server", "IP:127.0.0.1,DNS:localhost"), ("stranger", "DNS:elsewhere.example")] {
                    try TestServers.run([
                        "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj",
                        "/CN=\(name)", "-keyout", "\(path)/\(name).key", "-out", "\(path)/\(name).csr",
                    ])
                    try "subjectAltName=\(names)\n".write(
                        toFile: "\(path)/\(name).ext", atomically: true, encoding: .utf8)
                    try TestServers.run([
                        "openssl", "x509", "-req", "-in", "\(path)/\(name).csr", "-CA", "\(path)/ca.pem", "-CAkey",
                        "\(path)/ca.key", "-CAcreateserial", "-days", "2", "-extfile", "\(path)/\(name).ext", "-out",
                        "\(path)/\(name).pem",
                    ])
                }
            }

            func server(_ name: String, clients: String = "no") throws -> RedisServer {
                let port = try TestServers.freePort()
                return try RedisServer(
                    .redis,
                    [
                        "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", "\(folder.path)/\(name).pem",
                        "--tls-key-file", "\(folder.path)/\(name).key", "--tls-ca-cert-file", "\(folder.path)/ca.pem",
                        "--tls-auth-clients", clients,
                    ], port: port)
            }
        }

        private static let certificates = Result { try Certificates() }

        @Test func tlsIsVerified() async throws {
            let certificates = try Self.certificates.get()
            let server = try certificates.server("server")
            let path = certificates.folder.path
            for host in ["127.0.0.1", "localhost"] {
                let url = "rediss://\(host):\(server.port)?tls-ca=\(path)/ca.pem"
                let store = try await Notes.open(try RedisConfiguration(url: url))
                // More than a TLS record holds, both ways.
                let body = String(repeating: "0123456789abcdef", count: 1 << 16)
                try await store.commit(Batch(Notes.partition, [Notes.insert("a", body)]))
                #expect(try await store.record(Key("note", "a"), in: Notes.partition)?.values[1] == .text(body))
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<200 {
                        group.addTask { _ = await store.commit([Notes.counted("\(number)")]) }
                    }
                }
                #expect(try await store.read(.count("note", .all), in: Notes.partition).count == 201)
                await store.close()
            }
            for query in ["tls-ca=\(path)/other.pem", "", "tls-ca=\(path)/ca.pem&tls-server-name=elsewhere.example"] {
                let error = await #expect(throws: StoreError.self) {
                    _ = try await RedisRecords.open(
                        try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)?\(query)"))
                }
                #expect(error?.code == .invalid)
                #expect(error?.message.contains("certificate") == true)
            }
            let lax = try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)?tls-verify=false")
            await (try RedisRecords.open(lax)).close()
            let missing = await #expect(throws: StoreError.self) {
                _ = try await RedisRecords.open(
                    try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)?tls-ca=/nowhere.pem"))
            }
            #expect(missing?.message.contains("tls-ca") == true)
        }

        @Test func aCertificateOfAnotherNameIsRefused() async throws {
            let certificates = try Self.certificates.get()
            let server = try certificates.server("stranger")
            let url = "rediss://127.0.0.1:\(server.port)?tls-ca=\(certificates.folder.path)/ca.pem"
            let error = await #expect(throws: StoreError.self) {
                _ = try await RedisRecords.open(try RedisConfiguration(url: url))
            }
            #expect(error?.code == .invalid)
            let named = try RedisConfiguration(url: url + "&tls-server-name=elsewhere.example")
            await (try RedisRecords.open(named)).close()
        }

        @Test func aServerMayAskForACertificate() async throws {
            let certificates = try Self.certificates.get()
            let server = try certificates.server("server", clients: "yes")
            let path = certificates.folder.path
            var configuration = try RedisConfiguration(
                url: "rediss://127.0.0.1:\(server.port)?tls-ca=\(path)/ca.pem&tls-cert=\(path)/server.pem"
                    + "&tls-key=\(path)/server.key")
            await (try RedisRecords.open(configuration)).close()
            configuration.tls?.certificateFile = nil
            configuration.tls?.keyFile = nil
            configuration.busyTimeout = 0.5
            let without = configuration
            await #expect(throws: StoreError.self) { _ = try await RedisRecords.open(without) }
        }

        @Test func aPlainServerIsNoTLSServer() async throws {
            let server = try RedisServer()
            let configuration = try RedisConfiguration(
                url: "rediss://127.0.0.1:\(server.port)?busy-timeout=0.2&connect-timeout=1")
            let error = await #expect(throws: StoreError.self) { _ = try await RedisRecords.open(configuration) }
            #expect(error?.code == .unavailable)
        }

        @Test func usersAndPasswordsAreChecked() async throws {
            let server = try RedisServer(.redis, ["--requirepass", "main-password"])
            let base = "127.0.0.1:\(server.port)"
            let store = try await Notes.open(try RedisConfiguration(url: "redis://:main-password@\(base)"))
            try await store.commit(Notes.counted("a"))
            await store.close()
            try TestServers.run([
                "redis-cli", "-p", "\(server.port)", "--no-auth-warning", "-a", "main-password", "acl", "setuser",
                "writer",
                "on", ">user-password", "~{t*", "&{t*", "+@all", "-@dangerous", "+info",
            ])
            let user = try await Notes.open(try RedisConfiguration(url: "redis://writer:user-password@\(base)"))
            try await user.commit(Notes.counted("a"))
            #expect(try await Notes.ids(user) == ["a"])
            #expect(user.capabilities.survives == .nothing, "CONFIG is not permitted, so nothing is promised")
            await user.close()
            for url in [
                "redis://\(base)", "redis://:wrong-SECRET@\(base)", "redis://writer:wrong-SECRET@\(base)",
                "redis://nobody:wrong-SECRET@\(base)",
            ] {
                let error = await #expect(throws: StoreError.self) {
                    _ = try await RedisRecords.open(try RedisConfiguration(url: url))
                }
                #expect(error?.code == .invalid)
                let text = error.map { "\($0) \($0.underlying.map { "\($0)" } ?? "")" } ?? "SECRET"
                #expect(!text.contains("SECRET") && !text.contains("password@"))
            }
        }

        @Test func aUserWhoMayNotDoWhatCommitsDoIsRefusedBefore() async throws {
            let server = try RedisServer()
            try server.command("acl", "setuser", "half", "on", ">pw", "~*", "&*", "+@all", "-zrem")
            let url = "redis://half:pw@127.0.0.1:\(server.port)"
            let error = await #expect(throws: StoreError.self) {
                try await Notes.open(try RedisConfiguration(url: url))
            }
            #expect(error?.code == .invalid)
            try server.command("acl", "setuser", "half", "+zrem")
            await (try Notes.open(try RedisConfiguration(url: url))).close()
        }

        @Test func aUserWithoutChannelsStillCommits() async throws {
            let server = try RedisServer()
            try server.command("acl", "setuser", "quiet", "on", ">pw", "~*", "resetchannels", "+@all")
            let store = try await Notes.open(try RedisConfiguration(url: "redis://quiet:pw@127.0.0.1:\(server.port)"))
            try await store.commit(Notes.counted("a"))
            #expect(try await Notes.ids(store) == ["a"])
            await store.close()
        }
    }
#endif
