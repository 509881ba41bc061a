import Memories
import Records

/// A condition in mem0's grammar: the same on every verb.
///
/// ``accepts(_:)`` defines what it means; what is asked of the store or the index is that or more.
indirect enum Mem0Filter: Sendable {
    /// Every memory.
    case all
    /// An id of a memory.
    case entity(EntityKind, EntityTest)
    /// A time.
    case time(TimeField, Comparison, TimePeriod)
    /// The last day on which a memory is shown.
    case expiration(Comparison, String)
    /// Labels: at least one of these, to the letter.
    case categories([String])
    /// A label with this in it, whatever the case.
    case categoryContains(String)
    /// A member of the metadata.
    case metadata(String, MetadataTest)
    /// What the memory says has this in it.
    case text(String, ignoresCase: Bool)
    /// The memory is one of these.
    case ids([String])
    /// Every one holds.
    case and([Mem0Filter])
    /// At least one holds.
    case or([Mem0Filter])
    /// It does not hold.
    case not(Mem0Filter)

    enum EntityTest: Sendable {
        case isIn([String])
        case isPresent
    }

    enum TimeField: String, Sendable {
        case created = "created_at"
        case updated = "updated_at"
        case timestamp
    }

    enum Comparison: String, Sendable {
        case equal = "eq"
        case greater = "gt"
        case atLeast = "gte"
        case less = "lt"
        case atMost = "lte"
    }

    enum MetadataTest: Sendable {
        case equal(JSONValue)
        case compare(Comparison, JSONValue)
        case contains(JSONValue)
        case containsText(String)
        case isPresent
    }

    /// From the first to the last microsecond of what was written.
    struct TimePeriod: Sendable {
        var start: Timestamp
        var end: Timestamp
    }

    /// Whether it names somebody's memories: a key's holder must say whose, never "not bob's".
    var isScoped: Bool {
        switch self {
        case .entity: true
        case .and(let parts), .or(let parts): parts.contains(where: \.isScoped)
        default: false
        }
    }
}
