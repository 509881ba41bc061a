internal import Records

/// One index as a sorted set: equality fields, then the order field, then the key.
struct IndexLayout: Sendable, Hashable {
    let equal: [Int]
    let order: Int?
    /// The end of the sorted set's name: `a,b>c`.
    let name: String

    init(equal: [Int], order: Int?, _ type: RecordType) {
        self.equal = equal
        self.order = order
        let names = equal.map { type.fields[$0].name }.joined(separator: ",")
        name = names + ">" + (order.map { type.fields[$0].name } ?? "")
    }

    var positions: [Int] { equal + (order.map { [$0] } ?? []) }
}

/// A record type as the scripts see it.
struct TypeLayout: Sendable {
    let table: Schema.Table
    /// Every order field alone, and the declared indexes. The order of the keys has a set of its own.
    let indexes: [IndexLayout]
    /// The same of the global indexes, whose entries hold no missing order values.
    let globals: [IndexLayout]
    /// The marker of each vector field, by its position; see `VectorSearch`.
    let markers: [Int: String]
    /// The description that a script takes.
    let arguments: [[UInt8]]

    var type: RecordType { table.type }
    var version: String { String(type.version) }
    var keyKinds: [Field.Kind] { type.fields.prefix(type.keyCount).map(\.kind) }

    init(_ table: Schema.Table) {
        self.table = table
        let type = table.type
        var indexes: [IndexLayout] = []
        var globals: [IndexLayout] = []
        func add(_ index: IndexLayout, to list: inout [IndexLayout]) {
            if !index.positions.isEmpty, !list.contains(index) { list.append(index) }
        }
        for index in type.indexes {
            let equal = index.equal.compactMap { table.positions[$0] }
            let order = index.order.flatMap { table.positions[$0] }
            if order != nil {
                add(IndexLayout(equal: [], order: order, type), to: &indexes)
                if index.isGlobal { add(IndexLayout(equal: [], order: order, type), to: &globals) }
            }
            add(IndexLayout(equal: equal, order: order, type), to: &indexes)
            if index.isGlobal, order != nil { add(IndexLayout(equal: equal, order: order, type), to: &globals) }
        }
        self.indexes = indexes
        self.globals = globals
        var markers: [Int: String] = [:]
        for (position, field) in type.fields.enumerated() {
            if case .vector = field.kind { markers[position] = VectorSearch.marker(of: field.name, in: type.name) }
        }
        self.markers = markers

        var arguments = [type.name, String(type.version), type.isTracked ? "1" : "0"]
        func describe(_ positions: [Int]) {
            arguments.append(String(positions.count))
            for position in positions {
                arguments += [type.fields[position].name, type.fields[position].kind.code]
            }
        }
        describe(Array(0..<type.keyCount))
        arguments.append(String(indexes.count))
        for index in indexes {
            arguments.append(index.name)
            describe(index.positions)
        }
        arguments.append(String(type.unique.count))
        for names in type.unique {
            arguments.append(names.joined(separator: ","))
            describe(names.compactMap { table.positions[$0] })
        }
        arguments.append(String(globals.count))
        for index in globals {
            arguments.append(index.name)
            describe(index.positions)
        }
        let tokens = type.fields.filter { $0.kind == .tokens }.map(\.name)
        arguments.append(String(tokens.count))
        arguments += tokens
        self.arguments = arguments.map { Array($0.utf8) }
    }

    /// The index of an order with the most equality fields that the filter fixes, and their values.
    func best(_ order: Int?, fixed: [Int: Value], of indexes: [IndexLayout]) -> (index: IndexLayout, prefix: [Value])? {
        var best: (index: IndexLayout, prefix: [Value])?
        for index in indexes where index.order == order {
            let prefix = index.equal.compactMap { fixed[$0] }
            guard prefix.count == index.equal.count, prefix.count >= best?.prefix.count ?? 0 else { continue }
            best = (index, prefix)
        }
        return best
    }
}

extension Field.Kind {
    /// What the scripts call the kind.
    var code: String {
        switch self {
        case .bool: "b"
        case .int, .time: "i"
        case .double: "d"
        case .text: "t"
        case .bytes: "y"
        case .json: "j"
        case .vector: "v"
        case .tokens: "w"
        }
    }
}
