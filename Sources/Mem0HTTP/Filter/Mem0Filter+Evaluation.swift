import Memories
import Records

extension Mem0Filter {
    /// Whether a memory passes.
    func accepts(_ memory: Mem0Memory) -> Bool {
        switch self {
        case .all: return true
        case .entity(let kind, let test): return test.accepts(memory.ids[kind])
        case .time(let field, let comparison, let period):
            let time: Timestamp =
                switch field {
                case .created: memory.createdAt
                case .updated: memory.memory.updatedAt
                case .timestamp: memory.memory.eventTime ?? memory.memory.createdAt
                }
            return comparison.accepts(time, period)
        case .expiration(let comparison, let day):
            return memory.attributes.expirationDate.map { comparison.accepts($0.compareBytes(day)) } ?? false
        case .categories(let names):
            return names.contains { name in memory.memory.topics.contains { $0.hasSameBytes(as: name) } }
        case .categoryContains(let part):
            return memory.memory.topics.contains { $0.lowercased().contains(part.lowercased()) }
        case .metadata(let name, let test):
            return test.accepts(JSONValue.object(memory.memory.metadata).value(at: [name]))
        case .text(let part, let ignoresCase):
            let content = memory.memory.content
            return ignoresCase
                ? content.lowercased().contains(part.lowercased()) : content.utf8.containsBytes(of: part.utf8)
        case .ids(let ids): return ids.contains { $0.hasSameBytes(as: memory.memory.id) }
        case .and(let parts): return parts.allSatisfy { $0.accepts(memory) }
        case .or(let parts): return parts.contains { $0.accepts(memory) }
        case .not(let part): return !part.accepts(memory)
        }
    }
}

extension Mem0Filter.EntityTest {
    func accepts(_ id: String?) -> Bool {
        guard let id else { return false }
        switch self {
        case .isPresent: return true
        case .isIn(let ids): return ids.contains { $0.hasSameBytes(as: id) }
        }
    }
}

extension Mem0Filter.Comparison {
    /// Whether an order of this sign is meant.
    func accepts(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .greater: order > 0
        case .atLeast: order >= 0
        case .less: order < 0
        case .atMost: order <= 0
        }
    }

    /// Against a whole period: later than it, or not before it, and so on.
    func accepts(_ time: Timestamp, _ period: Mem0Filter.TimePeriod) -> Bool {
        switch self {
        case .equal: period.start <= time && time <= period.end
        case .greater: time > period.end
        case .atLeast: time >= period.start
        case .less: time < period.start
        case .atMost: time <= period.end
        }
    }
}

extension Mem0Filter.MetadataTest {
    func accepts(_ value: JSONValue?) -> Bool {
        guard let value, value != .null else { return false }
        switch self {
        case .isPresent: return true
        case .equal(let wanted): return value.isSame(as: wanted)
        case .compare(let comparison, let bound):
            return value.order(against: bound).map { comparison.accepts($0) } ?? false
        case .contains(let wanted):
            switch (value, wanted) {
            case (.array(let elements), _): return elements.contains { $0.isSame(as: wanted) }
            case (.string(let whole), .string(let part)): return whole.utf8.containsBytes(of: part.utf8)
            default: return false
            }
        case .containsText(let part):
            let lower = part.lowercased()
            switch value {
            case .string(let whole): return whole.lowercased().contains(lower)
            case .array(let elements):
                return elements.contains {
                    if case .string(let text) = $0 { text.lowercased().contains(lower) } else { false }
                }
            default: return false
            }
        }
    }
}

extension JSONValue {
    /// Whether two documents say the same: numbers by value, text by bytes.
    fileprivate func isSame(as other: JSONValue) -> Bool { order(against: other) == 0 || canonical == other.canonical }

    /// The order of two scalars of one type; nil for others.
    fileprivate func order(against other: JSONValue) -> Int? {
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : (a == b ? 0 : 1) }
        switch (self, other) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.int(let a), .double(let b)): return order(Double(a), b)
        case (.double(let a), .int(let b)): return order(a, Double(b))
        case (.double(let a), .double(let b)): return order(a, b)
        case (.string(let a), .string(let b)): return a.compareBytes(b)
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        default: return nil
        }
    }
}

extension String.UTF8View {
    /// Whether these bytes appear in a row; true for none.
    fileprivate func containsBytes(of part: String.UTF8View) -> Bool {
        let whole = Array(self)
        let wanted = Array(part)
        guard wanted.count <= whole.count else { return false }
        return (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
