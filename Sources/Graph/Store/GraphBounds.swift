import Records

/// The limits that inputs are checked against. Names and ids are short enough for every engine's index.
enum GraphBounds {
    static let ownerBytes = 255
    static let idBytes = 128
    static let kindBytes = 255
    static let typeBytes = 255
    static let nameBytes = 512
    /// Folding may lengthen a name: `և` becomes two letters.
    static let foldedNameBytes = 768
    static let aliases = 256
    static let textBytes = 65_536
    static let propertiesBytes = 1 << 20
    /// What the parser of every store accepts.
    static let propertiesLevels = 512
    static let episodeBytes = 255
    static let episodes = 1_000
    static let kinds = 64
    static let page = 1_000
    static let starts = 100
    static let depth = 5
    static let walkRelations = 10_000
    /// How often a call starts again because others changed the graph meanwhile.
    static let attempts = 64

    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    static func check(_ text: String, _ field: String, _ limit: Int, mayBeEmpty: Bool = false) throws(GraphError) {
        guard mayBeEmpty || !text.isEmpty else { throw GraphError(.invalid, "\(field) must not be empty") }
        guard text.utf8.count <= limit else {
            throw GraphError(.invalid, "\(field) has \(text.utf8.count) bytes; the limit is \(limit)")
        }
        guard !text.hasNUL else { throw GraphError(.invalid, "\(field) must not contain U+0000") }
    }

    static func check(id: String, _ field: String) throws(GraphError) { try check(id, field, idBytes) }

    static func check(count: Int, _ field: String, _ range: ClosedRange<Int>) throws(GraphError) {
        guard range.contains(count) else {
            throw GraphError(.invalid, "\(field) must be \(range.lowerBound) to \(range.upperBound), not \(count)")
        }
    }

    static func check(elements count: Int, _ field: String, _ limit: Int) throws(GraphError) {
        guard count <= limit else {
            throw GraphError(.invalid, "\(field) has \(count) elements; the limit is \(limit)")
        }
    }

    static func check(name: String, _ field: String) throws(GraphError) {
        try check(name, field, nameBytes)
        let folded = FoldedName(name).text
        guard !folded.isEmpty else { throw GraphError(.invalid, "\(field) must not be only white space") }
        guard folded.utf8.count <= foldedNameBytes else {
            throw GraphError(
                .invalid, "\(field) has \(folded.utf8.count) bytes when it is folded; the limit is \(foldedNameBytes)")
        }
    }

    static func check(aliases: [String]) throws(GraphError) {
        try check(elements: aliases.count, "aliases", self.aliases)
        for alias in aliases { try check(name: alias, "an alias") }
    }

    static func check(kinds: [String]) throws(GraphError) {
        try check(elements: kinds.count, "kinds", self.kinds)
        for kind in kinds { try check(kind, "a kind", kindBytes) }
    }

    /// Every value is looked at before the document is written, so that none is too deep to be.
    static func check(properties: [String: JSONValue]) throws(GraphError) {
        guard !properties.isEmpty else { return }
        let document = JSONValue.object(properties)
        try document.checkIsStorable(levels: propertiesLevels)
        let size = document.canonicalBytes.count
        guard size <= propertiesBytes else {
            throw GraphError(.invalid, "properties has \(size) bytes; the limit is \(propertiesBytes)")
        }
    }
}

extension JSONValue {
    fileprivate func checkIsStorable(levels: Int) throws(GraphError) {
        switch self {
        case .null, .bool, .int: break
        case .double(let number):
            guard number.isFinite else { throw GraphError(.invalid, "properties must not contain NaN or infinity") }
        case .string(let text): try Self.check(text)
        case .array(let elements):
            try Self.check(levels: levels)
            for element in elements { try element.checkIsStorable(levels: levels - 1) }
        case .object(let members):
            try Self.check(levels: levels)
            for (key, value) in members {
                try Self.check(key)
                try value.checkIsStorable(levels: levels - 1)
            }
        }
    }

    private static func check(_ text: String) throws(GraphError) {
        guard !text.hasNUL else { throw GraphError(.invalid, "properties must not contain U+0000") }
    }

    private static func check(levels: Int) throws(GraphError) {
        guard levels > 0 else {
            throw GraphError(.invalid, "properties has more than \(GraphBounds.propertiesLevels) levels")
        }
    }
}
