internal import Records

/// A batch as the arguments of the commit script; see `CommitScript`.
struct CommitEncoder {
    private let types: [String: TypeLayout]
    private var used: [String] = []
    /// What marks the vectors of this partition; see `VectorSearch`.
    private var tag: [UInt8] = []

    init(_ types: [String: TypeLayout]) { self.types = types }

    /// How long a batch id answers its first receipt, in milliseconds: 24 hours.
    private static let ledgerTime = 86_400_000

    /// The call. The batch must have been validated.
    static func command(
        _ batch: Batch, _ types: [String: TypeLayout], _ keys: KeyLayout, isCluster: Bool
    ) throws(StoreError) -> RedisCommand {
        var encoder = CommitEncoder(types)
        for condition in batch.guards {
            switch condition {
            case .absent(let key), .matches(let key, _): encoder.use(key.type)
            }
        }
        for write in batch.writes {
            switch write {
            case .insert(let type, _), .put(let type, _): encoder.use(type)
            case .patch(let key, _), .delete(let key): encoder.use(key.type)
            case .count: break
            }
        }
        if encoder.used.contains(where: { types[$0]?.markers.isEmpty == false }) {
            encoder.tag = Array(VectorSearch.tag(of: batch.partition).utf8)
        }
        var command = RedisCommand(.commit, key: keys.head(batch.partition))
        command.append(isCluster)
        command.append(batch.partition.name)
        command.append(batch.id.map { String($0, radix: 16) } ?? "")
        command.append(ledgerTime)
        command.append(encoder.used.count)
        for name in encoder.used {
            for argument in try encoder.layout(name).arguments { command.append(argument) }
        }
        command.append(batch.guards.count)
        for condition in batch.guards { try encoder.append(condition, to: &command) }
        command.append(batch.writes.count)
        for write in batch.writes { try encoder.append(write, to: &command) }
        return command
    }

    private mutating func use(_ type: String) {
        if !used.contains(type) { used.append(type) }
    }

    private func layout(_ type: String) throws(StoreError) -> TypeLayout {
        guard let layout = types[type] else { throw StoreError(.invalid, "record type \(type) was not prepared") }
        return layout
    }

    /// The place of a type among those of this batch, from 1.
    private func place(_ type: String) -> Int { (used.firstIndex(of: type) ?? 0) + 1 }

    private func append(_ condition: Guard, to command: inout RedisCommand) throws(StoreError) {
        switch condition {
        case .absent(let key):
            command.append("A")
            append(key, to: &command)
        case .matches(let key, let filter):
            command.append("M")
            append(key, to: &command)
            let program = FilterProgram(filter, try layout(key.type).table)
            if program.acceptsAll {
                command.append(1)
                command.append("yes")
            } else {
                program.append(to: &command)
            }
        }
    }

    private func append(_ key: Key, to command: inout RedisCommand) {
        command.append(place(key.type))
        command.append(SortableCoding.key(key.id))
    }

    private func append(_ write: Write, to command: inout RedisCommand) throws(StoreError) {
        switch write {
        case .insert(let type, let values): try append("I", type, values, to: &command)
        case .put(let type, let values): try append("P", type, values, to: &command)
        case .patch(let key, let changes):
            command.append("U")
            append(key, to: &command)
            let layout = try layout(key.type)
            let marks = changes.compactMap { mark(of: $0, layout) }
            command.append(changes.count + marks.count)
            for change in changes { try append(change, layout.table, to: &command) }
            for (marker, isMarked) in marks {
                command.append(isMarked ? "s" : "x")
                command.append(marker)
                command.append("y")
                if isMarked { command.append(tag) }
            }
        case .delete(let key):
            command.append("D")
            append(key, to: &command)
        case .count(let name, let amount, let bound):
            command.append("C")
            command.append(name)
            command.append(String(amount))
            command.append(bound.map { String($0) } ?? "")
        }
    }

    private func append(
        _ code: String, _ type: String, _ values: [Value], to command: inout RedisCommand
    ) throws(StoreError) {
        let layout = try layout(type)
        var numbered: (field: String, counter: String)?
        var present: [(String, [UInt8])] = []
        for (position, (field, value)) in zip(layout.type.fields, values).enumerated() {
            if case .next(let counter) = value { numbered = (field.name, counter) }
            if let bytes = StoredValue.bytes(of: value) { present.append((field.name, bytes)) }
            if let marker = layout.markers[position], case .vector(let vector) = value,
                VectorSearch.isIndexable(vector)
            {
                present.append((marker, tag))
            }
        }
        command.append(code)
        command.append(place(type))
        command.append(present.count)
        for (name, bytes) in present {
            command.append(name)
            command.append(bytes)
        }
        command.append(numbered?.field ?? "")
        if let numbered { command.append(numbered.counter) }
    }

    /// What a change of a vector does to its marker.
    private func mark(of change: Change, _ layout: TypeLayout) -> (marker: String, isMarked: Bool)? {
        guard case .set(let field, let value) = change,
            let marker = layout.table.positions[field].flatMap({ layout.markers[$0] })
        else { return nil }
        if case .vector(let vector) = value { return (marker, VectorSearch.isIndexable(vector)) }
        return (marker, false)
    }

    private func append(
        _ change: Change, _ table: Schema.Table, to command: inout RedisCommand
    ) throws(StoreError) {
        let code: String
        let name: String
        let value: Value
        switch change {
        case .set(let field, let new): (code, name, value) = ("s", field, new)
        case .add(let field, let amount): (code, name, value) = ("a", field, .int(amount))
        case .least(let field, let new): (code, name, value) = ("l", field, new)
        case .greatest(let field, let new): (code, name, value) = ("g", field, new)
        }
        let bytes = StoredValue.bytes(of: value)
        command.append(bytes == nil ? "x" : code)
        command.append(name)
        command.append(table.type.fields[try table.position(of: name)].kind.code)
        if let bytes { command.append(bytes) }
    }
}
