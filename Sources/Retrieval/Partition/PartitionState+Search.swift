import Records

extension PartitionState {
    /// Finds candidates by words and by meaning, unites them, and ranks the union by every signal.
    func search(_ question: IndexSearch) throws(StoreError) -> [IndexHit] {
        guard question.limit > 0, !slots.isEmpty else { return [] }
        let fusion = Fusion()
        let vector = question.mode == .lexical ? nil : question.vector
        let usesLexical = question.mode != .vector
        let allowed = try allowedSlots(question)
        let pool = max(1_000, question.limit * 20)
        var found: [Int32: Explanation] = [:]
        if usesLexical {
            for match in text.search(analyzer.queryTerms(of: question.text), limit: pool, allowed: allowed) {
                found[match.slot] = Explanation(match.score)
            }
        }
        var space: VectorIndex?
        if let vector, let name = question.space, let index = spaces[name] {
            space = index
            do {
                for match in try index.search(vector, limit: max(100, question.limit * 4), allowed: allowed) {
                    found[match.slot, default: Explanation()].similarity = Double(match.similarity)
                }
                let missing = found.filter { $0.value.similarity == nil }.map(\.key)
                for (slot, similarity) in zip(missing, try index.similarities(of: missing, to: vector)) {
                    found[slot]?.similarity = similarity.map(Double.init)
                }
            } catch {
                throw StoreError(.invalid, "vector: \(error)")
            }
        }
        let ranked = rank(found, question, fusion, usesLexical: usesLexical, usesVector: space != nil)
        return select(ranked, question)
    }

    /// The slots that filter and expiry leave; nil for all.
    private func allowedSlots(_ question: IndexSearch) throws(StoreError) -> SlotSet? {
        let filter = try CompiledFilter(question.filter, table)
        if filter.acceptsAll, question.now < earliestExpiry { return nil }
        var allowed = SlotSet(capacity: entries.count)
        for (slot, entry) in entries.enumerated() {
            guard let entry, entry.expiry > question.now,
                filter.accepts(entry.values, revision: entry.revision, stamp: entry.stamp)
            else { continue }
            allowed.insert(Int32(slot))
        }
        return allowed
    }

    private func rank(
        _ found: [Int32: Explanation], _ question: IndexSearch, _ fusion: Fusion, usesLexical: Bool, usesVector: Bool
    ) -> [(slot: Int32, explanation: Explanation)] {
        let signals = QuerySignals(query: question.text, participants: Array(participants.keys))
        // The signal has one spelling of the name; records may have others.
        let named = signals.soleParticipant?.lowercased()
        var own: [Int32: Double] = [:]
        own.reserveCapacity(found.count)
        var explained = found
        for (slot, explanation) in found {
            guard let entry = entries[Int(slot)] else { continue }
            var explanation = explanation
            explanation.semantic = explanation.similarity.map(fusion.semantic) ?? 0
            if let named, entry.participants.contains(where: { $0.lowercased() == named }) {
                explanation.participant = 1
            }
            if let time = entry.eventTime, signals.dates.contains(where: { $0.contains(microsecondsSince1970: time) }) {
                explanation.date = 1
            }
            explanation.relevance = entry.relevance
            own[slot] = fusion.own(explanation, usesLexical: usesLexical, usesVector: usesVector)
            explained[slot] = explanation
        }
        return explained.map { slot, explanation in
            var explanation = explanation
            let neighbours = self.neighbours(of: slot).reduce(0.0) { $0 + (own[$1] ?? 0) }
            explanation.neighbours = fusion.neighbourWeight * neighbours
            let sum = ((own[slot] ?? 0) + explanation.neighbours) * explanation.relevance
            explanation.score = min(1, sum)
            // Ties and sums beyond 1 keep their order in `unbounded`.
            return (slot, explanation, sum)
        }
        .sorted { left, right in
            left.2 != right.2 ? left.2 > right.2 : sequence(left.0) > sequence(right.0)
        }
        .map { ($0.0, $0.1) }
    }

    private func sequence(_ slot: Int32) -> Int64 { entries[Int(slot)]?.sequence ?? 0 }

    /// The records directly before and after in the same thread.
    private func neighbours(of slot: Int32) -> [Int32] {
        guard let entry = entries[Int(slot)], let thread = entry.thread, let members = threads[thread] else {
            return []
        }
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if sequence(members[middle]) < entry.sequence { low = middle + 1 } else { high = middle }
        }
        guard let place = members[low...].firstIndex(of: slot) else { return [] }
        return (place > 0 ? [members[place - 1]] : []) + (place + 1 < members.count ? [members[place + 1]] : [])
    }

    /// The best by score, without near duplicates of better ones.
    private func select(_ ranked: [(slot: Int32, explanation: Explanation)], _ question: IndexSearch) -> [IndexHit] {
        var best = ranked.prefix { $0.explanation.score > 0 && $0.explanation.score >= question.minimumScore }
        if question.suppressesDuplicates {
            // A few more than asked for are compared, so that the answer is full where duplicates leave.
            best =
                NearDuplicates()
                .keepingBest(of: Array(best.prefix(question.limit * 3)), score: { Float($0.explanation.score) }) {
                    text.contentTerms(of: $0.slot)
                }[...]
        }
        return best.prefix(question.limit).compactMap { slot, explanation in
            entries[Int(slot)].map { IndexHit(key: $0.key, explanation: explanation) }
        }
    }
}

extension Explanation {
    init(_ score: LexicalScore) {
        self.init()
        bm25 = Double(score.bm25)
        coverage = Double(score.coverage)
        phrase = Double(score.phrase)
        lexical = Double(score.score)
    }
}
