import Records

/// What is left of relations that an exclusive one cuts, as relations: of several of one target with the same begin, one that
/// lasts as long as the longest.
struct Rests {
    /// The rests to record.
    private(set) var recorded: [Relation] = []
    /// What is to be retracted, each with the id of what takes its place; nil where nothing is left of it.
    private(set) var retracted: [(old: StoredRelation, replacement: String?)] = []
    /// What says a rest already, and must go on to.
    private(set) var relied: [StoredRelation] = []

    /// What is unique among the believed relations of one source and kind.
    private struct Claim: Hashable {
        let target: Value
        let claim: String

        init(_ relation: Relation) {
            target = .text(relation.target)
            claim = relation.claim
        }
    }

    /// - Parameter believed: the believed relations of the source and kind, those that are cut among them.
    init(
        _ cuts: [(old: StoredRelation, rest: [Validity])], besides believed: [StoredRelation], at time: Timestamp,
        _ makeID: (Timestamp) -> String
    ) {
        let cut = Set(cuts.map { Value.text($0.old.relation.id) })
        var known: [Claim: StoredRelation] = [:]
        for other in believed where !cut.contains(.text(other.relation.id)) { known[Claim(other.relation)] = other }
        var places: [Claim: Int] = [:]
        for (old, rest) in cuts {
            var replacement: String?
            for validity in rest {
                var piece = old.relation.corrected(to: validity, id: makeID(time), at: time)
                let claim = Claim(piece)
                if let place = places[claim] {
                    recorded[place].lengthen(to: validity.until)
                    recorded[place].episodes = Relation.united(recorded[place].episodes, piece.episodes)
                    replacement = replacement ?? recorded[place].id
                } else if let other = known[claim], other.relation.validity.lasts(as: validity) {
                    relied.append(other)
                    replacement = replacement ?? other.relation.id
                } else {
                    // One that is believed with this begin, but not as long, makes way for the rest.
                    if let other = known[claim] {
                        piece.episodes = Relation.united(other.relation.episodes, piece.episodes)
                        retracted.append((other, piece.id))
                    }
                    places[claim] = recorded.count
                    recorded.append(piece)
                    replacement = replacement ?? piece.id
                }
            }
            retracted.append((old, replacement))
        }
    }
}

extension Relation {
    /// Makes it last until then, if that is later.
    fileprivate mutating func lengthen(to end: Timestamp?) {
        if let until = validUntil { validUntil = end.map { max($0, until) } }
    }
}

extension Validity {
    /// Whether it ends no earlier than another.
    fileprivate func lasts(as other: Validity) -> Bool {
        guard let until else { return true }
        return other.until.map { $0 <= until } ?? false
    }
}
