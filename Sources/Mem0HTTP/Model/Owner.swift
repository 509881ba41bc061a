import Memories
import Records

/// Who owns a memory: the first of user, agent, app and run that it has.
///
/// A user is our user of the same name, so that both APIs see the same memories. The others are users whose name begins
/// with `@agent:`, `@app:` or `@run:`; a user whose own name begins so is written with `@user:` before it.
struct Owner: Sendable, Hashable {
    var kind: EntityKind
    var name: String

    init(_ kind: EntityKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// The owner that a user of ours stands for.
    init(user: String) {
        for kind in [EntityKind.agent, .app, .run] {
            let prefix = Self.prefix(kind)
            if user.utf8.starts(with: prefix.utf8), user.utf8.count > prefix.utf8.count {
                self.init(kind, Self.drop(prefix, user))
                return
            }
        }
        let prefix = Self.prefix(.user)
        if user.utf8.starts(with: prefix.utf8), Self.isEscaped(Self.drop(prefix, user)) {
            self.init(.user, Self.drop(prefix, user))
        } else {
            self.init(.user, user)
        }
    }

    /// The user of ours: the inverse of ``init(user:)``.
    var user: String {
        switch kind {
        case .user: Self.isEscaped(name) ? Self.prefix(.user) + name : name
        default: Self.prefix(kind) + name
        }
    }

    private static func prefix(_ kind: EntityKind) -> String { "@\(kind.rawValue):" }

    private static func drop(_ prefix: String, _ text: String) -> String {
        String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    /// Whether a user's plain name would stand for another owner.
    private static func isEscaped(_ name: String) -> Bool {
        let plain = Owner(user: name)
        return plain.kind != .user || !plain.name.hasSameBytes(as: name)
    }

    static func == (left: Owner, right: Owner) -> Bool {
        left.kind == right.kind && left.name.hasSameBytes(as: right.name)
    }
}
