package import Memories

/// The arguments that say whose memories.
package enum ScopeParameters {
    package static let app = part("app", "The application.")
    package static let user = part("user", "Whose memories.")
    package static let agent = part("agent", "Narrows to the memories of one agent.")
    package static let session = part("session", "Narrows to the memories of one session.")

    private static func part(_ name: String, _ description: String) -> Parameter<String> {
        .text(name, description, bytes: 1...255)
    }
}

/// Whose memories a request means that does not say so.
package struct ScopeDefaults: Sendable {
    package var app: String?
    package var user: String?

    package init(app: String? = nil, user: String? = nil) {
        self.app = app
        self.user = user
    }

    /// The arguments of the scope; those without a default are required.
    package var parameters: [any AnyParameter] {
        [
            app == nil ? ScopeParameters.app.required : ScopeParameters.app,
            user == nil ? ScopeParameters.user.required : ScopeParameters.user,
            ScopeParameters.agent, ScopeParameters.session,
        ]
    }

    /// The arguments of the scope without what narrows it.
    package var ownerParameters: [any AnyParameter] { Array(parameters.prefix(2)) }

    /// The arguments of a call that may reach every owner.
    package static let rangeParameters: [any AnyParameter] = [
        ScopeParameters.app.described("Narrows to one application."),
        ScopeParameters.user.described("Narrows to one user; the application is named, too."),
    ]

    /// The defaults of a caller, who need not name what their key is bound to.
    package func bound(to caller: Caller) -> ScopeDefaults {
        ScopeDefaults(app: caller.app ?? app, user: caller.user ?? user)
    }
}
