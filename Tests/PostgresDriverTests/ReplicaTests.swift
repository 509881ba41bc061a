#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL with a standby")
    struct ReplicaTests {
        @Test(.timeLimit(.minutes(2)))
        func readsGoToTheStandbyButNeverMissTheirOwnWrites() async throws {
            let primary = try PostgresServer()
            let standby = try PostgresServer(following: primary)
            try await eventually {
                try primary.query("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"
            }
            func open() async throws -> RelationalRecords {
                try await primary.open(schema: "replicated") { configuration in
                    configuration.readReplica = "postgres://127.0.0.1:\(standby.port)"
                }
            }
            let writer = try await open()
            #expect(writer.capabilities.failoverMayForget)
            try await writer.commit(Notes.batch("a"))
            let reader = try await open()
            try await eventually { try await reader.count() == 1 }
            try standby.query("SELECT pg_wal_replay_pause()")
            try await eventually { try standby.query("SELECT pg_get_wal_replay_pause_state()") == "paused" }
            let receipt = try await writer.commit(Notes.batch("b"))
            #expect(try await reader.count() == 1, "the standby does not know the second record")
            #expect(try await writer.count() == 2, "the writer's own write is seen")
            let page = try await reader.read(.count("note", .all), in: Notes.partition, atLeast: receipt.stamp)
            #expect(page.count == 2, "a stamp that the standby has not reached is read from the primary")
            try standby.query("SELECT pg_wal_replay_resume()")
            try await eventually { try await reader.count() == 2 }
            let before = try standby.query("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")
            for _ in 0..<50 { #expect(try await reader.count() == 2) }
            try await eventually {
                let now = try standby.query("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'")
                return (Int(now) ?? 0) - (Int(before) ?? 0) >= 50
            }
            standby.kill()
            #expect(try await reader.count() == 2, "without the standby the primary answers")
            #expect(try await writer.count() == 2)
            await writer.close()
            await reader.close()
            primary.kill()
        }
    }
#endif
