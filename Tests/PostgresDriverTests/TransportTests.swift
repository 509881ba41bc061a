#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    /// A server that takes nobody over TCP without TLS.
    @Suite("PostgreSQL over TLS")
    struct TransportTests {
        private struct Secured: Sendable {
            let server: PostgresServer
            let authority: String, stranger: String
        }

        private static let shared = SharedServer {
            var folder = ""
            let server = try PostgresServer(
                settings: [
                    "fsync=off", "ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key",
                    "ssl_min_protocol_version=TLSv1.2",
                ],
                access: ["local all all trust", "hostssl all all 127.0.0.1/32 scram-sha-256"],
                prepare: { path in
                    folder = path
                    try makeCertificates(in: path)
                })
            return Secured(server: server, authority: folder + "/ca.crt", stranger: folder + "/other.crt")
        }

        private static func makeCertificates(in folder: String) throws {
            for name in ["ca", "other"] {
                try TestServers.run([
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name).key", "-out",
                    "\(folder)/\(name).crt",
                ])
            }
            try TestServers.run([
                "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=localhost", "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.csr",
            ])
            try "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                .write(toFile: folder + "/names", atomically: true, encoding: .utf8)
            try TestServers.run([
                "openssl", "x509", "-req", "-days", "2", "-in", "\(folder)/server.csr", "-CA", "\(folder)/ca.crt",
                "-CAkey",
                "\(folder)/ca.key", "-CAcreateserial", "-extfile", "\(folder)/names", "-out", "\(folder)/server.crt",
            ])
            for file in ["server.key", "server.crt"] { try PostgresServer.own("\(folder)/\(file)") }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/server.key")
        }

        private func attempt(_ change: (inout PostgresConfiguration) -> Void) async throws -> Result<Int, StoreError> {
            let server = try Self.shared.get().server
            var configuration = server.configuration(schema: PostgresServer.newSchema())
            change(&configuration)
            let store = try await PostgresRecords.open(configuration)
            let result: Result<Int, StoreError>
            do throws(StoreError) {
                try await store.prepare([Notes.type])
                // More than one TLS record in both directions.
                let body = String(repeating: "y", count: 10_000)
                try await store.commit(
                    Batch(Notes.partition, (0..<200).map { Notes.insert("\($0)", body: body, words: [body]) }))
                let page = try await store.read(.query(Query("note", limit: 1_000)), in: Notes.partition)
                result = .success(page.records.count)
            } catch {
                result = .failure(error)
            }
            await store.close()
            return result
        }

        @Test(arguments: [PostgresConfiguration.SSLMode.require, .prefer, .allow])
        func encryptsWhereTheServerInsists(_ mode: PostgresConfiguration.SSLMode) async throws {
            #expect(try await attempt { $0.sslMode = mode }.get() == 200)
        }

        @Test func verifiesTheServer() async throws {
            let authority = try Self.shared.get().authority
            for mode in [PostgresConfiguration.SSLMode.verifyCA, .verifyFull] {
                let count = try await attempt {
                    $0.sslMode = mode
                    $0.sslRootCertificate = authority
                }.get()
                #expect(count == 200)
            }
        }

        @Test func aWrongAuthorityIsRefused() async throws {
            let stranger = try Self.shared.get().stranger
            for mode in [PostgresConfiguration.SSLMode.verifyCA, .verifyFull] {
                let result = try await attempt {
                    $0.sslMode = mode
                    $0.sslRootCertificate = stranger
                }
                let error = #expect(throws: StoreError.self) { try result.get() }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("certificate") == true, "\(error?.message ?? "")")
            }
        }

        @Test func plainTextIsRefused() async throws {
            let result = try await attempt { $0.sslMode = .disable }
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("no encryption") == true, "\(error?.message ?? "")")
        }
    }
#endif
