internal import Records

/// A read as arguments of the read script, and how its answer becomes a page.
enum ReadPlan {
    case keys([(count: Int, decoder: RecordDecoder, keys: [Key])])
    case counter(String)
    case countAll(TypeLayout)
    /// The server counts.
    case count(IndexWalk)
    /// The server narrows, and the rest is evaluated here.
    case countCandidates(IndexWalk)
    case page(IndexWalk)
    /// By an index of the search module where there is one, else by a look at every vector of the partition.
    case nearest(IndexWalk, field: Int, vector: [Float], VectorSearch?)

    /// So many records that it is all of them.
    private static let all = 1_000_000_000

    /// - Throws: ``StoreError`` `invalid`.
    init(
        _ read: Read, in partition: Partition, _ schema: Schema, _ types: [String: TypeLayout],
        _ searches: Set<VectorSearch>
    ) throws(StoreError) {
        func layout(_ name: String) throws(StoreError) -> TypeLayout {
            guard let layout = types[name] else { throw StoreError(.invalid, "record type \(name) was not prepared") }
            return layout
        }
        switch read {
        case .keys(let keys, let fields):
            var runs: [(count: Int, decoder: RecordDecoder, keys: [Key])] = []
            for key in keys {
                try schema.validate(key)
                if let last = runs.last, last.decoder.layout.type.name == key.type {
                    runs[runs.count - 1].keys.append(key)
                    runs[runs.count - 1].count += 1
                } else {
                    runs.append((1, try RecordDecoder(try layout(key.type), fields), [key]))
                }
            }
            self = .keys(runs)
        case .counter(let name): self = .counter(name)
        case .count(let type, let filter):
            let layout = try layout(type)
            let walk = try IndexWalk(Query(type, filter, fields: []), layout, in: partition)
            if walk.filter.acceptsAll {
                self = .countAll(layout)
            } else {
                self = walk.program.isExact ? .count(walk) : .countCandidates(walk)
            }
        case .query(var query):
            try schema.validate(query)
            guard case .nearest(let field, let vector) = query.order else {
                self = .page(try IndexWalk(query, try layout(query.type), in: partition))
                return
            }
            let layout = try layout(query.type)
            query.order = .key
            // The vector is read whether it was asked for or not.
            query.filter = .and([.exists(FieldPath(field)), query.filter])
            let search = searches.first {
                $0.type == query.type && $0.field == field && $0.dimensions == vector.count
            }
            self = .nearest(
                try IndexWalk(query, layout, in: partition), field: try layout.table.position(of: field),
                vector: vector, VectorSearch.isIndexable(vector) ? search : nil)
        }
    }

    /// How many answers the script gives.
    var answers: Int { if case .keys(let runs) = self { runs.count } else { 1 } }

    /// The types whose version the script compares.
    var types: [TypeLayout] {
        switch self {
        case .keys(let runs): runs.map(\.decoder.layout)
        case .counter: []
        case .countAll(let layout): [layout]
        case .count(let walk), .countCandidates(let walk), .page(let walk), .nearest(let walk, _, _, _): [walk.layout]
        }
    }

    func append(to command: inout RedisCommand, _ base: String) {
        switch self {
        case .keys(let runs):
            for (count, decoder, keys) in runs {
                command.append("K")
                decoder.append(to: &command)
                command.append(count)
                let start = Array(":r:\(decoder.layout.type.name):".utf8)
                for key in keys { command.append(start + SortableCoding.key(key.id)) }
            }
        case .counter(let name):
            command.append("C")
            command.append(name)
        case .countAll(let layout):
            command.append("N")
            command.append(":k:\(layout.type.name)")
        case .count(let walk):
            command.append("M")
            walk.source(base).append(to: &command)
            command.append(":r:\(walk.layout.type.name):")
            walk.program.append(to: &command)
        case .nearest(let walk, _, let vector, let search?):
            command.append("V")
            search.append(to: &command, walk.partition ?? Partition(""), vector, limit: walk.query.limit)
            walk.append(to: &command, walk.source(base), limit: Self.all, budget: Self.all)
        case .countCandidates(let walk), .nearest(let walk, _, _, nil):
            command.append("Q")
            walk.append(to: &command, walk.source(base), limit: Self.all, budget: Self.all)
        case .page(let walk):
            command.append("Q")
            walk.append(to: &command, walk.source(base), limit: walk.candidates, budget: IndexWalk.budget)
        }
    }

    /// The page of the script's answers; nil when an index could not tell, and every vector must be looked at.
    /// - Throws: ``StoreError`` `corrupted`.
    func page(_ answers: ArraySlice<RESPValue>) throws(StoreError) -> Page? {
        guard let first = answers.first?.elements ?? (self.answers == 0 ? [] : nil) else { throw CommitOutcome.damage }
        switch self {
        case .keys(let runs):
            var page = Page()
            for (run, answer) in zip(runs, answers) {
                for reply in answer.elements ?? [] { page.records.append(try run.decoder.record(reply)) }
            }
            return page
        case .counter, .countAll, .count:
            guard let number = first.first?.number else { throw CommitOutcome.damage }
            return Page(count: Int(number))
        case .countCandidates(let walk):
            let found = try QueryAnswer(first, walk)
            return Page(count: found.entries.count { walk.filter.accepts($0.record) })
        case .page(let walk): return try QueryAnswer(first, walk).page(walk)
        case .nearest(let walk, let field, let vector, _):
            return try QueryAnswer(first, walk).nearest(walk, field, vector)
        }
    }
}

/// What the script found for a query.
struct QueryAnswer {
    /// Whether an index of vectors chose the entries, which are then in no order.
    let isChosen: Bool
    /// Whether nothing follows.
    let isAtEnd: Bool
    /// The last member that was looked at; empty when none was.
    let last: [UInt8]
    let entries: [(member: [UInt8], record: Record)]

    init(_ parts: [RESPValue], _ walk: IndexWalk) throws(StoreError) {
        guard parts.count == 3, let list = parts[2].elements, list.count % 2 == 0 else { throw CommitOutcome.damage }
        isChosen = parts[0].text == "near"
        isAtEnd = parts[0].text == "1"
        last = parts[1].raw ?? []
        var entries: [(member: [UInt8], record: Record)] = []
        entries.reserveCapacity(list.count / 2)
        for place in stride(from: 0, to: list.count, by: 2) {
            guard let member = list[place].raw, let record = try walk.decoder.record(list[place + 1]) else {
                throw CommitOutcome.damage
            }
            entries.append((member, record))
        }
        if isChosen { entries.sort { $0.member.lexicographicallyPrecedes($1.member) } }
        self.entries = entries
    }

    func page(_ walk: IndexWalk) throws(StoreError) -> Page {
        var page = Page()
        var end: [UInt8] = []
        for (member, record) in entries where walk.filter.accepts(record) {
            if page.records.count == walk.query.limit {
                page.next = try walk.cursor(after: end)
                return page
            }
            page.records.append(walk.decoder.projected(record))
            end = member
        }
        if !isAtEnd, !last.isEmpty { page.next = try walk.cursor(after: last) }
        return page
    }

    /// The nearest of the entries; nil when the index that chose them may have left out one that is as near.
    func nearest(_ walk: IndexWalk, _ field: Int, _ vector: [Float]) -> Page? {
        var found: [(score: Double, place: Int)] = []
        for (place, entry) in entries.enumerated() {
            guard case .vector(let other) = entry.record.values[field], other.count == vector.count,
                walk.filter.accepts(entry.record)
            else { continue }
            found.append((Cosine.similarity(vector, other), place))
        }
        // Entries come in the order of their keys, which decides between equal scores.
        found.sort { $0.score == $1.score ? $0.place < $1.place : $0.score > $1.score }
        let best = found.prefix(walk.query.limit)
        if isChosen {
            // Vectors without a direction are in no index, and their cosine is 0; of equals the key decides.
            guard best.count == walk.query.limit, let worst = best.last?.score, worst > 0, found.last?.score != worst
            else { return nil }
        }
        return Page(
            records: best.map { walk.decoder.projected(entries[$0.place].record) }, scores: best.map(\.score))
    }
}
