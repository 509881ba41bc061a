import Digests
package import Memories
import Records

/// Lets in who shows a token of an authorization server: the resource server's part of OAuth 2 (RFC 9068, RFC 8725).
package struct TokenVerifier: Sendable {
    /// Who issues the tokens, as `iss` says it.
    package let issuer: String
    private let audiences: Set<String>
    private let keys: TokenKeys
    private let userClaim: String
    private let appClaim: String
    private let defaultApp: String
    private let clock: @Sendable () -> Timestamp
    /// How far clocks may be apart, in microseconds.
    private static let leeway: Int64 = 60 * 1_000_000

    /// - Parameters:
    ///   - issuer: What `iss` must be.
    ///   - audiences: One of which `aud` must name.
    ///   - userClaim: The claim that names the user; tokens without it let nobody in.
    ///   - appClaim: The claim that names the app.
    ///   - defaultApp: The app of tokens that name none.
    package init(
        issuer: String, audiences: [String], keys: TokenKeys, userClaim: String = "sub", appClaim: String = "app",
        defaultApp: String, clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.issuer = issuer
        self.audiences = Set(audiences)
        self.keys = keys
        self.userClaim = userClaim
        self.appClaim = appClaim
        self.defaultApp = defaultApp
        self.clock = clock
    }

    /// What a token may allow, in `scope`.
    package static let scopes = Permission.allCases.map { "memory:\($0.rawValue)" }

    /// Who shows a token; nil when it is no valid one. Nothing says why.
    ///
    /// They are bound to the app and the user of the claims, and may do what `scope` (or `scp`) says: `memory:read`,
    /// `memory:write`, `memory:delete`, `memory:admin`.
    package func caller(showing text: String) -> Caller? {
        guard let token = JSONWebToken(text), keys.verify(token) else { return nil }
        let claims = token.claims
        guard claims["iss"] == .string(issuer), isForUs(claims["aud"]), isNow(claims),
            case .string(let user)? = claims[userClaim]
        else { return nil }
        var app = defaultApp
        switch claims[appClaim] {
        case nil: break
        case .string(let name)?: app = name
        default: return nil
        }
        guard (try? Scope(app: app, user: user).validate()) != nil else { return nil }
        var subject = user
        if case .string(let text)? = claims["sub"] { subject = text }
        return Caller(
            // Logs and limits tell callers apart without their names.
            name: "token-" + Digest.sha256Hex("\(issuer)\n\(subject)").prefix(24), permissions: permissions(claims),
            app: app, user: user)
    }

    private func isForUs(_ audience: JSONValue?) -> Bool {
        switch audience {
        case .string(let name)?: return audiences.contains(name)
        case .array(let names)?:
            return names.contains { if case .string(let name) = $0 { audiences.contains(name) } else { false } }
        default: return false
        }
    }

    /// Whether it has not expired, which every token must say when it does, and is valid already.
    private func isNow(_ claims: [String: JSONValue]) -> Bool {
        let now = Double(clock().microseconds)
        let leeway = Double(Self.leeway)
        func moment(_ name: String) -> Double? {
            switch claims[name] {
            case .int(let seconds)?: Double(seconds) * 1e6
            case .double(let seconds)?: seconds * 1e6
            default: nil
            }
        }
        guard let end = moment("exp"), now < end + leeway else { return false }
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let start = moment(name), start <= now + leeway else { return false }
        }
        return true
    }

    private func permissions(_ claims: [String: JSONValue]) -> Set<Permission> {
        var words: [String] = []
        switch claims["scope"] ?? claims["scp"] {
        case .string(let text)?: words = text.split(separator: " ").map(String.init)
        case .array(let list)?: words = list.compactMap { if case .string(let word) = $0 { word } else { nil } }
        default: break
        }
        return Set(words.compactMap { $0.hasPrefix("memory:") ? Permission(rawValue: String($0.dropFirst(7))) : nil })
    }
}
