#if Redis
    import Foundation
    import Records
    import RedisRecords

    extension TestBackend {
        static let redis = backend("redis", SharedServer { try RedisServer() }) { $0.configuration }

        static let valkey = backend("valkey", SharedServer { try RedisServer(.valkey()) }) { $0.configuration }

        static let redisSearch = backend("redis-search", SharedServer { try RedisServer(.redisSearch()) }) {
            $0.configuration
        }

        static let redisCluster = backend("redis-cluster", SharedServer { try RedisCluster() }) { $0.configuration }

        /// Stores of one shared server, each behind a prefix of its own.
        private static func backend<Server: Sendable>(
            _ name: String, _ server: SharedServer<Server>,
            _ configuration: @escaping @Sendable (Server) -> RedisConfiguration
        ) -> TestBackend {
            TestBackend(name) {
                var configuration = configuration(try server.get())
                configuration.keyPrefix = "t" + UUID().uuidString
                let chosen = configuration
                let store = try await RedisRecords.open(chosen)
                return Made(store) {
                    await store.close()
                    return try await RedisRecords.open(chosen)
                }
            }
        }
    }
#endif
