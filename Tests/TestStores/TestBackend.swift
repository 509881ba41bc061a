import Foundation
package import Records

/// A backend that tests run on, on a real server where it has one.
package struct TestBackend: Sendable, CustomStringConvertible {
    /// The name, as `AGENT_MEMORY_TEST_SKIP` spells it.
    package let description: String
    /// Opens an empty store, and says how to open the same data again; nil where nothing survives a close.
    package let make: @Sendable () async throws -> Made

    /// An empty store.
    package struct Made: Sendable {
        package var store: any RecordStore
        package var reopen: (@Sendable () async throws -> any RecordStore)?

        package init(_ store: any RecordStore, reopen: (@Sendable () async throws -> any RecordStore)? = nil) {
            self.store = store
            self.reopen = reopen
        }
    }

    package init(_ name: String, make: @escaping @Sendable () async throws -> Made) {
        description = name
        self.make = make
    }

    /// Every backend of this build, but for those that `AGENT_MEMORY_TEST_SKIP=name,…` leaves out.
    package static let all: [TestBackend] = {
        let skipped = Set(
            (ProcessInfo.processInfo.environment["AGENT_MEMORY_TEST_SKIP"] ?? "").split(separator: ",").map(String.init)
        )
        return registered.filter { backend in
            let isSkipped = skipped.contains(backend.description)
            if isSkipped { print("skipped: \(backend.description), because AGENT_MEMORY_TEST_SKIP names it") }
            return !isSkipped
        }
    }()

    /// One line a backend; each lives in a file of its own.
    private static let registered: [TestBackend] = {
        var all: [TestBackend] = [.inMemory]
        #if SQLite
            all += [.sqlite, .sqliteInMemory, .sqliteVec]
        #endif
        #if PostgreSQL
            all += [.postgres, .pgvector]
        #endif
        #if Redis
            all += [.redis, .valkey, .redisCluster, .redisSearch]
        #endif
        #if MongoDB
            all += [.mongo]
        #endif
        #if MySQL
            all += [.mariadb]
        #endif
        return all
    }()
}
