import Records

/// The part of a question about relations that their own fields answer.
struct RelationFilter {
    let kinds: [String]
    let view: GraphView

    /// The conditions; equality comes first, where an index can serve it.
    var conditions: [Filter] {
        var conditions: [Filter] = []
        let kinds = Set(kinds.map { Value.text($0) })
        if kinds.count == 1, let kind = kinds.first { conditions.append(.equal("kind", kind)) }
        if kinds.count > 1 { conditions.append(.isIn("kind", kinds.sorted { $0.compare($1) < 0 })) }
        switch view.belief {
        case .now: conditions.append(.not(.exists("retracted_at")))
        case .at(let moment):
            conditions.append(.atMost("recorded_at", .time(moment.microseconds)))
            conditions.append(.not(.atMost("retracted_at", .time(moment.microseconds))))
        case .ever: break
        }
        if let moment = view.validAt {
            let time = Value.time(moment.microseconds)
            conditions.append(.or([.not(.exists("valid_from")), .atMost("valid_from", time)]))
            conditions.append(.not(.atMost("valid_until", time)))
        }
        return conditions
    }

    /// The questions to ask about an entity, each served by an index; of no entity, about all relations.
    func queries(of entity: String?, _ direction: Direction) -> [Query] {
        let fields: [String?]
        switch (entity == nil, direction) {
        case (true, _): fields = [nil]
        case (false, .outgoing): fields = ["source"]
        case (false, .incoming): fields = ["target"]
        case (false, .both): fields = ["source", "target"]
        }
        return fields.map { field in
            var filter: [Filter] = []
            if let field, let entity { filter.append(.equal(FieldPath(field), .text(entity))) }
            return Query(
                GraphRecords.relation.name, .and(filter + conditions), order: .field("recorded_at"), isDescending: true)
        }
    }
}
