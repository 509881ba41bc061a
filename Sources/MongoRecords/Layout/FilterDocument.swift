#if MongoDB
    import Records

    /// The part of a filter that the engine evaluates.
    struct FilterDocument {
        /// True for every record that the filter accepts, and exactly for those when ``isExact``.
        var query: Document
        var isExact = true

        /// Matches nothing.
        private static let nothing = FilterDocument(query: ["_id": ["$in": []]])
        private static let everything = FilterDocument(query: [:])

        /// Renders what the engine can decide; the rest is left out and makes it inexact.
        init(_ filter: Filter, _ layout: CollectionLayout) throws(StoreError) {
            self = try Self.render(filter, layout)
        }

        private init(query: Document, isExact: Bool = true) {
            self.query = query
            self.isExact = isExact
        }

        private static func render(_ filter: Filter, _ layout: CollectionLayout) throws(StoreError) -> FilterDocument {
            switch filter {
            case .all: return everything
            case .equal(let place, let value): return try comparison(place, "$eq", value, layout)
            case .less(let place, let value): return try comparison(place, "$lt", value, layout)
            case .atMost(let place, let value): return try comparison(place, "$lte", value, layout)
            case .isIn(let place, let values):
                guard !values.isEmpty else { return nothing }
                guard let field = try scalar(place, layout) else { return try present(place, layout) }
                return FilterDocument(query: [field: ["$in": .array(values.compactMap(FieldCoding.encode))]])
            case .exists(let place):
                if place.path.isEmpty, isBookkeeping(place.field) { return everything }
                return FilterDocument(query: try present(place, layout).query, isExact: place.path.isEmpty)
            case .contains(let place, _), .hasSubstring(let place, _): return try present(place, layout)
            case .has(let field, let terms):
                guard !terms.isEmpty else { return nothing }
                _ = try layout.table.position(of: field)
                return FilterDocument(query: [field: ["$in": .array(terms.map(BSON.text))]])
            case .and(let parts): return try join(parts, "$and", everything, layout)
            case .or(let parts): return try join(parts, "$or", nothing, layout)
            case .not(let part):
                let inner = try render(part, layout)
                // Only an exact part may be inverted: the inverse of a larger answer is a smaller one.
                guard inner.isExact else { return FilterDocument(query: [:], isExact: false) }
                return inner.query.isEmpty ? nothing : FilterDocument(query: ["$nor": [.document(inner.query)]])
            }
        }

        private static func comparison(
            _ place: FieldPath, _ test: String, _ value: Value, _ layout: CollectionLayout
        ) throws(StoreError) -> FilterDocument {
            guard let field = try scalar(place, layout), let encoded = FieldCoding.encode(value) else {
                return try present(place, layout)
            }
            if test != "$eq", case .bytes = value {
                // MongoDB orders binaries by their length first.
                guard layout.orderNames[field] != nil, let sortable = layout.orderValue(field, value) else {
                    return try present(place, layout)
                }
                return FilterDocument(query: [layout.orderName(field): [test: sortable]])
            }
            return FilterDocument(query: [field: [test: encoded]])
        }

        /// The name of a scalar field; nil for anything else.
        private static func scalar(_ place: FieldPath, _ layout: CollectionLayout) throws(StoreError) -> String? {
            guard place.path.isEmpty else { return nil }
            if isBookkeeping(place.field) { return place.field }
            let position = try layout.table.position(of: place.field)
            return layout.type.fields[position].kind.isOrdered ? place.field : nil
        }

        /// Everything that has a value in the field: more than the filter accepts.
        private static func present(_ place: FieldPath, _ layout: CollectionLayout) throws(StoreError) -> FilterDocument
        {
            _ = try layout.table.position(of: place.field)
            return FilterDocument(query: [place.field: ["$exists": true]], isExact: false)
        }

        private static func isBookkeeping(_ field: String) -> Bool { field == "revision" || field == "stamp" }

        private static func join(
            _ filters: [Filter], _ word: String, _ empty: FilterDocument, _ layout: CollectionLayout
        ) throws(StoreError) -> FilterDocument {
            guard !filters.isEmpty else { return empty }
            var parts: [Document] = []
            var isExact = true
            for filter in filters {
                let part = try render(filter, layout)
                isExact = isExact && part.isExact
                parts.append(part.query)
            }
            if word == "$and" { return FilterDocument(query: .all(of: parts), isExact: isExact) }
            return FilterDocument(query: [word: .array(parts.map(BSON.document))], isExact: isExact)
        }
    }

    extension Document {
        /// The query that all of these hold: flat where their names differ, so that the planner sees the fields.
        static func all(of parts: [Document]) -> Document {
            let parts = parts.filter { !$0.isEmpty }
            var names: Set<String> = []
            var flat = Document()
            for part in parts {
                for (name, _) in part.fields where !names.insert(name).inserted {
                    return ["$and": .array(parts.map(BSON.document))]
                }
                flat.append(part)
            }
            return flat
        }
    }

    extension Filter {
        /// The fields it looks at, `revision` and `stamp` apart.
        var fields: Set<String> {
            switch self {
            case .all: []
            case .equal(let place, _), .less(let place, _), .atMost(let place, _), .isIn(let place, _),
                .exists(let place),
                .contains(let place, _), .hasSubstring(let place, _):
                place.field == "revision" || place.field == "stamp" ? [] : [place.field]
            case .has(let field, _): [field]
            case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.fields) }
            case .not(let part): part.fields
            }
        }
    }
#endif
