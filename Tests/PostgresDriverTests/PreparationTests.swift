#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL preparation")
    struct PreparationTests {
        private let server: PostgresServer

        init() throws { server = try PostgresServer.plain.get() }

        /// Its connection is killed at every statement in turn, until one preparation comes through: a preparation happens
        /// whole or not at all.
        @Test(.timeLimit(.minutes(2))) func aPreparationThatIsKilledAnywhereIsFinishedByTheNext() async throws {
            let schema = PostgresServer.newSchema()
            let mark = "killed_\(schema)"
            var kills = 0
            while true {
                let place = kills
                let seen = Gathered()
                let server = server
                var configuration = server.configuration(schema: schema)
                configuration.libraryOptions["application_name"] = mark
                configuration.statementLog = { text in
                    seen.add(text)
                    guard seen.all.count == place + 1 else { return }
                    _ = try? server.query(
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                            + "WHERE application_name = '\(mark)'")
                }
                let store = try await PostgresRecords.open(configuration)
                let error = await Self.failure(store)
                await store.close()
                guard let error else { break }
                #expect(error.code == .unavailable || error.code == .outcomeUnknown, "\(error)")
                kills += 1
                try #require(kills < 80)
            }
            #expect(kills >= 5)
            let store = try await server.open(schema: schema)
            try await store.commit(Notes.batch("a"))
            #expect(try await store.count() == 1)
            #expect(try await store.migrations(for: [Notes.type]).map(\.state) == [.applied])
            await store.close()
        }

        private static func failure(_ store: RelationalRecords) async -> StoreError? {
            do throws(StoreError) {
                try await store.prepare([Notes.type])
                return nil
            } catch {
                return error
            }
        }

        @Test func severalServersPrepareAtOnce() async throws {
            let schema = PostgresServer.newSchema()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let store = try await server.open(schema: schema) { $0.lanes = 1 }
                        try await store.commit(Notes.batch("\(number)"))
                        await store.close()
                    }
                }
                try await group.waitForAll()
            }
            let store = try await server.open(schema: schema)
            #expect(try await store.count() == 8)
            #expect(try await store.migrations(for: [Notes.type]).map(\.state) == [.applied])
            await store.close()
        }
    }
#endif
