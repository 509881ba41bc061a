#if MongoDB
    import Records

    extension Schema {
        /// Checks a read before anything is sent.
        /// - Throws: ``StoreError`` `invalid`.
        func validate(_ read: Read) throws(StoreError) {
            switch read {
            case .keys(let keys, let fields):
                for key in keys { try validate(key) }
                for type in Set(keys.map(\.type)) {
                    for field in fields ?? [] { _ = try table(type).position(of: field) }
                }
            case .query(let query): try validate(query)
            case .count(let type, let filter): _ = try CompiledFilter(filter, table(type))
            case .counter: break
            }
        }
    }

    extension Read {
        /// Whether the engine is asked once for it, so that its answer is one snapshot without a transaction.
        var isOneQuestion: Bool {
            switch self {
            case .keys(let keys, _): Set(keys.map(\.type)).count <= 1
            case .counter, .count: true
            // A nearest query finds keys first and then their records; it checks that they are still there.
            case .query: true
            }
        }
    }
#endif
