internal import Records

/// A filter as a program for the scripts' stack machine, in postfix order.
///
/// What a script cannot evaluate exactly (paths into JSON, vectors) becomes a constant that makes the whole accept more,
/// never less; ``isExact`` says whether nothing did. Returned records are evaluated again either way.
struct FilterProgram {
    /// The steps, as arguments.
    private(set) var arguments: [[UInt8]] = []
    private(set) var count = 0
    /// Whether the program accepts exactly what the filter does.
    private(set) var isExact = true
    /// The positions of the fields that the filter looks at.
    private(set) var positions: Set<Int> = []
    /// Whether it accepts every record.
    let acceptsAll: Bool

    init(_ filter: Filter, _ table: Schema.Table) {
        if case .all = filter {
            acceptsAll = true
            return
        }
        acceptsAll = false
        compile(filter, table, isPositive: true)
    }

    /// Appends the program to a command.
    func append(to command: inout RedisCommand) {
        command.append(count)
        for argument in arguments { command.append(argument) }
    }

    private mutating func step(_ words: String...) {
        count += 1
        for word in words { arguments.append(Array(word.utf8)) }
    }

    private mutating func word(_ bytes: [UInt8]) { arguments.append(bytes) }

    private mutating func word(_ text: String) { arguments.append(Array(text.utf8)) }

    private mutating func compile(_ filter: Filter, _ table: Schema.Table, isPositive: Bool) {
        note(filter, table)
        switch filter {
        case .all: step("yes")
        case .and(let parts), .or(let parts):
            for part in parts { compile(part, table, isPositive: isPositive) }
            if case .and = filter { step("and") } else { step("or") }
            word(String(parts.count))
        case .not(let part):
            compile(part, table, isPositive: !isPositive)
            step("not")
        case .has(let field, let terms):
            let terms = terms.filter(\.isToken)
            step("has", field)
            word(String(terms.count))
            for term in terms { word(term) }
        case .equal(let place, let value): compare("eq", place, value, table, isPositive)
        case .less(let place, let value): compare("lt", place, value, table, isPositive)
        case .atMost(let place, let value): compare("le", place, value, table, isPositive)
        case .isIn(let place, let values):
            let spellings = values.compactMap { StoredValue.bytes(of: $0) }
            guard let code = code(of: place, table), spellings.count == values.count else {
                return accept(isPositive)
            }
            step("in", place.field, code)
            word(String(spellings.count))
            for spelling in spellings { word(spelling) }
        case .exists(let place):
            guard place.path.isEmpty else { return accept(isPositive) }
            step("ex", place.field)
        case .hasSubstring(let place, let text):
            guard code(of: place, table) == "t" else { return accept(isPositive) }
            step("sub", place.field, text)
        case .contains: accept(isPositive)
        }
    }

    private mutating func compare(
        _ operation: String, _ place: FieldPath, _ value: Value, _ table: Schema.Table, _ isPositive: Bool
    ) {
        guard let code = code(of: place, table), let spelling = StoredValue.bytes(of: value) else {
            return accept(isPositive)
        }
        step(operation, place.field, code)
        word(spelling)
    }

    private mutating func accept(_ isPositive: Bool) {
        isExact = false
        step(isPositive ? "yes" : "no")
    }

    /// The kind of a whole field; nil for a path, and for vectors, whose equality is not that of their bytes.
    private func code(of place: FieldPath, _ table: Schema.Table) -> String? {
        guard place.path.isEmpty else { return nil }
        if place.field == "revision" || place.field == "stamp" { return "i" }
        guard let position = table.positions[place.field] else { return nil }
        let code = table.type.fields[position].kind.code
        return code == "v" ? nil : code
    }

    private mutating func note(_ filter: Filter, _ table: Schema.Table) {
        let field: String
        switch filter {
        case .equal(let place, _), .less(let place, _), .atMost(let place, _), .isIn(let place, _), .exists(let place),
            .contains(let place, _), .hasSubstring(let place, _):
            field = place.field
        case .has(let name, _): field = name
        case .all, .and, .or, .not: return
        }
        if let position = table.positions[field] { positions.insert(position) }
    }
}

extension Filter {
    /// The values of fields that every accepted record must have.
    func fixedValues(in table: Schema.Table) -> [Int: Value] {
        switch self {
        case .equal(let place, let value) where place.path.isEmpty:
            table.positions[place.field].map { [$0: value] } ?? [:]
        case .and(let parts):
            parts.reduce(into: [:]) { fixed, part in
                fixed.merge(part.fixedValues(in: table)) { first, _ in first }
            }
        default: [:]
        }
    }

    /// Terms one of which every accepted record must have in a field; nil when the filter demands none.
    var demandedTerms: (field: String, terms: [String])? {
        switch self {
        case .has(let field, let terms): (field, terms.filter(\.isToken))
        case .and(let parts): parts.lazy.compactMap(\.demandedTerms).first
        default: nil
        }
    }
}

extension String {
    /// Whether a tokens field can hold it: no other text is ever found.
    fileprivate var isToken: Bool { !isEmpty && !utf8.contains { $0 <= 0x20 } }
}
