#if Redis
    public import Records

    extension RedisRecords {
        /// Rewrites the servers' append-only files and snapshots, so that they no longer hold what was deleted.
        /// - Returns: what remains: files that could not be rewritten in time or that the user may not rewrite, replicas'
        ///   files, backups.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
            let end = Monotonic.now + seconds
            var remaining: [String] = []
            for (place, node) in try await client.masters().enumerated() {
                let name = node.node.host.isEmpty ? "server \(place + 1)" : "\(node.node.host):\(node.node.port)"
                let info = Inspection.facts(try await node.ask(RedisCommand("INFO")))
                if info["aof_enabled"] == "1" {
                    let isDone = try await rewrite(RedisCommand("BGREWRITEAOF"), node, "aof_rewrite", until: end)
                    if !isDone { remaining.append("the append-only file of \(name)") }
                }
                let snapshots = try await Inspection.setting("save", node)
                if snapshots?.isEmpty != true {
                    let isDone = try await rewrite(RedisCommand("BGSAVE"), node, "rdb_bgsave", until: end)
                    if !isDone { remaining.append("the snapshot of \(name)") }
                }
                if let replicas = info["connected_slaves"].flatMap({ Int($0) }), replicas > 0 {
                    remaining.append("the files of the replicas of \(name)")
                }
            }
            remaining.append("backups of the servers' files")
            return remaining
        }

        /// Starts a rewriting and waits for its end; false when it is refused, fails or lasts too long.
        private func rewrite(
            _ command: RedisCommand, _ node: RedisNode, _ field: String, until end: Double
        ) async throws(StoreError) -> Bool {
            var isStarted = false
            while Monotonic.now < end {
                if !isStarted {
                    // Only one may run at a time; another that runs now began before the deletions.
                    switch try await node.ask(command) {
                    case .error(let text) where text.contains("in progress"): break
                    case .error: return false
                    default: isStarted = true
                    }
                } else {
                    let info = Inspection.facts(try await node.ask(RedisCommand("INFO", "persistence")))
                    if info["\(field)_in_progress"] == "0", info["\(field)_scheduled"] ?? "0" == "0" {
                        let status = field == "aof_rewrite" ? "aof_last_bgrewrite_status" : "rdb_last_bgsave_status"
                        return info[status] == "ok"
                    }
                }
                do { try await Task.sleep(for: .milliseconds(20)) } catch { return false }
            }
            return false
        }
    }
#endif
