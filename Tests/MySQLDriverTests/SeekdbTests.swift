#if MySQL
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        @Suite("seekdb")
        struct SeekdbTests {
            @Test func whatComesOfIt() async throws {
                guard let server = try await onThread({ try SeekdbServer.start() }) else { return }
                var configuration = MySQLConfiguration(user: "root", database: "test")
                configuration.socket = server.socket
                let store = try await MySQLRecords.open(configuration)
                print("seekdb: \(store.capabilities)")
                let error = await failure { try await store.prepare([Sample.note]) }
                print("seekdb prepare: \(String(describing: error)) \(String(describing: error?.underlying))")
                if error == nil {
                    print(await store.commit([Batch(Sample.partition, [Sample.insert("a", words: ["the"])])]))
                }
                await store.close()
            }
        }
    }
#endif
