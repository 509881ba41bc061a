extension Partition {
    /// Checks the name.
    /// - Throws: ``StoreError`` `invalid` when it is empty, longer than 512 UTF-8 bytes or holds U+0000.
    public func validate() throws(StoreError) {
        guard !name.isEmpty, name.utf8.count <= 512, !name.hasNUL else {
            throw StoreError(.invalid, "a partition's name must have 1 to 512 bytes and no U+0000")
        }
    }
}

extension Schema {
    /// Checks a batch against the schema, so that a store only meets values it can hold.
    /// - Throws: ``StoreError`` `invalid`, naming type, field and limit, with the index of the guard or write.
    public func validate(_ batch: Batch, _ capabilities: Capabilities) throws(StoreError) {
        try batch.partition.validate()
        guard batch.writes.count <= capabilities.maximumWrites else {
            throw StoreError(
                .invalid, "a batch has \(batch.writes.count) writes; the limit is \(capabilities.maximumWrites)")
        }
        for (index, condition) in batch.guards.enumerated() {
            do {
                try validate(condition)
            } catch {
                throw StoreError(error.code, error.message, index: index)
            }
        }
        for (index, write) in batch.writes.enumerated() {
            do {
                try validate(write, capabilities)
            } catch {
                throw StoreError(error.code, error.message, index: index)
            }
        }
    }

    /// Checks that a key has the right type and number of values.
    /// - Throws: ``StoreError`` `invalid`.
    public func validate(_ key: Key) throws(StoreError) {
        let table = try table(key.type)
        guard key.id.count == table.type.keyCount else {
            throw StoreError(.invalid, "a key of \(key.type) has \(table.type.keyCount) values, not \(key.id.count)")
        }
        for (value, field) in zip(key.id, table.type.fields) {
            guard !value.isNull else { throw StoreError(.invalid, "key field \(field.name) must not be null") }
            try field.check(value)
        }
    }

    /// Checks a query: its type, filter, order, limit and fields.
    /// - Throws: ``StoreError`` `invalid`.
    public func validate(_ query: Query, isSurvey: Bool = false) throws(StoreError) {
        let table = try table(query.type)
        _ = try CompiledFilter(query.filter, table)
        guard (1...10_000).contains(query.limit) else {
            throw StoreError(.invalid, "limit must be 1 to 10000, not \(query.limit)")
        }
        for field in query.fields ?? [] { _ = try table.position(of: field) }
        switch query.order {
        case .key:
            guard !isSurvey else { throw StoreError(.invalid, "a survey follows a global index's order field") }
        case .field(let field):
            guard table.type.indexes.contains(where: { $0.order == field && (!isSurvey || $0.isGlobal) }) else {
                throw StoreError(
                    .invalid, "\(query.type) declares no \(isSurvey ? "global " : "")index ordered by \(field)")
            }
        case .nearest(let field, let vector):
            let position = try table.position(of: field)
            guard !isSurvey, !query.isDescending, query.after == nil else {
                throw StoreError(.invalid, "a nearest query has one direction, one page and one partition")
            }
            guard case .vector = table.type.fields[position].kind else {
                throw StoreError(.invalid, "field \(field) is not a vector")
            }
            try table.type.fields[position].check(.vector(vector))
        }
    }

    private func validate(_ condition: Guard) throws(StoreError) {
        switch condition {
        case .absent(let key):
            try validate(key)
        case .matches(let key, let filter):
            try validate(key)
            guard try CompiledFilter(filter, table(key.type)).isScalar else {
                throw StoreError(.invalid, "a guard's filter may only use scalar fields")
            }
        }
    }

    private func validate(_ write: Write, _ capabilities: Capabilities) throws(StoreError) {
        switch write {
        case .insert(let type, let values):
            try validate(values, of: table(type), capabilities, mayNumber: true)
        case .put(let type, let values):
            try validate(values, of: table(type), capabilities, mayNumber: false)
        case .patch(let key, let changes):
            try validate(key)
            let table = try table(key.type)
            for change in changes { try validate(change, in: table, capabilities) }
        case .delete(let key):
            try validate(key)
        case .count(let name, _, _):
            guard !name.isEmpty, name.utf8.count <= 512, !name.hasNUL else {
                throw StoreError(.invalid, "a counter's name must have 1 to 512 bytes and no U+0000")
            }
        }
    }

    private func validate(
        _ values: [Value], of table: Table, _ capabilities: Capabilities, mayNumber: Bool
    ) throws(StoreError) {
        guard values.count == table.type.fields.count else {
            throw StoreError(.invalid, "\(table.type.name) has \(table.type.fields.count) fields, not \(values.count)")
        }
        var numbers = 0
        for (position, value) in values.enumerated() {
            let field = table.type.fields[position]
            if case .next = value {
                numbers += 1
                guard mayNumber, numbers == 1, field.kind == .int else {
                    throw StoreError(
                        .invalid,
                        "field \(field.name): a store-assigned number needs an insert, an int field, and is one")
                }
                continue
            }
            if position < table.type.keyCount, value.isNull {
                throw StoreError(.invalid, "key field \(field.name) must not be null")
            }
            try field.check(value, maximumBytes: capabilities.maximumValueBytes)
        }
    }

    private func validate(_ change: Change, in table: Table, _ capabilities: Capabilities) throws(StoreError) {
        let name: String
        let value: Value
        switch change {
        case .set(let field, let new), .least(let field, let new), .greatest(let field, let new):
            (name, value) = (field, new)
        case .add(let field, let amount):
            (name, value) = (field, .int(amount))
        }
        let position = try table.position(of: name)
        let field = table.type.fields[position]
        guard position >= table.type.keyCount else {
            throw StoreError(.invalid, "key field \(name) cannot change")
        }
        switch change {
        case .set: break
        case .add, .least, .greatest:
            guard field.kind.isOrdered, !value.isNull else {
                throw StoreError(.invalid, "field \(name): only a scalar field can be added to or compared")
            }
        }
        try field.check(value, maximumBytes: capabilities.maximumValueBytes)
    }
}

extension Field {
    /// Checks that the field can hold a value.
    /// - Throws: ``StoreError`` `invalid`, naming the field and the limit.
    /// - Complexity: O(size of the value).
    public func check(_ value: Value, maximumBytes: Int = .max) throws(StoreError) {
        func refuse(_ reason: String) -> StoreError { StoreError(.invalid, "field \(name): \(reason)") }
        switch (kind, value) {
        case (_, .null), (.bool, .bool), (.int, .int), (.time, .time):
            return
        case (.double, .double(let number)):
            guard !number.isNaN else { throw refuse("NaN is refused") }
        case (.text(let limit), .text(let text)):
            guard text.utf8.count <= min(limit, maximumBytes) else {
                throw refuse("\(text.utf8.count) bytes; the limit is \(min(limit, maximumBytes))")
            }
            guard !text.hasNUL else { throw refuse("U+0000 is refused") }
        case (.bytes, .bytes(let bytes)):
            guard bytes.count <= maximumBytes else {
                throw refuse("\(bytes.count) bytes; the limit is \(maximumBytes)")
            }
        case (.json, .json(let text)):
            guard text.utf8.count <= maximumBytes else {
                throw refuse("\(text.utf8.count) bytes; the limit is \(maximumBytes)")
            }
            guard !text.hasNUL else { throw refuse("U+0000 is refused") }
            do {
                _ = try JSONValue(parsing: text)
            } catch {
                throw refuse(error.message)
            }
        case (.vector(let dimensions), .vector(let vector)):
            if let dimensions, vector.count != dimensions {
                throw refuse("embedding dimension mismatch: expected \(dimensions), got \(vector.count)")
            }
            guard !vector.isEmpty, vector.count * 4 <= maximumBytes else {
                throw refuse("a vector has 1 to \(maximumBytes / 4) dimensions")
            }
            guard vector.allSatisfy(\.isFinite) else { throw refuse("a vector's elements must be finite") }
        case (.tokens, .tokens(let tokens)):
            guard tokens.allSatisfy({ !$0.isEmpty && !$0.utf8.contains { $0 <= 0x20 } }) else {
                throw refuse("a token must not be empty or contain white space")
            }
        default:
            throw refuse("the value is not of the field's kind")
        }
    }
}
