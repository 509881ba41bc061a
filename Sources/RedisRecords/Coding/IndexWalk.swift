internal import Records

/// A query bound to the sorted set whose order it follows, and to where in it to begin.
struct IndexWalk {
    let query: Query
    let partition: Partition?
    let layout: TypeLayout
    let filter: CompiledFilter
    let program: FilterProgram
    let decoder: RecordDecoder
    /// The position of the order field; nil by key.
    let order: Int?
    /// The index; nil by key.
    let index: IndexLayout?
    /// The values of its equality fields, as bytes.
    let prefix: [UInt8]
    /// The bounds of the range, as `ZRANGEBYLEX` takes them.
    let low: [UInt8]
    let high: [UInt8]

    /// How many entries one call looks at, at most, so that the server is not held up: then the page is short.
    static let budget = 10_000

    /// - Throws: ``StoreError`` `invalid` for a wrong cursor or field. The query must have been validated.
    init(_ query: Query, _ layout: TypeLayout, in partition: Partition?) throws(StoreError) {
        self.query = query
        self.partition = partition
        self.layout = layout
        let table = layout.table
        filter = try CompiledFilter(query.filter, table)
        program = FilterProgram(query.filter, table)
        decoder = try RecordDecoder(layout, query.fields, needed: program.positions)
        let fixed = query.filter.fixedValues(in: table)
        let isSurvey = partition == nil
        if case .field(let name) = query.order { order = try table.position(of: name) } else { order = nil }
        let best = layout.best(order, fixed: fixed, of: isSurvey ? layout.globals : layout.indexes)
        index = best?.index
        prefix = SortableCoding.bytes(of: best?.prefix ?? [])
        var start: [UInt8]?
        if let cursor = query.after {
            let position = try cursor.position(of: query, in: partition)
            try Self.check(position, order, table, isSurvey: isSurvey)
            start = Self.bytes(of: position, hasOrder: order != nil, isSurvey: isSurvey)
        }
        let prefix = prefix
        let least = start.map { prefix + $0 }
        func open(_ bytes: [UInt8]) -> [UInt8] { [UInt8(ascii: "(")] + bytes }
        // Where the filter names the order's value too, the range is that value's.
        let range = prefix + SortableCoding.bytes(of: [order.flatMap { fixed[$0] }].compactMap { $0 })
        let bottom = range.isEmpty ? [UInt8(ascii: "-")] : [UInt8(ascii: "[")] + range
        let top = SortableCoding.successor(range).map(open) ?? [UInt8(ascii: "+")]
        low = query.isDescending ? bottom : least.map(open) ?? bottom
        high = query.isDescending ? least.map(open) ?? top : top
    }

    /// What the server walks: a sorted set, or by key the part of one that has the terms that the filter demands.
    struct Source {
        var name: String
        var terms: [String]?

        func append(to command: inout RedisCommand) {
            command.append(name)
            command.append(terms != nil)
            guard let terms else { return }
            command.append(terms.count)
            for term in terms { command.append(term) }
        }
    }

    /// The source of a partition whose keys begin so.
    func source(_ base: String) -> Source {
        if let index { return Source(name: base + ":i:" + layout.type.name + ":" + index.name) }
        if let demanded = query.filter.demandedTerms {
            return Source(
                name: base + ":t:\(layout.type.name):\(demanded.field)", terms: Set(demanded.terms).sorted())
        }
        return Source(name: base + ":k:" + layout.type.name)
    }

    /// Appends the arguments of a page.
    /// - Parameters:
    ///   - low: another lower or upper bound, for the next piece of a survey.
    func append(
        to command: inout RedisCommand, _ source: Source, limit: Int, budget: Int, beyond member: [UInt8]? = nil
    ) {
        source.append(to: &command)
        command.append(":r:\(layout.type.name):")
        command.append(prefix.count)
        command.append(order.map { layout.type.fields[$0].kind.code } ?? "")
        let bound = member.map { [UInt8(ascii: "(")] + $0 }
        command.append(query.isDescending ? low : bound ?? low)
        command.append(query.isDescending ? bound ?? high : high)
        command.append(query.isDescending)
        command.append(limit)
        command.append(budget)
        decoder.append(to: &command)
        program.append(to: &command)
    }

    /// How many records to ask for: more where the server cannot apply the whole filter.
    var candidates: Int { program.isExact ? query.limit : min(10_000, max(4 * query.limit, 256)) }

    /// The cursor after a member.
    /// - Throws: ``StoreError`` `corrupted`.
    func cursor(after member: [UInt8]) throws(StoreError) -> Cursor {
        Cursor(after: try position(of: member), of: query, in: partition)
    }

    /// The partition of a global index's member.
    /// - Throws: ``StoreError`` `corrupted`.
    func owner(of member: [UInt8]) throws(StoreError) -> Partition {
        guard case .text(let name)? = try position(of: member).dropFirst(order == nil ? 0 : 1).first else {
            throw CommitOutcome.damage
        }
        return Partition(name)
    }

    private func position(of member: [UInt8]) throws(StoreError) -> [Value] {
        guard member.count >= prefix.count else { throw CommitOutcome.damage }
        var reader = SortableReader(member[prefix.count...])
        var position: [Value] = []
        if let order {
            guard let value = reader.take(layout.type.fields[order].kind) else { throw CommitOutcome.damage }
            position.append(value)
        }
        if partition == nil {
            guard let name = reader.takeText() else { throw CommitOutcome.damage }
            position.append(.text(name))
        }
        guard let key = reader.takeKey(layout.keyKinds) else { throw CommitOutcome.damage }
        return position + key
    }

    private static func bytes(of position: [Value], hasOrder: Bool, isSurvey: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = position[...]
        if hasOrder, let value = rest.popFirst() { SortableCoding.append(value, to: &bytes) }
        if isSurvey, let name = rest.popFirst() { SortableCoding.appendPresent(name, to: &bytes) }
        return bytes + SortableCoding.key(Array(rest))
    }

    /// Checks that a cursor's position has the shape of this order, so that a damaged one is refused.
    private static func check(
        _ position: [Value], _ order: Int?, _ table: Schema.Table, isSurvey: Bool
    ) throws(StoreError) {
        let damaged = StoreError(.invalid, "after: the cursor is damaged")
        var fields: [Field] = []
        if let order { fields.append(table.type.fields[order]) }
        if isSurvey { fields.append(Field("partition", .text(maximumBytes: 512))) }
        fields.append(contentsOf: table.type.fields.prefix(table.type.keyCount))
        guard position.count == fields.count else { throw damaged }
        for (place, value) in position.enumerated() {
            guard !value.isNull || (place == 0 && order != nil) else { throw damaged }
            do throws(StoreError) { try fields[place].check(value) } catch { throw damaged }
        }
    }
}
