#if Redis
    public import Records

    extension RedisRecords {
        /// One bucket's part of a survey.
        private struct Part {
            let bucket: Int
            var entries: ArraySlice<(member: [UInt8], record: Record)> = []
            var last: [UInt8]?
            var isAtEnd = false
        }

        /// Asks across all partitions: each bucket has a part of the global index, and the parts are merged.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
        /// - Complexity: O(buckets + page + skipped).
        public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
            try client.requireOpen()
            let current = current
            try current.schema.validate(query, isSurvey: true)
            guard let layout = current.types[query.type] else {
                throw StoreError(.invalid, "record type \(query.type) was not prepared")
            }
            let walk = try IndexWalk(query, layout, in: nil)
            guard let index = walk.index else { throw CommitOutcome.damage }
            var parts = (0..<current.keys.buckets).map { Part(bucket: $0) }
            let piece = walk.candidates * (parts.count == 1 ? 1 : 4) / parts.count + 2
            var answer = SurveyPage(page: Page(), partitions: [])
            var end: [UInt8] = []
            while true {
                try await fill(&parts, walk, index, current.keys, piece)
                guard let next = Self.first(parts, isDescending: query.isDescending) else { return answer }
                guard let (member, record) = parts[next].entries.popFirst(), walk.filter.accepts(record) else {
                    continue
                }
                if answer.page.records.count == query.limit {
                    answer.page.next = try walk.cursor(after: end)
                    return answer
                }
                answer.page.records.append(walk.decoder.projected(record))
                answer.partitions.append(try walk.owner(of: member))
                end = member
            }
        }

        /// Asks every bucket that has run out of entries for more, all at once.
        private func fill(
            _ parts: inout [Part], _ walk: IndexWalk, _ index: IndexLayout, _ keys: KeyLayout, _ piece: Int
        ) async throws(StoreError) {
            while true {
                let places = parts.indices.filter { parts[$0].entries.isEmpty && !parts[$0].isAtEnd }
                guard !places.isEmpty else { return }
                let requests = places.map { place in
                    let name = keys.tag(parts[place].bucket) + "#g:\(walk.layout.type.name):\(index.name)"
                    var command = RedisCommand(.read, key: name)
                    command.append("S")
                    walk.append(
                        to: &command, IndexWalk.Source(name: name), limit: piece, budget: IndexWalk.budget,
                        beyond: parts[place].last)
                    return RedisClient.Request(
                        command: command, slot: HashSlot.of(name), isCommit: false, script: .read)
                }
                for (place, reply) in zip(places, await client.send(requests)) {
                    guard let pages = try reply.get().elements?.last?.elements, let found = pages.first?.elements else {
                        throw CommitOutcome.damage
                    }
                    let answer = try QueryAnswer(found, walk)
                    parts[place].entries = answer.entries[...]
                    parts[place].isAtEnd = answer.isAtEnd
                    if !answer.last.isEmpty { parts[place].last = answer.last }
                }
            }
        }

        /// The part whose next entry comes first.
        private static func first(_ parts: [Part], isDescending: Bool) -> Int? {
            var best: Int?
            for (place, part) in parts.enumerated() {
                guard let member = part.entries.first?.member else { continue }
                guard let leader = best, let other = parts[leader].entries.first?.member else {
                    best = place
                    continue
                }
                let isBefore =
                    isDescending ? other.lexicographicallyPrecedes(member) : member.lexicographicallyPrecedes(other)
                if isBefore { best = place }
            }
            return best
        }
    }
#endif
