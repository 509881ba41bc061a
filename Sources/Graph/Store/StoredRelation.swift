import Records

/// A relation and its record's revision.
struct StoredRelation {
    var relation: Relation
    /// What ``guardian`` compares.
    var revision: Int64

    /// - Throws: ``GraphError`` `corrupted`.
    init(_ record: Record) throws(GraphError) {
        let values = record.values
        guard record.type == GraphRecords.relation.name, values.count == GraphRecords.relation.fields.count,
            let id = values[0].text, let source = values[1].text, let kind = values[2].text,
            let target = values[3].text, let properties = values[6].members, let episodes = values[7].texts,
            let recordedAt = values[10].time
        else { throw GraphError(.corrupted, "a stored relation lacks a required field") }
        relation = Relation(
            id: id, source: source, kind: kind, target: target, fact: values[5].text ?? "", properties: properties,
            episodes: episodes, validFrom: values[8].time, validUntil: values[9].time, recordedAt: recordedAt,
            retractedAt: values[11].time, replacedBy: values[12].text)
        revision = record.revision
    }

    var key: Key { GraphRecords.relationKey(relation.id) }
    /// That nobody changed it.
    var guardian: Guard { .matches(key, .equal("revision", .int(revision))) }

    /// The relation retracted, and what does it.
    func retracting(
        at time: Timestamp, replacedBy successor: String? = nil
    ) -> (relation: Relation, write: Write) {
        var retracted = relation
        // A clock that went back does not make a belief end before it began.
        retracted.retractedAt = max(time, relation.recordedAt)
        retracted.replacedBy = successor
        return (
            retracted,
            .patch(
                key,
                [
                    .set("retracted_at", Value(retracted.retractedAt)), .set("replaced_by", Value(successor)),
                    .set("claim", .null),
                ])
        )
    }

    /// The relation with more episodes, and what adds them; nil when it has all of them.
    func adding(_ episodes: [String]) -> (relation: Relation, write: Write)? {
        var grown = relation
        grown.episodes = Relation.united(relation.episodes, episodes)
        guard grown.episodes.count > relation.episodes.count else { return nil }
        return (grown, .patch(key, [.set("episodes", Value(texts: grown.episodes))]))
    }
}

extension Relation {
    init(_ new: NewRelation, id: String, at time: Timestamp) {
        self.init(
            id: id, source: new.source, kind: new.kind, target: new.target, fact: new.fact,
            properties: new.properties, episodes: Self.united([], new.episodes), validFrom: new.validFrom,
            validUntil: new.validUntil, recordedAt: time)
    }

    /// The same fact at another time, as it is believed from now on.
    func corrected(to validity: Validity, id: String, at time: Timestamp) -> Relation {
        var relation = self
        relation.id = id
        relation.validFrom = validity.from
        relation.validUntil = validity.until
        relation.recordedAt = max(time, recordedAt)
        return relation
    }

    var validity: Validity { Validity(from: validFrom, until: validUntil) }

    /// What tells a relation that is believed from others of its kind between the same entities: when it began. Where that
    /// is not known, one that has ended does not stand for one that goes on.
    var claim: String {
        if let validFrom { return String(validFrom.microseconds) }
        return validUntil.map { "until \($0.microseconds)" } ?? "open"
    }

    /// Whether it leads from the same entity to the same one, and says the same.
    func connects(like other: Relation) -> Bool {
        source.hasSameBytes(as: other.source) && kind.hasSameBytes(as: other.kind)
            && target.hasSameBytes(as: other.target)
    }

    var insertion: Write {
        .insert(
            GraphRecords.relation.name,
            [
                .text(id), .text(source), .text(kind), .text(target), isBelieved ? .text(claim) : .null, .text(fact),
                Value(members: properties), Value(texts: episodes), Value(validFrom), Value(validUntil),
                .time(recordedAt.microseconds), Value(retractedAt), Value(replacedBy),
            ])
    }

    /// The first so many, each once.
    static func united(_ old: [String], _ new: [String]) -> [String] {
        var seen = Set(old.map { Value.text($0) })
        return Array(
            (old + new.filter { seen.insert(.text($0)).inserted }).prefix(max(old.count, GraphBounds.episodes)))
    }
}
