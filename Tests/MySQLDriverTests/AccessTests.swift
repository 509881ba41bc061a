#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        @Suite("MySQL access")
        struct AccessTests {
            /// Files of a private authority, and of a server's certificate that it signed.
            private struct Authority {
                let folder: TemporaryFolder
                var ca: String { folder.path + "/ca.pem" }
                var certificate: String { folder.path + "/server.pem" }
                var key: String { folder.path + "/server.key" }

                init(names: String = "DNS:localhost,IP:127.0.0.1") throws {
                    folder = try TemporaryFolder()
                    let path = folder.path
                    func openssl(_ arguments: String...) throws { try TestServers.run(["openssl"] + arguments) }
                    try openssl(
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority",
                        "-keyout", path + "/ca.key", "-out", ca)
                    try openssl(
                        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out",
                        path + "/server.csr")
                    try "subjectAltName=\(names)".write(
                        toFile: path + "/names", atomically: true, encoding: .utf8)
                    try openssl(
                        "x509", "-req", "-in", path + "/server.csr", "-CA", ca, "-CAkey", path + "/ca.key",
                        "-CAcreateserial",
                        "-days", "2", "-extfile", path + "/names", "-out", certificate)
                    try TestServers.run(["chmod", "-R", "a+r", path])
                }
            }

            private static let authority = Result { try Authority() }
            private static let shared = SharedServer<MariaDBServer> {
                let authority = try Live.AccessTests.authority.get()
                return try MariaDBServer(
                    .relaxed, tls: .certificate(file: authority.certificate, key: authority.key))
            }

            private static func server() async throws -> MariaDBServer { try await onThread { try shared.get() } }

            private static func cipher(_ configuration: MySQLConfiguration) async throws(StoreError) -> String? {
                let connection = try await MySQLConnection.open(configuration)
                let cipher = connection.handle.cipher
                // What was agreed on also works.
                let found = try await connection.column("SELECT REPEAT('x', 300000)")
                await connection.close()
                guard case .text(let text) = found[0], text.utf8.count == 300_000 else {
                    throw StoreError(.corrupted, "the answer is not whole")
                }
                return cipher
            }

            @Test func everyModeOfTLSDoesWhatItSays() async throws {
                let authority = try Live.AccessTests.authority.get()
                var configuration = try await Self.server().configuration(database: "mysql")
                configuration.tls = .disable
                #expect(try await Self.cipher(configuration) == nil)
                for mode in [MySQLConfiguration.TLSMode.prefer, .require] {
                    configuration.tls = mode
                    #expect(try await Self.cipher(configuration) != nil)
                }
                configuration.tlsCAFile = authority.ca
                for mode in [MySQLConfiguration.TLSMode.verifyCA, .verifyFull] {
                    configuration.tls = mode
                    #expect(try await Self.cipher(configuration) != nil)
                }
            }

            @Test func aCertificateOfAnotherAuthorityIsRefused() async throws {
                let other = try Authority()
                var configuration = try await Self.server().configuration(database: "mysql")
                configuration.tlsCAFile = other.ca
                for mode in [MySQLConfiguration.TLSMode.verifyCA, .verifyFull] {
                    configuration.tls = mode
                    let settings = configuration
                    let error = await failure { _ = try await Self.cipher(settings) }
                    #expect(error?.code == .unavailable && error?.message.contains("TLS") == true, "\(mode)")
                }
                configuration.tls = .verifyFull
                configuration.tlsCAFile = nil
                let settings = configuration
                #expect(await failure { _ = try await Self.cipher(settings) }?.code == .unavailable)
            }

            @Test func aCertificateOfAnotherHostIsRefusedByVerifyFullOnly() async throws {
                let authority = try Authority(names: "DNS:elsewhere.example")
                let tls = MariaDBServer.TLS.certificate(file: authority.certificate, key: authority.key)
                let server = try await onThread { try MariaDBServer(.relaxed, tls: tls) }
                defer { server.kill() }
                var configuration = server.configuration(database: "mysql")
                configuration.tlsCAFile = authority.ca
                configuration.tls = .verifyCA
                #expect(try await Self.cipher(configuration) != nil)
                configuration.tls = .verifyFull
                let strict = configuration
                let error = await failure { _ = try await Self.cipher(strict) }
                #expect(error?.code == .unavailable && error?.message.contains("TLS failed") == true)
            }

            @Test func aServerWithoutTLSIsRefusedWhereItIsRequired() async throws {
                var (_, configuration) = try await database()
                #expect(try await Self.cipher(configuration) == nil, "preferring does without")
                for mode in [MySQLConfiguration.TLSMode.require, .verifyCA] {
                    configuration.tls = mode
                    if mode == .verifyCA { configuration.tlsCAFile = try Self.authority.get().ca }
                    let settings = configuration
                    let error = await failure { _ = try await Self.cipher(settings) }
                    #expect(error?.code == .unavailable && error?.message.contains("TLS") == true)
                }
            }

            @Test func manyStatementsAtOnceOverTLS() async throws {
                let server = try await Self.server()
                var configuration = server.configuration(database: try await server.makeDatabase())
                configuration.tls = .require
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            let partition = Partition("p\(task)")
                            for number in 0..<25 {
                                let body = String(repeating: "é", count: number * 2_000)
                                try await store.commit(Batch(partition, [Sample.insert("\(number)", body: body)]))
                                let found = try await store.record(Key("note", "\(number)"), in: partition)
                                #expect(found?.values[1] == .text(body))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                await store.close()
            }

            @Test func aWrongPasswordIsRefusedWithoutALeak() async throws {
                var (_, configuration) = try await database()
                configuration.password = "hunter2secret"
                let wrong = configuration
                let error = await failure { _ = try await MySQLRecords.open(wrong) }
                #expect(error?.code == .invalid && error?.message.contains("password is refused") == true)
                let shown = "\(String(describing: error)) \(String(describing: error?.underlying))"
                #expect(!shown.contains("hunter2secret") && !shown.contains("app word"))
                configuration.password = "app word"
                configuration.database = "no_such_database"
                let missing = configuration
                #expect(await failure { _ = try await MySQLRecords.open(missing) }?.code == .invalid)
                configuration.port = try TestServers.freePort()
                let nobody = configuration
                #expect(await failure { _ = try await MySQLRecords.open(nobody) }?.code == .unavailable)
            }

            @Test func aUnixSocketIsAWayToo() async throws {
                let (server, remote) = try await database()
                try await server.administer([
                    "CREATE USER IF NOT EXISTS 'local'@'localhost' IDENTIFIED BY 'x'",
                    "GRANT ALL ON \(remote.database).* TO 'local'@'localhost'",
                ])
                var configuration = remote
                configuration.user = "local"
                configuration.password = "x"
                configuration.socket = server.socket
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                try await store.commit(Batch(Sample.partition, [Sample.insert("a")]))
                await store.close()
            }

            @Test func aUserWithoutTheRightToMakeTablesIsToldAndCanSkipSetUp() async throws {
                let (server, owner) = try await database()
                let name = "u" + String(owner.database.suffix(20))
                try await server.administer([
                    "CREATE USER '\(name)'@'127.0.0.1' IDENTIFIED BY 'x'",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON \(owner.database).* TO '\(name)'@'127.0.0.1'",
                ])
                var user = owner
                user.user = name
                user.password = "x"
                let eager = try await MySQLRecords.open(user)
                let refused = await failure { try await eager.prepare([Sample.note]) }
                await eager.close()
                #expect(refused?.code == .unsupported)
                #expect(
                    refused?.message.contains("the right CREATE") == true
                        && refused?.message.contains("skip-setup") == true
                )
                user.skipsSetUp = true
                let early = try await MySQLRecords.open(user)
                let missing = await failure { try await early.prepare([Sample.note]) }
                await early.close()
                #expect(missing?.code == .schema && missing?.message.contains("set-up is skipped") == true)

                let first = try await MySQLRecords.open(owner)
                try await first.prepare([Sample.note])
                await first.close()
                let store = try await MySQLRecords.open(user)
                try await store.prepare([Sample.note])
                try await store.commit(Batch(Sample.partition, [Sample.insert("a"), Sample.insert("b")]))
                try await store.commit(Batch(Sample.partition, [.delete(Key("note", "a")), Sample.insert("c")]))
                #expect(try await store.read(.count("note", .all), in: Sample.partition).count == 2)
                let left = try await store.scrub(within: 10)
                #expect(left.contains { $0.contains("binary logs") })
                await store.close()
            }
        }
    }
#endif
