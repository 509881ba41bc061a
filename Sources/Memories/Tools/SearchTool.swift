import Records

/// `memory_search`. Answers `query, results, count`; an empty query finds nothing and is no error.
///
/// `kind` is a preference: with fewer than three results of that kind, others follow. `order_by_event_time` decides only
/// between results of equal score: the earlier event first, those without a time last. So it never costs relevance.
struct SearchTool: MemoryTool {
    let store: MemoryStore

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.search.rawValue,
            description: """
                Finds memories about the user by words and meaning. Use it whenever an earlier conversation might help \
                with the answer. Search with a few telling words rather than a whole sentence, and with the names of \
                people the question is about. Take a question of several parts apart and search for each. Look at the \
                participants before you say who did something. If nothing fits, try once more in other words. \
                \(ToolText.isData) \(ToolText.owner)
                """,
            parameters: Self.parameters, isReadOnly: true)
    }

    private static let query = Parameter.text("query", "A few telling words, names included.").required
    private static let kind = Parameter<MemoryKind>.choice(
        "kind", "The kind that is preferred; others follow where there are few.")
    private static let after = Parameter.time(
        "time_after", "Leaves out what happened before this time; memories without a time stay. " + ToolText.time,
        isBlankAbsent: true)
    private static let before = Parameter.time(
        "time_before",
        "Leaves out what happened after this time or, of a day, month or year, after its end; memories without a time "
            + "stay. " + ToolText.time, isBlankAbsent: true)
    private static let isOrdered = Parameter.bool(
        "order_by_event_time", "Whether earlier events come first among equal scores.")
    private static let limit = Parameter.integer("limit", "The most results; 10 when left out.", 1...1_000)
    private static let parameters: [any AnyParameter] = [query, kind, after, before, isOrdered, limit]

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let arguments = try Arguments(tool: arguments, Self.parameters)
        let query = try arguments.required(Self.query)
        let kind = arguments[Self.kind]
        var search = MemorySearch(query, limit: arguments[Self.limit] ?? 10)
        search.filter.kinds = kind.map { [$0] } ?? []
        search.filter.after = arguments[Self.after]?.start
        search.filter.before = arguments[Self.before]?.end
        search.fallsBackToOtherKinds = kind != nil
        let isOrdered = arguments[Self.isOrdered] ?? false
        let answer = try await store.search(search, in: scope)
        let hits = isOrdered ? Self.orderingTies(in: answer.hits, preferring: kind) : answer.hits
        return ToolAnswer.object(
            [
                "query": .string(query), "count": .int(Int64(hits.count)),
                "results": .array(hits.map { ToolAnswer.memory($0.memory, score: $0.score) }),
            ], degraded: answer.degraded)
    }

    /// The hits with every run of equal scores ordered by event time. Those of the preferred kind stay before the others.
    static func orderingTies(in hits: [MemoryHit], preferring kind: MemoryKind?) -> [MemoryHit] {
        func isPreferred(_ hit: MemoryHit) -> Bool { kind == nil || hit.memory.kind == kind }
        var ordered: [MemoryHit] = []
        var rest = hits[...]
        while let first = rest.first {
            let run = rest.prefix { $0.score == first.score && isPreferred($0) == isPreferred(first) }
            rest = rest.dropFirst(run.count)
            // The offset keeps the order where times are equal: the sort makes no promise.
            ordered += run.enumerated().sorted { left, right in
                let (early, late) = (left.element.memory.eventTime, right.element.memory.eventTime)
                if early == late { return left.offset < right.offset }
                guard let early else { return false }
                return late.map { early < $0 } ?? true
            }.map(\.element)
        }
        return ordered
    }
}
