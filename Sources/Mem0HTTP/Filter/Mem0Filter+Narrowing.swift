import Memories
import Records

extension Mem0Filter {
    /// What is asked of the store about one owner's memories.
    struct Narrowed {
        /// Accepts all that ``Mem0Filter/accepts(_:)`` accepts, or more.
        var filter: Filter
        /// Whether it accepts nothing more.
        var isExact: Bool

        static func exactly(_ filter: Filter) -> Narrowed { Narrowed(filter: filter, isExact: true) }
        static func atMost(_ filter: Filter) -> Narrowed { Narrowed(filter: filter, isExact: false) }
        /// A condition that is the same for all memories of the owner.
        static func always(_ holds: Bool) -> Narrowed { exactly(holds ? .all : .or([])) }
    }

    /// The part of the condition that the store or the index can decide.
    func narrowed(for owner: Owner) -> Narrowed {
        switch self {
        case .all: return .exactly(.all)
        case .entity(let kind, let test): return test.narrowed(kind, owner)
        case .time(let field, let comparison, let period): return .exactly(Self.time(field, comparison, period))
        case .expiration(let comparison, let day):
            let place = Self.attribute("expiration_date")
            return .exactly(comparison.filter(place, .text(day), above: Self.isText(place)))
        case .categories(let names): return .exactly(.or(names.map { .contains("topics", .text($0)) }))
        case .categoryContains: return .atMost(.exists("topics"))
        case .metadata(let name, let test): return test.narrowed(FieldPath("metadata", [name]))
        // The index has no texts, and neither knows upper from lower case.
        case .text: return .atMost(.all)
        case .ids(let ids): return .exactly(.isIn("id", ids.filter { $0.utf8.count <= 36 }.map { .text($0) }))
        case .and(let parts):
            let narrowed = parts.map { $0.narrowed(for: owner) }
            return Narrowed(filter: .and(narrowed.map(\.filter)), isExact: narrowed.allSatisfy(\.isExact))
        case .or(let parts):
            let narrowed = parts.map { $0.narrowed(for: owner) }
            return Narrowed(filter: .or(narrowed.map(\.filter)), isExact: narrowed.allSatisfy(\.isExact))
        case .not(let part):
            let narrowed = part.narrowed(for: owner)
            // The opposite of more is less, which would lose memories.
            return narrowed.isExact ? .exactly(.not(narrowed.filter)) : .atMost(.all)
        }
    }

    /// The owners whose memories may pass; nil when any may.
    var owners: Set<Owner>? {
        switch self {
        case .entity(.user, .isIn(let names)): return Set(names.map { Owner(.user, $0) })
        case .and(let parts):
            let known = parts.compactMap(\.owners)
            return known.first.map { first in known.dropFirst().reduce(first) { $0.intersection($1) } }
        case .or(let parts):
            var all: Set<Owner> = []
            for part in parts {
                guard let owners = part.owners else { return nil }
                all.formUnion(owners)
            }
            return all
        default: return nil
        }
    }

    /// Memories that are still shown on a day.
    static func isShown(on day: String) -> Filter { .not(.less(attribute("expiration_date"), .text(day))) }

    fileprivate static func attribute(_ name: String) -> FieldPath { FieldPath("metadata", [Attributes.key, name]) }

    /// That there is text at a place.
    fileprivate static func isText(_ place: FieldPath) -> Filter {
        // Only text is less than the greatest text; the greatest that anybody writes begins below this.
        .less(place, .text(String(repeating: "\u{10FFFF}", count: 4)))
    }

    private static func time(_ field: TimeField, _ comparison: Comparison, _ period: TimePeriod) -> Filter {
        func compare(_ name: String) -> Filter { comparison.filter(FieldPath(name), period) }
        switch field {
        case .updated: return compare("updated_at")
        case .timestamp:
            return .or([
                .and([.exists("event_time"), compare("event_time")]),
                .and([.not(.exists("event_time")), compare("created_at")]),
            ])
        case .created:
            let isGiven = Filter.and([.equal(attribute("timestamp"), .bool(true)), .exists("event_time")])
            return .or([.and([isGiven, compare("event_time")]), .and([.not(isGiven), compare("created_at")])])
        }
    }
}

extension Mem0Filter.EntityTest {
    func narrowed(_ kind: EntityKind, _ owner: Owner) -> Mem0Filter.Narrowed {
        if kind == owner.kind { return .always(accepts(owner.name)) }
        switch kind {
        case .user: return .always(false)
        case .agent: return .exactly(filter("agent_id"))
        case .app: return .exactly(filter(Mem0Filter.attribute("app_id")))
        case .run:
            let run = Mem0Filter.attribute("run_id")
            let hasNone = Filter.not(.or([.exists(run), .exists(Mem0Filter.attribute("app_id"))]))
            return .exactly(.or([filter(run), .and([hasNone, filter("session_id")])]))
        }
    }

    private func filter(_ place: FieldPath) -> Filter {
        switch self {
        case .isPresent: .exists(place)
        case .isIn(let ids): .or(ids.filter { $0.utf8.count <= 255 }.map { .equal(place, .text($0)) })
        }
    }
}

extension Mem0Filter.Comparison {
    /// The comparison with a value.
    /// - Parameter above: What holds for everything that has an order with the value.
    func filter(_ place: FieldPath, _ value: Value, above: Filter) -> Filter {
        switch self {
        case .equal: .equal(place, value)
        case .less: .less(place, value)
        case .atMost: .atMost(place, value)
        case .greater: .and([above, .not(.atMost(place, value))])
        case .atLeast: .and([above, .not(.less(place, value))])
        }
    }

    /// The comparison of a field that always has a value with a period.
    func filter(_ place: FieldPath, _ period: Mem0Filter.TimePeriod) -> Filter {
        let start = Value.time(period.start.microseconds)
        let end = Value.time(period.end.microseconds)
        switch self {
        case .equal: return .and([.not(.less(place, start)), .atMost(place, end)])
        case .less: return .less(place, start)
        case .atMost: return .atMost(place, end)
        case .greater: return .not(.atMost(place, end))
        case .atLeast: return .not(.less(place, start))
        }
    }
}

extension Mem0Filter.MetadataTest {
    func narrowed(_ place: FieldPath) -> Mem0Filter.Narrowed {
        switch self {
        case .isPresent: return .exactly(.exists(place))
        case .equal(let wanted):
            guard let scalar = wanted.scalar, !scalar.isNull else { return .atMost(.exists(place)) }
            return .exactly(.equal(place, scalar))
        case .compare(let comparison, let bound):
            guard let scalar = bound.scalar, !scalar.isNull else { return .always(false) }
            let above: Filter =
                switch scalar {
                case .int, .double: .atMost(place, .double(.infinity))
                case .bool: .atMost(place, .bool(true))
                default: Mem0Filter.isText(place)
                }
            return .exactly(comparison.filter(place, scalar, above: above))
        case .contains(let wanted):
            guard let scalar = wanted.scalar, !scalar.isNull else { return .atMost(.exists(place)) }
            // Text may also be a part of an element, which is for the evaluation to refuse.
            if case .text(let part) = scalar { return .atMost(.hasSubstring(place, part)) }
            return .exactly(.contains(place, scalar))
        case .containsText: return .atMost(.exists(place))
        }
    }
}
