import Records

/// What mem0 knows somebody by.
enum EntityKind: String, Sendable, CaseIterable {
    case user, agent, app, run

    /// What requests and memories call the id.
    var field: String { rawValue + "_id" }

    /// The kind of a field's name.
    init?(field: String) {
        guard let kind = Self.allCases.first(where: { $0.field == field }) else { return nil }
        self = kind
    }
}

/// The ids that a request or a memory has. Any of them may be absent.
struct EntityIDs: Sendable {
    private var ids: [EntityKind: String] = [:]

    subscript(_ kind: EntityKind) -> String? {
        get { ids[kind] }
        set { ids[kind] = newValue }
    }

    var isEmpty: Bool { ids.isEmpty }
}
