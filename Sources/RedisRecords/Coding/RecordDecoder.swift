internal import Records

/// The fields that a read asks the server for, and how its answer becomes records.
struct RecordDecoder: Sendable {
    let layout: TypeLayout
    /// What is read, in this order after revision and stamp.
    let positions: [Int]
    /// Of these, what was read only to evaluate a filter.
    private let hidden: [Int]

    /// - Parameters:
    ///   - fields: what the caller asked for; nil for all.
    ///   - needed: what is read besides, and hidden from the caller.
    /// - Throws: ``StoreError`` `invalid` for an unknown field.
    init(_ layout: TypeLayout, _ fields: [String]?, needed: Set<Int> = []) throws(StoreError) {
        self.layout = layout
        guard let fields else {
            positions = Array(layout.type.fields.indices)
            hidden = []
            return
        }
        var shown = Set(0..<layout.type.keyCount)
        for field in fields { shown.insert(try layout.table.position(of: field)) }
        positions = shown.union(needed).sorted()
        hidden = needed.subtracting(shown).sorted()
    }

    /// Appends the names that the script reads.
    func append(to command: inout RedisCommand) {
        command.append(positions.count + 2)
        command.append("revision")
        command.append("stamp")
        for position in positions { command.append(layout.type.fields[position].name) }
    }

    /// The record of an answer; nil where there is none.
    /// - Throws: ``StoreError`` `corrupted`.
    func record(_ reply: RESPValue) throws(StoreError) -> Record? {
        guard let parts = reply.elements else { return nil }
        guard parts.count == positions.count + 2, let revision = parts[0].number, let stamp = parts[1].number else {
            throw StoreError(.corrupted, "a stored \(layout.type.name) lacks its revision or stamp")
        }
        var values = [Value](repeating: .null, count: layout.type.fields.count)
        for (place, position) in positions.enumerated() {
            values[position] = try StoredValue.value(of: parts[place + 2].raw, layout.type.fields[position])
        }
        return Record(
            type: layout.type.name, keyCount: layout.type.keyCount, revision: revision, stamp: Stamp(stamp),
            values: values)
    }

    /// The record without what the caller did not ask for.
    func projected(_ record: Record) -> Record {
        guard !hidden.isEmpty else { return record }
        var record = record
        for position in hidden { record.values[position] = .null }
        return record
    }

    /// A record from its whole hash: names and values in turn.
    /// - Throws: ``StoreError`` `corrupted`.
    static func record(_ layout: TypeLayout, hash: ArraySlice<RESPValue>) throws(StoreError) -> Record {
        var fields: [String: [UInt8]] = [:]
        var place = hash.startIndex
        while place + 1 < hash.endIndex {
            if let name = hash[place].text { fields[name] = hash[place + 1].raw }
            place += 2
        }
        guard let revision = fields["revision"].flatMap(StoredValue.integer),
            let stamp = fields["stamp"].flatMap(StoredValue.integer)
        else { throw StoreError(.corrupted, "a stored \(layout.type.name) lacks its revision or stamp") }
        var values: [Value] = []
        for field in layout.type.fields { values.append(try StoredValue.value(of: fields[field.name], field)) }
        return Record(
            type: layout.type.name, keyCount: layout.type.keyCount, revision: revision, stamp: Stamp(stamp),
            values: values)
    }
}
