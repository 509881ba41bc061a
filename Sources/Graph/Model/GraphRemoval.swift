/// What was removed.
public struct GraphRemoval: Sendable, Hashable {
    /// How many entities.
    public var entities: Int
    /// How many relations, retracted ones included.
    public var relations: Int

    /// A summary, of nothing by default.
    public init(entities: Int = 0, relations: Int = 0) {
        self.entities = entities
        self.relations = relations
    }
}

/// What merging two entities did.
public struct EntityMerge: Sendable, Hashable {
    /// The entity that stays, as it is now.
    public var survivor: Entity
    /// How many relations now mean the survivor, retracted ones included.
    public var moved: Int
    /// How many relations are gone: those between the two, and those that the survivor had as well.
    public var vanished: Int

    /// A summary.
    public init(survivor: Entity, moved: Int = 0, vanished: Int = 0) {
        self.survivor = survivor
        self.moved = moved
        self.vanished = vanished
    }
}
