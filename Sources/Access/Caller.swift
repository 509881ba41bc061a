package import Memories

/// Who asks, and what they may.
package struct Caller: Sendable {
    /// What logs and limits call them: the id of a key, never the key.
    package var name: String
    package var permissions: Set<Permission>
    /// The only app whose memories they may touch; nil for any.
    package var app: String?
    /// The only user whose memories they may touch; nil for any.
    package var user: String?

    package init(name: String, permissions: Set<Permission>, app: String? = nil, user: String? = nil) {
        self.name = name
        self.permissions = permissions
        self.app = app
        self.user = user
    }

    /// Whoever can reach a server that asks for no keys.
    package static let local = Caller(name: "local", permissions: Set(Permission.allCases))

    /// Checks that they may.
    /// - Throws: ``MemoryError`` `forbidden`.
    package func require(_ permission: Permission) throws(MemoryError) {
        AccessTrail.current?.note(permission)
        guard permissions.contains(permission) else {
            throw MemoryError(.forbidden, "this key may not \(permission.rawValue)")
        }
    }

    /// The scope of a request: the one place where a caller's words become one.
    /// - Throws: ``MemoryError`` `forbidden` for what is not theirs, `invalid` for a missing or wrong part.
    package func scope(_ arguments: Arguments, _ defaults: ScopeDefaults) throws(MemoryError) -> Scope {
        try scope(
            app: arguments[ScopeParameters.app], user: arguments[ScopeParameters.user],
            agent: arguments[ScopeParameters.agent], session: arguments[ScopeParameters.session], defaults)
    }

    /// The owners that a request reaches that may reach many: every one of an app, or of all apps. A caller who is bound
    /// reaches what they are bound to. A user without an app is the user of that name in every app.
    /// - Throws: ``MemoryError`` `forbidden` for what is not theirs, `invalid` for a wrong part.
    package func owners(_ arguments: Arguments) throws(MemoryError) -> OwnerRange {
        let range = OwnerRange(
            app: try Self.part("app", arguments[ScopeParameters.app], bound: app, default: nil),
            user: try Self.part("user", arguments[ScopeParameters.user], bound: user, default: nil))
        try Scope(app: range.app ?? "any", user: range.user ?? "any").validate()
        return range
    }

    /// As ``scope(_:_:)``, of parts that were taken from elsewhere, such as a URI.
    package func scope(
        app: String?, user: String?, agent: String? = nil, session: String? = nil, _ defaults: ScopeDefaults
    ) throws(MemoryError) -> Scope {
        guard let app = try Self.part("app", app, bound: self.app, default: defaults.app) else {
            throw MemoryError(.invalid, "app is required")
        }
        guard let user = try Self.part("user", user, bound: self.user, default: defaults.user) else {
            throw MemoryError(.invalid, "user is required")
        }
        let scope = Scope(app: app, user: user, agent: agent, session: session)
        try scope.validate()
        AccessTrail.current?.note(scope)
        return scope
    }

    private static func part(
        _ name: String, _ asked: String?, bound: String?, default fallback: String?
    ) throws(MemoryError) -> String? {
        guard let bound else { return asked ?? fallback }
        // Bytes, not Unicode equivalence: two spellings are two owners.
        guard let asked, Array(asked.utf8) != Array(bound.utf8) else { return bound }
        throw MemoryError(.forbidden, "this key is for another \(name)")
    }
}

/// Owners of a request that may reach many.
package struct OwnerRange: Sendable, Hashable {
    /// The only application; nil for all.
    package var app: String?
    /// The only user, of the application or of every one; nil for all.
    package var user: String?

    package init(app: String? = nil, user: String? = nil) {
        self.app = app
        self.user = user
    }
}

extension MemoryError.Code {
    /// The key does not allow it.
    package static let forbidden = MemoryError.Code(rawValue: "forbidden")
    /// There is no key, or it is not valid.
    package static let unauthenticated = MemoryError.Code(rawValue: "unauthenticated")
    /// Too many requests in a short time.
    package static let rateLimited = MemoryError.Code(rawValue: "rate_limited")
    /// The memory is not what `If-Match` says.
    package static let preconditionFailed = MemoryError.Code(rawValue: "precondition_failed")
}
