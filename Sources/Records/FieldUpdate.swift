/// What an update does with one field that may be absent.
public enum FieldUpdate<Wrapped: Sendable & Hashable>: Sendable, Hashable {
    /// It stays as it is.
    case keep
    /// It becomes this.
    case set(Wrapped)
    /// It becomes absent.
    case clear

    /// The same of a value made of this one's.
    package func map<Other: Sendable & Hashable>(_ transform: (Wrapped) -> Other) -> FieldUpdate<Other> {
        switch self {
        case .keep: .keep
        case .set(let value): .set(transform(value))
        case .clear: .clear
        }
    }

    /// What a field that was this becomes.
    package func applied(to old: Wrapped?) -> Wrapped? {
        switch self {
        case .keep: old
        case .set(let new): new
        case .clear: nil
        }
    }
}
