import Records

/// An entity and its record.
struct StoredEntity {
    var entity: Entity
    /// How often its exclusive relations were decided about.
    var turn: Int64

    init(_ new: NewEntity, id: String, at time: Timestamp) {
        entity = Entity(
            id: id, name: new.name, type: new.type, aliases: FoldedName.distinct(new.aliases, besides: [new.name]),
            description: new.description, properties: new.properties, createdAt: time, updatedAt: time, revision: 1)
        turn = 0
    }

    /// - Throws: ``GraphError`` `corrupted`.
    init(_ record: Record) throws(GraphError) {
        let values = record.values
        guard record.type == GraphRecords.entity.name, values.count == GraphRecords.entity.fields.count,
            let id = values[0].text, let type = values[1].text, let name = values[3].text,
            let aliases = values[4].texts, let properties = values[6].members, let createdAt = values[7].time,
            let updatedAt = values[8].time, let version = values[9].int, let turn = values[10].int
        else { throw GraphError(.corrupted, "a stored entity lacks a required field") }
        entity = Entity(
            id: id, name: name, type: type, aliases: aliases, description: values[5].text ?? "",
            properties: properties, createdAt: createdAt, updatedAt: updatedAt, revision: version)
        self.turn = turn
    }

    var key: Key { GraphRecords.entityKey(entity.id) }
    /// That nobody changed it.
    var guardian: Guard { .matches(key, .equal("version", .int(entity.revision))) }
    /// Everything that it is found by.
    var names: [FoldedName] { ([entity.name] + entity.aliases).map(FoldedName.init) }

    /// Whether the other has the type and name that make it the same.
    func isSame(as other: StoredEntity) -> Bool {
        entity.type.hasSameBytes(as: other.entity.type)
            && FoldedName(entity.name).text.hasSameBytes(as: FoldedName(other.entity.name).text)
    }

    private var values: [Value] {
        [
            .text(entity.id), .text(entity.type), .text(FoldedName(entity.name).text), .text(entity.name),
            Value(texts: entity.aliases), .text(entity.description), Value(members: entity.properties),
            .time(entity.createdAt.microseconds), .time(entity.updatedAt.microseconds), .int(entity.revision),
            .int(turn),
        ]
    }

    /// What adds it.
    var insertions: [Write] {
        [.insert(GraphRecords.entity.name, values)] + names.map { Self.insertion($0, entity.id) }
    }

    /// What removes it.
    var deletions: [Write] {
        [.delete(key)] + names.map { .delete(GraphRecords.nameKey($0, entity.id)) }
    }

    /// What makes this one of an older one.
    func changes(from old: StoredEntity) -> [Write] {
        let changes: [Change] = zip(GraphRecords.entity.fields, zip(values, old.values)).dropFirst()
            .compactMap { field, values in values.0 == values.1 ? nil : .set(field.name, values.0) }
        let (new, former) = (Set(names), Set(old.names))
        return [.patch(key, changes)]
            + old.names.filter { !new.contains($0) }.map { .delete(GraphRecords.nameKey($0, entity.id)) }
            + names.filter { !former.contains($0) }.map { Self.insertion($0, entity.id) }
    }

    private static func insertion(_ name: FoldedName, _ entity: String) -> Write {
        .put(GraphRecords.name.name, [.text(name.text), .text(entity)])
    }

    /// Takes what a changed entity says, where it says something new.
    /// - Throws: ``GraphError`` `limit` when it would become too large.
    func changed(
        at time: Timestamp, _ body: (inout Entity) -> Void
    ) throws(GraphError) -> StoredEntity? {
        var new = self
        body(&new.entity)
        // By the stored values, which compare bytewise.
        guard new.values != values else { return nil }
        guard new.entity.aliases.count <= GraphBounds.aliases else {
            throw GraphError(
                .limit,
                "the entity would have \(new.entity.aliases.count) aliases; the limit is \(GraphBounds.aliases)",
                existing: entity.id)
        }
        let size = JSONValue.object(new.entity.properties).canonicalBytes.count
        guard size <= GraphBounds.propertiesBytes else {
            throw GraphError(
                .limit, "the entity's properties would have \(size) bytes; the limit is \(GraphBounds.propertiesBytes)",
                existing: entity.id)
        }
        new.entity.updatedAt = max(time, entity.updatedAt)
        new.entity.revision += 1
        return new
    }
}
