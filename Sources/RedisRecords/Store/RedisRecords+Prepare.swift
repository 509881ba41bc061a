#if Redis
    internal import Foundation
    public import Records
    internal import Synchronization

    extension RedisRecords {
        /// Creates or migrates the types; see ``RecordStore/prepare(_:)``.
        ///
        /// Migration walks every partition, each in one script. A program of the older declaration is refused by the
        /// partitions that have been migrated. A process that dies half way leaves a lock that expires after 30 seconds;
        /// preparing again resumes.
        /// - Throws: ``StoreError`` `schema`, `invalid`, `unavailable`, `closed`.
        public func prepare(_ types: [RecordType]) async throws(StoreError) {
            try client.requireOpen()
            let incoming = try Schema(types)
            try await requirePermission()
            var store = try await storedSchema()
            if try store.lacks(types) || store.buckets == nil {
                let lock = try await takeLock()
                do throws(StoreError) {
                    store = try await storedSchema()
                    try await migrate(types, incoming, &store, lock)
                } catch {
                    await release(lock)
                    throw error
                }
                await release(lock)
            }
            guard let buckets = store.buckets else { throw CommitOutcome.damage }
            if let wanted = configuration.buckets, wanted != buckets {
                throw StoreError(.schema, "buckets: the store has \(buckets), fixed when it was made, not \(wanted)")
            }
            let keys = KeyLayout(prefix: configuration.keyPrefix, buckets: buckets)
            let searches = try await vectorSearches(of: types, keys)
            try prepared.withLock { state throws(StoreError) in
                let earlier = (state?.schema.tables ?? [:]).values.map(\.type)
                    .filter { incoming.tables[$0.name] == nil }
                let schema = try Schema(earlier + types)
                let others = (state?.searches ?? []).filter { incoming.tables[$0.type] == nil }
                state = Prepared(
                    schema: schema, types: schema.tables.mapValues(TypeLayout.init), keys: keys,
                    searches: searches.union(others))
                let isNative = !searches.union(others).isEmpty
                facts.withLock { $0.hasNativeVectors = isNative }
            }
        }

        /// What the store says about itself.
        private struct StoredSchema {
            var buckets: Int?
            /// The declarations' texts: those of other programs may say things that this one does not understand.
            var declarations: [String: String] = [:]

            /// The declaration of a type; nil when it was never prepared.
            func type(_ name: String) throws(StoreError) -> RecordType? {
                guard let text = declarations[name] else { return nil }
                return try Declaration.type(of: text)
            }

            /// Whether a type is missing or must be migrated.
            func lacks(_ wanted: [RecordType]) throws(StoreError) -> Bool {
                var lacks = false
                for type in wanted {
                    guard let stored = try self.type(type.name) else {
                        lacks = true
                        continue
                    }
                    if try Declaration.isMigration(from: stored, to: type) { lacks = true }
                }
                return lacks
            }
        }

        private var schemaKeys: KeyLayout { KeyLayout(prefix: configuration.keyPrefix, buckets: 1) }

        /// - Throws: ``StoreError`` `invalid` when the user may not do what commits do.
        private func requirePermission() async throws(StoreError) {
            let key = schemaKeys.probe
            let request = RedisClient.Request(
                command: RedisCommand(.probe, key: key), slot: HashSlot.of(key), isCommit: false, script: .probe)
            _ = try await client.send([request]).first?.get()
        }

        private func storedSchema() async throws(StoreError) -> StoredSchema {
            let reply = try await command(RedisCommand("HGETALL", schemaKeys.schema), at: schemaKeys.schema)
            var stored = StoredSchema()
            let parts = reply.elements ?? []
            for place in stride(from: 0, to: parts.count - 1, by: 2) {
                guard let name = parts[place].text, let text = parts[place + 1].text else { continue }
                if name == "layout" {
                    guard text == KeyLayout.version else {
                        throw StoreError(.schema, "the store's keys are laid out by another version of this program")
                    }
                } else if name == "buckets" {
                    stored.buckets = Int(text)
                } else if name.hasPrefix("type:") {
                    stored.declarations[String(name.dropFirst(5))] = text
                }
            }
            return stored
        }

        private func migrate(
            _ types: [RecordType], _ incoming: Schema, _ store: inout StoredSchema, _ lock: String
        ) async throws(StoreError) {
            let key = schemaKeys.schema
            let buckets = store.buckets ?? configuration.buckets ?? (client.isCluster ? 256 : 1)
            if store.buckets == nil {
                _ = try await command(
                    RedisCommand("HSET", key, "layout", KeyLayout.version, "buckets", String(buckets)), at: key)
                store.buckets = buckets
            }
            let keys = KeyLayout(prefix: configuration.keyPrefix, buckets: buckets)
            for type in types {
                guard let stored = try store.type(type.name) else { continue }
                guard try Declaration.isMigration(from: stored, to: type) else { continue }
                let old = TypeLayout(try Schema([stored]).table(type.name))
                let new = TypeLayout(try incoming.table(type.name))
                // Looked at first, so that a declaration that cannot hold changes nothing.
                for onlyLooks in [true, false] {
                    for bucket in 0..<buckets {
                        for partition in try await partitions(bucket, keys) {
                            try await migrate(partition, from: old, to: new, keys, onlyLooks: onlyLooks)
                            try await renew(lock)
                        }
                    }
                }
            }
            for type in types {
                _ = try await command(
                    RedisCommand("HSET", key, "type:\(type.name)", Declaration.text(of: type)), at: key)
            }
        }

        /// Brings one partition's type to the declaration of this program.
        func migrate(_ type: String, _ partition: Partition, _ current: Prepared) async throws(StoreError) {
            guard let new = current.types[type] else { throw CommitOutcome.damage }
            let stored = try await storedSchema()
            // A program that was stopped half way may have migrated the schema but not this partition. What it removes
            // from the global indexes is named the same in both declarations, or no longer asked for.
            let old = TypeLayout(try Schema([stored.type(type) ?? new.type]).table(type))
            try await migrate(partition, from: old, to: new, current.keys, onlyLooks: false)
        }

        private func migrate(
            _ partition: Partition, from old: TypeLayout, to new: TypeLayout, _ keys: KeyLayout, onlyLooks: Bool
        ) async throws(StoreError) {
            let head = keys.head(partition)
            var command = RedisCommand(.migrate, key: head)
            command.append(onlyLooks)
            command.append(partition.name)
            for argument in old.arguments + new.arguments { command.append(argument) }
            let request = RedisClient.Request(
                command: command, slot: HashSlot.of(head), isCommit: false, script: .migrate)
            let reply = await client.send([request]).first
            guard let word = try reply?.get().elements?.first?.text else { throw CommitOutcome.damage }
            guard word == "done" else {
                throw StoreError(.schema, "record type \(new.type.name): stored records break an added unique key")
            }
        }

        func partitions(_ bucket: Int, _ keys: KeyLayout) async throws(StoreError) -> [Partition] {
            var names: Set<String> = []
            var cursor = "0"
            repeat {
                let key = keys.partitions(bucket)
                let reply = try await command(RedisCommand("SSCAN", key, cursor, "COUNT", "1000"), at: key)
                guard let parts = reply.elements, parts.count == 2, let next = parts[0].text else {
                    throw CommitOutcome.damage
                }
                for name in parts[1].elements ?? [] { if let name = name.text { names.insert(name) } }
                cursor = next
            } while cursor != "0"
            return names.map { Partition($0) }
        }

        /// Sends a command that may run twice to the server of a key.
        func command(_ command: RedisCommand, at key: String) async throws(StoreError) -> RESPValue {
            let request = RedisClient.Request(
                command: command, slot: HashSlot.of(key), isCommit: false, script: .read)
            guard let reply = await client.send([request]).first else { throw CommitOutcome.damage }
            return try reply.get()
        }

        // MARK: The lock of preparation

        private static let lockTime = "30000"

        func takeLock() async throws(StoreError) -> String {
            let token = UUID().uuidString
            let end = Monotonic.now + 60
            while true {
                let key = schemaKeys.lock
                let reply = try await command(RedisCommand("SET", key, token, "NX", "PX", Self.lockTime), at: key)
                if reply.text == "OK" { return token }
                // A reply that was lost on the way may have been a success.
                if try await command(RedisCommand("GET", key), at: key).text == token { return token }
                guard Monotonic.now < end else {
                    throw StoreError(.unavailable, "another process has been preparing the store for a minute")
                }
                do { try await Task.sleep(for: .milliseconds(20)) } catch {
                    throw StoreError(.unavailable, "preparing was cancelled")
                }
            }
        }

        func renew(_ lock: String) async throws(StoreError) {
            guard try await hold(lock, Self.lockTime) else {
                throw StoreError(.unavailable, "another process took over preparing the store; prepare again")
            }
        }

        /// Best effort: a lock that stays expires by itself.
        func release(_ lock: String) async { _ = try? await hold(lock, "0") }

        private func hold(_ lock: String, _ time: String) async throws(StoreError) -> Bool {
            var command = RedisCommand(.lock, key: schemaKeys.lock)
            command.append(lock)
            command.append(time)
            let request = RedisClient.Request(
                command: command, slot: HashSlot.of(schemaKeys.lock), isCommit: false, script: .lock)
            return try await client.send([request]).first?.get().number == 1
        }
    }
#endif
