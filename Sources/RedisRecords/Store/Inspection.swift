#if Redis
    internal import Records

    /// What the servers say about themselves: whether they evict keys, and what a commit survives.
    enum Inspection {
        private struct Server {
            var policy = "noeviction"
            var maximumMemory: Int64 = 0
            var hasLog: Bool?
            var flush: String?
            var snapshots: String?
            var replicas: Int64 = 0
            /// Dragonfly's way to say that it evicts.
            var isCache = false

            var survives: Capabilities.Survival {
                guard hasLog == true, let flush else { return .nothing }
                // `everysec` and `no` hand each commit to the system before they answer, but may lose it with the power.
                return flush == "always" ? .powerLoss : .processCrash
            }

            var description: String {
                guard let hasLog else { return "unknown" }
                if hasLog, flush == nil {
                    return "appendonly=yes; the rest is unknown, because CONFIG is not permitted"
                }
                if hasLog { return "appendonly=yes, appendfsync=\(flush ?? "unknown")" }
                return snapshots.map { $0.isEmpty ? "appendonly=no, no snapshots" : "appendonly=no, save=\($0)" }
                    ?? "appendonly=no"
            }
        }

        /// The capabilities of the weakest server.
        /// - Throws: ``StoreError`` `unsupported` when one evicts keys, `unavailable`.
        static func capabilities(of client: RedisClient) async throws(StoreError) -> Capabilities {
            let deadline = Monotonic.now + client.settings.configuration.busyTimeout
            var servers: [Server] = []
            while servers.isEmpty {
                do throws(StoreError) {
                    for node in try await client.masters() { servers.append(try await inspect(node)) }
                    guard !servers.isEmpty else { throw StoreError(.unavailable, "the cluster has no master yet") }
                } catch {
                    servers = []
                    guard error.code == .unavailable, Monotonic.now < deadline else { throw error }
                    do { try await Task.sleep(for: .milliseconds(50)) } catch {
                        throw StoreError(.unavailable, "opening was cancelled")
                    }
                }
            }
            for server in servers where server.policy != "noeviction" && server.maximumMemory > 0 {
                throw StoreError(
                    .unsupported,
                    "the server evicts keys (maxmemory-policy \(server.policy)) and would forget records; set noeviction"
                )
            }
            guard !servers.contains(where: \.isCache) else {
                throw StoreError(.unsupported, "the server is a cache and would forget records; turn cache_mode off")
            }
            var capabilities = Capabilities()
            capabilities.hasNativeTokens = true
            let order: [Capabilities.Survival] = [.nothing, .processCrash, .powerLoss]
            let weakest = servers.min {
                (order.firstIndex(of: $0.survives) ?? 0) < (order.firstIndex(of: $1.survives) ?? 0)
            }
            capabilities.survives = weakest?.survives ?? .nothing
            capabilities.durability = weakest?.description ?? "unknown"
            let isWatched = if case .sentinel = client.settings.configuration.servers { true } else { false }
            capabilities.failoverMayForget =
                isWatched || client.clusterReplicas > 0 || servers.contains { $0.replicas > 0 }
            return capabilities
        }

        private static func inspect(_ node: RedisNode) async throws(StoreError) -> Server {
            var server = Server()
            let info = facts(try await node.ask(RedisCommand("INFO")))
            if let policy = info["maxmemory_policy"] { server.policy = policy }
            if let memory = info["maxmemory"].flatMap({ Int64($0) }) { server.maximumMemory = memory }
            if let replicas = info["connected_slaves"].flatMap({ Int64($0) }) { server.replicas = replicas }
            server.isCache = info["cache_mode"] == "cache"
            if info["loading"] == "1" { throw StoreError(.unavailable, "the server is loading its data") }
            server.hasLog = info["aof_enabled"].map { $0 == "1" }
            server.flush = try await setting("appendfsync", node)
            server.snapshots = try await setting("save", node)
            if let policy = try await setting("maxmemory-policy", node) { server.policy = policy }
            if let memory = try await setting("maxmemory", node).flatMap({ Int64($0) }) {
                server.maximumMemory = memory
            }
            return server
        }

        /// A setting; nil where the user may not ask.
        static func setting(_ name: String, _ node: RedisNode) async throws(StoreError) -> String? {
            let parts = try await node.ask(RedisCommand("CONFIG", "GET", name)).elements ?? []
            return parts.count == 2 ? parts[1].text : nil
        }

        /// The lines of `INFO`; none where the user may not ask.
        static func facts(_ reply: RESPValue) -> [String: String] {
            var facts: [String: String] = [:]
            for line in (reply.text ?? "").split(whereSeparator: \.isNewline) {
                let pair = line.split(separator: ":", maxSplits: 1)
                if pair.count == 2 { facts[String(pair[0])] = String(pair[1]) }
            }
            return facts
        }
    }
#endif
