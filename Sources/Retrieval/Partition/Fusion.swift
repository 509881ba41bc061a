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

    /// The record's own score, before its neighbours and the relevance.
    func own(_ explanation: Explanation, usesLexical: Bool, usesVector: Bool) -> Double {
        let base: Double
        switch (usesLexical, usesVector) {
        case (true, true): base = lexicalWeight * explanation.lexical + semanticWeight * explanation.semantic
        case (true, false): base = explanation.lexical
        default: base = explanation.semantic
        }
        return base + participantWeight * explanation.participant + dateWeight * explanation.date
    }
}
