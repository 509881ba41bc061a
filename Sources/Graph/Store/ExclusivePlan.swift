import Records

/// What makes a relation the only one of its source and kind at its time.
///
/// Others that are believed are cut to what they say about the times before and after. So at no moment two targets are
/// true, and nothing is forgotten of other times.
struct ExclusivePlan {
    /// The relation that is to be believed.
    private(set) var relation: Relation
    /// The one that is believed already and says the same; nil where there is none.
    private(set) var existing: StoredRelation?
    /// The others that contradict it, each with what is left of it.
    private(set) var cuts: [(old: StoredRelation, rest: [Validity])] = []

    /// - Parameter believed: the believed relations of the same source and kind.
    init(_ draft: Relation, among believed: [StoredRelation], now: Timestamp) {
        let others = believed.filter { !$0.relation.target.hasSameBytes(as: draft.target) }
        relation = draft
        existing = Self.same(as: draft, among: believed.filter { $0.relation.connects(like: draft) }, now)
        var validity = draft.validity
        if let existing {
            validity = existing.relation.validity
            validity.until = draft.validUntil ?? validity.until
        }
        let goesOn = validity.until.map { now < $0 } ?? true
        // What is said without a begin is said of now; what was true before stays.
        if validity.from == nil, goesOn, others.contains(where: { $0.relation.validFrom.map { $0 <= now } ?? true }) {
            validity.from = now
        }
        if validity.until == nil {
            // What is known to begin later is not contradicted by what began earlier.
            validity.until = others.compactMap(\.relation.validFrom).filter { (validity.from ?? now) < $0 }.min()
        }
        relation.validFrom = validity.from
        relation.validUntil = validity.until
        for other in others where other.relation.validity.overlaps(validity) {
            cuts.append((other, other.relation.validity.subtracting(validity)))
        }
    }

    /// Of relations between the same entities, the one that a new statement repeats: with the same begin, or, where it
    /// names none, the one that goes on, or has the same end.
    private static func same(as draft: Relation, among known: [StoredRelation], _ now: Timestamp) -> StoredRelation? {
        if let begin = draft.validFrom { return known.first { $0.relation.validFrom == begin } }
        if let end = draft.validUntil, end <= now {
            return known.first { $0.relation.validFrom == nil && $0.relation.validUntil == end }
        }
        // Of several the one that began last, as far as that is known.
        return known.filter { $0.relation.validity.contains(now) }.max {
            ($0.relation.validFrom?.microseconds ?? .min) < ($1.relation.validFrom?.microseconds ?? .min)
        }
    }

    /// Whether ``existing`` has to make way for a relation with other times.
    var correctsExisting: Bool { existing.map { $0.relation.validity != relation.validity } ?? false }
}
