public import Owners
public import Records

/// Entities and the facts that connect them, of many owners, who never see each other's.
///
/// Every call may be repeated: what is there already is answered, and what was interrupted goes on. All of them throw
/// ``GraphError``: `invalid` for a wrong input, naming the field and the limit, before anything is done; `unavailable`,
/// `outcomeUnknown`, `corrupted` and `closed` as the store says; and what each names.
public protocol KnowledgeGraph: Sendable {
    /// Adds an entity. Where there is one of this type and name, it is answered, and gains what is new: properties win over
    /// older ones of the same key, aliases are added, and a description that is not empty replaces.
    /// - Throws: ``GraphError`` `invalid`, `limit` when the entity would grow too large, `conflict`.
    @discardableResult
    func add(_ new: NewEntity, in owner: Owner) async throws(GraphError) -> EntityOutcome

    /// One entity.
    /// - Throws: ``GraphError`` `notFound`.
    func entity(_ id: String, in owner: Owner) async throws(GraphError) -> Entity

    /// Changes an entity.
    /// - Throws: ``GraphError`` `notFound`; `conflict` when it has another revision, or another entity has the type and
    ///   name (``GraphError/existing``); `limit`.
    @discardableResult
    func update(_ id: String, _ update: EntityUpdate, in owner: Owner) async throws(GraphError) -> Entity

    /// Entities, a page at a time.
    func entities(_ query: EntityQuery, in owner: Owner) async throws(GraphError) -> EntityPage

    /// Removes an entity with its names and all its relations, retracted ones included: as if it had never been known.
    ///
    /// An entity that is not there is no error, and what an interrupted removal left is removed.
    @discardableResult
    func remove(_ id: String, in owner: Owner) async throws(GraphError) -> GraphRemoval

    /// Makes two entities one: names, aliases and relations of the first become the survivor's, whose own properties and
    /// description win, and the first is gone. Relations between the two vanish, and so do those that the survivor has
    /// as well, whose episodes are united.
    ///
    /// An entity that is not there any more is no error, so that an interrupted merge can be repeated.
    /// - Throws: ``GraphError`` `notFound` when the survivor is not there; `limit` when it would grow too large; `conflict`.
    @discardableResult
    func merge(_ id: String, into survivor: String, in owner: Owner) async throws(GraphError) -> EntityMerge

    /// Records a relation between two entities that are there.
    ///
    /// The same again (source, kind, target and begin of a relation that is believed; where no begin is known, also the
    /// end) answers the one there is, and unites the episodes. A known end that differs corrects it.
    ///
    /// An exclusive relation leaves no other target of its source and kind true at the same time: others that are
    /// believed are corrected to the times before and after it. Without an end it ends where the next one begins, and
    /// without a begin it begins now, unless it is the first.
    /// - Throws: ``GraphError`` `notFound`, naming `source` or `target`; `limit` when it corrects too many; `conflict`.
    @discardableResult
    func relate(_ new: NewRelation, in owner: Owner) async throws(GraphError) -> RelationOutcome

    /// One relation, also a retracted one.
    /// - Throws: ``GraphError`` `notFound`.
    func relation(_ id: String, in owner: Owner) async throws(GraphError) -> Relation

    /// Relations, a page at a time. An unknown entity has none.
    func relations(_ query: RelationQuery, in owner: Owner) async throws(GraphError) -> RelationPage

    /// Says when a relation stopped to be true: it is retracted, and one with this end is believed instead.
    ///
    /// The id of a corrected relation means what took its place. The same end again changes nothing, another one corrects.
    /// - Throws: ``GraphError`` `notFound`; `invalid` when the end is not after the begin; `conflict` when it was retracted.
    @discardableResult
    func end(_ id: String, at time: Timestamp, in owner: Owner) async throws(GraphError) -> Relation

    /// Says that a relation was never true. It stays for questions about what was believed.
    ///
    /// The id of a corrected relation means what took its place. Again changes nothing.
    /// - Throws: ``GraphError`` `notFound`; `conflict` when others kept changing it.
    @discardableResult
    func retract(_ id: String, in owner: Owner) async throws(GraphError) -> Relation

    /// The entities around some entities.
    /// - Throws: ``GraphError`` `notFound` when one of the start is not there.
    func walk(_ walk: GraphWalk, in owner: Owner) async throws(GraphError) -> Subgraph

    /// Removes everything of an owner. What is added meanwhile may stay or go.
    @discardableResult
    func clear(_ owner: Owner) async throws(GraphError) -> GraphRemoval

    /// Releases what was opened; a second call does nothing. Afterwards every call fails with `closed`.
    func close() async
}
