/// How the signals of a search become one score.
///
/// Fixed, interpretable weights: each term vanishes when it says nothing (no vector, no name, no date, no neighbours).
/// The words' score is calibrated in ``LexicalScore``; a cosine is calibrated by where unrelated and near-identical
/// sentences lie in common sentence-embedding spaces, so that the sum means the same for every query.
struct Fusion: Sendable {
    /// The shares of words and meaning.
    var lexicalWeight = 0.5, semanticWeight = 0.5
    /// The cosine that counts as unrelated, and the one that counts as the same.
    var unrelatedCosine = 0.05, sameCosine = 0.85
    /// What a named participant, and a matching date, add.
    var participantWeight = 0.12, dateWeight = 0.12
    /// What each neighbour's own score adds.
    var neighbourWeight = 0.25

    func semantic(_ cosine: Double) -> Double {
        min(1, max(0, (cosine - unrelatedCosine) / (sameCosine - unrelatedCosine)))
    }

    /// The record's own score, before its neighbours and the relevance; nil signals take no part.
    func own(lexical: Double?, semantic: Double?, hasParticipant: Bool, hasDate: Bool) -> Double {
        let base: Double
        if let lexical, let semantic {
            base = lexicalWeight * lexical + semanticWeight * semantic
        } else {
            base = lexical ?? semantic ?? 0
        }
        // A name or date alone is no reason to find something.
        guard base > 0 else { return 0 }
        return base + (hasParticipant ? participantWeight : 0) + (hasDate ? dateWeight : 0)
    }

    /// A total as a score from 0 to 1: the identity up to 0.8, then approaching 1 with the
    /// same slope at the seam, so that names, dates and neighbours never push a score past 1 nor make ties.
    func bounded(_ total: Double) -> Double { total <= 0.8 ? total : 1 - 0.04 / (total - 0.6) }
}
