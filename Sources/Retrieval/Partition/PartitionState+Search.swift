import Records

extension PartitionState {
    /// One candidate while it is ranked.
    private struct Candidate {
        var slot: Int32
        var lexical = LexicalScore(bm25: 0, strength: 0, coverage: 0, phrase: 0, score: 0)
        var similarity: Float?
        /// The score before neighbours and relevance, and with them.
        var own = 0.0
        var total = 0.0
        var neighbours = 0.0
        var hasParticipant = false
        var hasDate = false
    }

    /// Finds candidates by words and by meaning, unites them, and ranks the union by every signal.
    func search(_ question: IndexSearch) throws(StoreError) -> [IndexHit] {
        guard question.limit > 0, !slots.isEmpty else { return [] }
        let fusion = Fusion()
        let allowed = try allowedSlots(question)
        // The place of each slot among the candidates; −1 for none.
        var places = [Int32](repeating: -1, count: entries.count)
        var candidates = try candidates(question, allowed, &places)
        rank(&candidates, question, fusion, &places)
        return select(candidates, question, fusion)
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

    /// The union of the best by words and the best by meaning, each with both signals.
    private func candidates(
        _ question: IndexSearch, _ allowed: SlotSet?, _ places: inout [Int32]
    ) throws(StoreError) -> [Candidate] {
        var candidates: [Candidate] = []
        if question.mode != .vector {
            let pool = max(200, question.limit * 10)
            for match in text.search(analyzer.queryTerms(of: question.text), limit: pool, allowed: allowed) {
                places[Int(match.slot)] = Int32(candidates.count)
                candidates.append(Candidate(slot: match.slot, lexical: match.score))
            }
        }
        guard question.mode != .lexical, let vector = question.vector, let name = question.space,
            let space = spaces[name]
        else { return candidates }
        do {
            for match in try space.search(vector, limit: max(50, question.limit * 4), allowed: allowed) {
                if places[Int(match.slot)] < 0 {
                    places[Int(match.slot)] = Int32(candidates.count)
                    candidates.append(Candidate(slot: match.slot))
                }
                candidates[Int(places[Int(match.slot)])].similarity = match.similarity
            }
            let missing = candidates.indices.filter { candidates[$0].similarity == nil }
            let similarities = try space.similarities(of: missing.map { candidates[$0].slot }, to: vector)
            for (index, similarity) in zip(missing, similarities) { candidates[index].similarity = similarity }
        } catch {
            throw StoreError(.invalid, "vector: \(error)")
        }
        return candidates
    }

    private func rank(
        _ candidates: inout [Candidate], _ question: IndexSearch, _ fusion: Fusion, _ places: inout [Int32]
    ) {
        let signals = QuerySignals(query: question.text, participants: Array(participants.keys))
        // The signal has one spelling of the name; records may have others.
        let named = signals.soleParticipant?.lowercased()
        let usesLexical = question.mode != .vector
        let usesVector = candidates.contains { $0.similarity != nil }
        for index in candidates.indices {
            let slot = Int(candidates[index].slot)
            if let named {
                candidates[index].hasParticipant =
                    entries[slot]?.participants.contains { $0.lowercased() == named } ?? false
            }
            if !signals.dates.isEmpty, let time = entries[slot]?.eventTime {
                candidates[index].hasDate = signals.dates.contains { $0.contains(microsecondsSince1970: time) }
            }
            candidates[index].own = fusion.own(
                lexical: usesLexical ? Double(candidates[index].lexical.score) : nil,
                semantic: usesVector ? candidates[index].similarity.map { fusion.semantic(Double($0)) } ?? 0 : nil,
                hasParticipant: candidates[index].hasParticipant, hasDate: candidates[index].hasDate)
            places[slot] = Int32(index)
        }
        for index in candidates.indices {
            var sum = 0.0
            for neighbour in neighbours(of: candidates[index].slot) where places[Int(neighbour)] >= 0 {
                sum += candidates[Int(places[Int(neighbour)])].own
            }
            candidates[index].neighbours = fusion.neighbourWeight * sum
            candidates[index].total =
                (candidates[index].own + candidates[index].neighbours) * relevance(candidates[index].slot)
        }
        candidates.sort { left, right in
            left.total != right.total ? left.total > right.total : sequence(left.slot) > sequence(right.slot)
        }
    }

    private func sequence(_ slot: Int32) -> Int64 { entries[Int(slot)]?.sequence ?? 0 }
    private func relevance(_ slot: Int32) -> Double { entries[Int(slot)]?.relevance ?? 1 }

    /// The records directly before and after in the same thread.
    private func neighbours(of slot: Int32) -> [Int32] {
        guard let thread = entries[Int(slot)]?.thread, let members = threads[thread] else { return [] }
        let wanted = sequence(slot)
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if sequence(members[middle]) < wanted { low = middle + 1 } else { high = middle }
        }
        guard let place = members[low...].firstIndex(of: slot) else { return [] }
        return (place > 0 ? [members[place - 1]] : []) + (place + 1 < members.count ? [members[place + 1]] : [])
    }

    /// The best by score, without near duplicates of better ones.
    private func select(_ ranked: [Candidate], _ question: IndexSearch, _ fusion: Fusion) -> [IndexHit] {
        var best = ranked.prefix { $0.total > 0 && fusion.bounded($0.total) >= question.minimumScore }
        if question.suppressesDuplicates {
            // A few more than asked for are compared, so that the answer is full where duplicates leave.
            best =
                NearDuplicates()
                .keepingBest(of: Array(best.prefix(question.limit * 3)), score: { Float($0.total) }) {
                    text.contentTerms(of: $0.slot)
                }[...]
        }
        return best.prefix(question.limit).compactMap { candidate in
            entries[Int(candidate.slot)].map {
                IndexHit(key: $0.key, explanation: explanation(of: candidate, $0.relevance, fusion))
            }
        }
    }

    private func explanation(of candidate: Candidate, _ relevance: Double, _ fusion: Fusion) -> Explanation {
        var explanation = Explanation()
        explanation.bm25 = Double(candidate.lexical.bm25)
        explanation.coverage = Double(candidate.lexical.coverage)
        explanation.phrase = Double(candidate.lexical.phrase)
        explanation.lexical = Double(candidate.lexical.score)
        explanation.similarity = candidate.similarity.map(Double.init)
        explanation.semantic = explanation.similarity.map(fusion.semantic) ?? 0
        explanation.participant = candidate.hasParticipant ? 1 : 0
        explanation.date = candidate.hasDate ? 1 : 0
        explanation.neighbours = candidate.neighbours
        explanation.relevance = relevance
        explanation.score = fusion.bounded(candidate.total)
        return explanation
    }
}
