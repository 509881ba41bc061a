#if Redis
    internal import Records

    extension RedisRecords {
        /// The indexes of vectors that the server's search module keeps for these types, made where they are missing; none
        /// where the server has no such module, the user may not use it, or it could not see all records: it knows one
        /// database, and in a cluster no script may ask it.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        func vectorSearches(of types: [RecordType], _ keys: KeyLayout) async throws(StoreError) -> Set<VectorSearch> {
            guard configuration.usesSearchModule, !client.isCluster, configuration.database == 0 else { return [] }
            let wanted = types.flatMap {
                VectorSearch.all(of: $0, prefix: keys.prefix, dimensions: configuration.indexDimension)
            }
            guard !wanted.isEmpty, try await permits(RedisCommand("FT._LIST")) else { return [] }
            var searches: Set<VectorSearch> = []
            for search in wanted {
                let isThere = RedisCommand("FT.INFO", search.name)
                // Another process may make it at the same time, which is the same index.
                if try await !permits(isThere) { _ = try await permits(search.definition) }
                guard try await permits(isThere),
                    try await permits(RedisCommand("FT.SEARCH", search.name, "*", "LIMIT", "0", "0"))
                else { continue }
                if try await !isMarked(search, keys) {
                    let lock = try await takeLock()
                    do throws(StoreError) {
                        if try await !isMarked(search, keys) { try await mark(search, keys, lock) }
                    } catch {
                        await release(lock)
                        throw error
                    }
                    await release(lock)
                }
                searches.insert(search)
            }
            return searches
        }

        /// Where the store notes that every vector of a field is marked.
        private func note(_ search: VectorSearch) -> String { "marked:\(search.type):\(search.field)" }

        private func isMarked(_ search: VectorSearch, _ keys: KeyLayout) async throws(StoreError) -> Bool {
            try await command(RedisCommand("HGET", keys.schema, note(search)), at: keys.schema).text == "1"
        }

        /// Marks what was written by a program that knew of no markers, which is done once in the life of a store. Whoever
        /// dies half way leaves no note, so that the next one begins again.
        private func mark(_ search: VectorSearch, _ keys: KeyLayout, _ lock: String) async throws(StoreError) {
            for bucket in 0..<keys.buckets {
                for partition in try await partitions(bucket, keys) {
                    var low = [UInt8(ascii: "-")]
                    while true {
                        let head = keys.head(partition)
                        var command = RedisCommand(.mark, key: head)
                        command.append(":k:\(search.type)")
                        command.append(":r:\(search.type):")
                        command.append(search.field)
                        command.append(search.marker)
                        command.append(VectorSearch.tag(of: partition))
                        command.append(low)
                        let request = RedisClient.Request(
                            command: command, slot: HashSlot.of(head), isCommit: false, script: .mark)
                        let answer = try await client.send([request]).first?.get().elements ?? []
                        try await renew(lock)
                        guard let last = answer.first?.raw else { break }
                        low = [UInt8(ascii: "(")] + last
                    }
                }
            }
            _ = try await command(RedisCommand("HSET", keys.schema, note(search), "1"), at: keys.schema)
        }

        /// Whether the server does it; false when it does not know the command, the index or the user.
        private func permits(_ command: RedisCommand) async throws(StoreError) -> Bool {
            guard let node = try await client.masters().first else { return false }
            guard case .error(let text) = try await node.ask(command) else { return true }
            let fault = ServerFault(text, askedAs: node.node)
            if fault.isPassing { throw fault.storeError(text) }
            return false
        }
    }
#endif
