internal import Foundation
public import Records

/// How far a value of the state reaches and how long it lives.
public enum StateScope: String, Sendable, Hashable, CaseIterable {
    /// All users of the application. Changes follow the event that carries them through an outbox: exactly once, and in
    /// the order of their owner's commits, but not in the same commit.
    case app
    /// All sessions of the user; changes commit with the event that carries them.
    case user
    /// The session; changes commit with the event that carries them.
    case session
    /// The session in this process: never stored, gone when the session ends or the store closes.
    case temporary

    /// What a name of the merged state starts with.
    var prefix: String {
        switch self {
        case .app: "app:"
        case .user: "user:"
        case .session: ""
        case .temporary: "temp:"
        }
    }
}

/// A change of one value of the state.
public struct StateChange: Sendable, Hashable {
    /// Where the value is.
    public var scope: StateScope
    /// Its name in the scope, 1 to 255 UTF-8 bytes. Names that are canonically equivalent Unicode are one name: what is
    /// set last under any spelling counts, and comes back under that spelling.
    public var name: String
    /// The new value, up to 262,144 bytes of JSON (``JSONValue/null`` is a value); nil removes it.
    public var value: JSONValue?

    /// Sets a value, or removes it where `value` is nil.
    public init(_ scope: StateScope, _ name: String, _ value: JSONValue?) {
        self.scope = scope
        self.name = name
        self.value = value
    }

    /// A change named as in the merged state: `app:`, `user:` and `temp:` are scopes, other names are the session's.
    public init(_ prefixedName: String, _ value: JSONValue?) {
        for scope in [StateScope.app, .user, .temporary] where prefixedName.hasPrefix(scope.prefix) {
            self.init(scope, String(prefixedName.dropFirst(scope.prefix.count)), value)
            return
        }
        self.init(.session, prefixedName, value)
    }

    func validate() throws(TranscriptError) {
        try Check.identifier(name, "a state name")
        guard let value else { return }
        try Check.size(value.canonical.utf8.count, "the state value \(name)", Bounds.stateValueBytes)
        guard !value.holdsNUL else { throw TranscriptError(.invalid, "a state value must not contain U+0000") }
    }

    /// The spelling that the name is stored under, and the others that it may have been stored under: as it is, composed
    /// and decomposed. One that is neither composed nor decomposed is stored composed, so that there are no more.
    var spellings: (stored: String, others: [String]) {
        guard !name.utf8.allSatisfy({ $0 < 0x80 }) else { return (name, []) }
        let normal = [name.precomposedStringWithCanonicalMapping, name.decomposedStringWithCanonicalMapping]
            .filter { $0.utf8.count <= Bounds.identifierBytes }
        let isNormal = normal.contains { $0.hasSameBytes(as: name) }
        let stored = isNormal ? name : normal.first ?? name
        var others: [String] = []
        for spelling in [name] + normal where !(others + [stored]).contains(where: { $0.hasSameBytes(as: spelling) }) {
            others.append(spelling)
        }
        return (stored, others)
    }

    static func validate(_ changes: [StateChange], limit: Int = Bounds.stateChanges) throws(TranscriptError) {
        guard changes.count <= limit else {
            throw TranscriptError(.invalid, "there are \(changes.count) state changes; the limit is \(limit)")
        }
        for change in changes { try change.validate() }
    }
}

/// The state as a session sees it.
public struct SessionState: Sendable, Hashable {
    /// The application's values.
    public var app: [String: JSONValue] = [:]
    /// The user's values.
    public var user: [String: JSONValue] = [:]
    /// The session's values.
    public var session: [String: JSONValue] = [:]
    /// The values of this process.
    public var temporary: [String: JSONValue] = [:]

    /// Nothing.
    public init() {}

    /// All values, those of the other scopes with their prefixes `app:`, `user:` and `temp:`.
    public var merged: [String: JSONValue] {
        var merged = session
        for (scope, values) in [(StateScope.app, app), (.user, user), (.temporary, temporary)] {
            for (name, value) in values { merged[scope.prefix + name] = value }
        }
        return merged
    }

    /// The value of a name as in ``merged``.
    public subscript(prefixedName: String) -> JSONValue? {
        let change = StateChange(prefixedName, nil)
        return self[change.scope][change.name]
    }

    subscript(scope: StateScope) -> [String: JSONValue] {
        get {
            switch scope {
            case .app: app
            case .user: user
            case .session: session
            case .temporary: temporary
            }
        }
        set {
            switch scope {
            case .app: app = newValue
            case .user: user = newValue
            case .session: session = newValue
            case .temporary: temporary = newValue
            }
        }
    }
}

extension [StateChange] {
    /// The changes as JSON, in order, as an event keeps them.
    var document: JSONValue {
        .array(
            map { change in
                var members = ["scope": JSONValue.string(change.scope.rawValue), "name": .string(change.name)]
                members["value"] = change.value
                return .object(members)
            })
    }

    /// The changes of such a document.
    init(_ text: String) throws(TranscriptError) {
        let damaged = TranscriptError(.corrupted, "stored state changes are damaged")
        guard case .array(let elements)? = try? JSONValue(parsing: text) else { throw damaged }
        self = []
        for element in elements {
            guard case .object(let members) = element, case .string(let scope)? = members["scope"],
                let scope = StateScope(rawValue: scope), case .string(let name)? = members["name"]
            else { throw damaged }
            append(StateChange(scope, name, members["value"]))
        }
    }
}
