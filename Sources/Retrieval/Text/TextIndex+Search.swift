extension TextIndex {
    /// The best matches of a query, best first; equal scores by ascending slot.
    ///
    /// - Parameters:
    ///   - query: Terms from ``Analyzer/queryTerms(of:)``. Repetition does not count; of more than 64 distinct terms
    ///     the 64 rarest are used.
    ///   - limit: How many matches at most; nothing is found with 0 or less.
    ///   - allowed: If given, only these slots are found. Statistics are those of the whole partition nevertheless.
    /// - Complexity: O(postings of the query's terms + matches · log limit), beside clearing 12 bytes a slot.
    package func search(_ query: [String], limit: Int, allowed: SlotSet? = nil) -> [TextMatch] {
        guard limit > 0, count > 0, allowed?.count != 0 else { return [] }
        let plan = QueryPlan(query, index: self)
        guard plan.terms.contains(where: { $0.number != nil }) else { return [] }
        let limit = min(limit, count)
        let candidates = candidates(of: plan, limit: limit, allowed: allowed)
        let phrases = PhraseMatcher(plan: plan, termCapacity: terms.capacity)
        var best = TopSelection<TextMatch>(limit: limit) { left, right in
            left.score.score == right.score.score ? left.slot < right.slot : left.score.score > right.score.score
        }
        for candidate in candidates {
            var score = candidate.score
            if candidate.bestPhrase > 0 {
                score.phrase = phrases.phrase(of: documents[Int(candidate.slot)], in: self)
                score.score = plan.score(score)
            }
            best.insert(TextMatch(slot: candidate.slot, score: score))
        }
        return best.sorted()
    }

    private struct Candidate {
        var slot: Int32
        var score: LexicalScore
        /// The largest phrase signal the set of matched terms allows.
        var bestPhrase: Float
    }

    /// The documents that can be among the best `limit`: those whose score with the best conceivable phrase reaches
    /// the `limit`-th score without any. Phrases, the expensive signal, are looked for only in these.
    private func candidates(of plan: QueryPlan, limit: Int, allowed: SlotSet?) -> [Candidate] {
        let slots = documents.count
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: slots) { sums in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: slots) { masks in
                sums.update(repeating: 0)
                masks.update(repeating: 0)
                var touched: [Int32] = []
                for (position, term) in plan.terms.enumerated() {
                    guard let number = term.number else { continue }
                    accumulate(
                        lists[Int(number)], idf: term.idf, bit: 1 << UInt64(position), sums: sums, masks: masks,
                        touched: &touched, allowed: allowed)
                }
                return select(touched, sums: sums, masks: masks, plan: plan, limit: limit)
            }
        }
    }

    private func accumulate(
        _ list: PostingList, idf: Float, bit: UInt64, sums: UnsafeMutableBufferPointer<Float>,
        masks: UnsafeMutableBufferPointer<UInt64>, touched: inout [Int32], allowed: SlotSet?
    ) {
        let weights = SIMD4<Float>(options.contentWeight, options.topicsWeight, options.participantsWeight, 0)
        let lengthFactors = SIMD4<Float>(
            1 / fields.averageLength(of: .content), 1 / fields.averageLength(of: .topics),
            1 / fields.averageLength(of: .participants), 0)
        let (k1, b) = (options.k1, options.b)
        let gain = weights * (idf * (k1 + 1))
        let base = SIMD4<Float>(repeating: k1 * (1 - b) + 1e-9)  // never 0 / 0 where a field is absent
        let slope = lengthFactors * (k1 * b)
        documents.withUnsafeBufferPointer { documents in
            for posting in list.postings {
                let slot = Int(posting.slot)
                if let allowed, !allowed.contains(posting.slot) { continue }
                let frequencies = SIMD4<Float>(posting.frequencies)
                let lengths = SIMD4<Float>(documents[slot].lengths)
                let parts = gain * frequencies / (frequencies + base + slope * lengths)
                if masks[slot] == 0 { touched.append(posting.slot) }
                masks[slot] |= bit
                sums[slot] += parts.sum()
            }
        }
    }

    private func select(
        _ touched: [Int32], sums: UnsafeMutableBufferPointer<Float>, masks: UnsafeMutableBufferPointer<UInt64>,
        plan: QueryPlan, limit: Int
    ) -> [Candidate] {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(touched.count)
        var lowest = TopSelection<Float>(limit: limit) { $0 > $1 }
        for slot in touched {
            let mask = masks[Int(slot)]
            let sum = sums[Int(slot)]
            let ratio = plan.totalIDF > 0 ? sum / plan.totalIDF : 0
            var score = LexicalScore(
                bm25: sum, strength: ratio / (1 + ratio), coverage: plan.coverage(of: mask), phrase: 0, score: 0)
            score.score = plan.score(score)
            lowest.insert(score.score)
            candidates.append(Candidate(slot: slot, score: score, bestPhrase: plan.bestPhrase(of: mask)))
        }
        guard let threshold = lowest.worstIfFull else { return candidates }
        return candidates.filter { $0.score.score + LexicalWeights.phrase * $0.bestPhrase >= threshold }
    }
}

extension QueryPlan {
    /// The calibrated score of the signals, see ``LexicalScore``.
    func score(_ signals: LexicalScore) -> Float {
        let sum =
            LexicalWeights.coverage * signals.coverage + LexicalWeights.strength * signals.strength
            + LexicalWeights.phrase * signals.phrase
        return terms.count > 1 ? sum : sum / (1 - LexicalWeights.phrase)
    }

    /// The phrase signal if every pair of neighbouring query terms in the mask were found side by side.
    func bestPhrase(of mask: UInt64) -> Float {
        terms.count > 1 ? Float((mask & mask >> 1).nonzeroBitCount) / Float(terms.count - 1) : 0
    }
}
