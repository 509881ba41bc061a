internal import Records

/// What an error reply means for the one who asked.
enum ServerFault: Sendable, Hashable {
    /// The script must be loaded first.
    case unknownScript
    /// Another node serves the slot, or will soon.
    case redirected(SlotMap.Redirection)
    /// It will pass: loading, moving slots, failing over, a long script.
    case passing
    /// This server no longer takes writes: another one does.
    case readOnly
    /// The server has no memory left.
    case full
    /// The user or password is wrong, or may not do this.
    case refused
    /// Anything else.
    case other

    init(_ error: String, askedAs node: SlotMap.Node) {
        let code = error.prefix { $0 != " " }
        if let redirection = SlotMap.redirection(error, askedAs: node) {
            self = .redirected(redirection)
        } else if code == "NOSCRIPT" {
            self = .unknownScript
        } else if ["TRYAGAIN", "CLUSTERDOWN", "LOADING", "BUSY", "MASTERDOWN", "NOREPLICAS"].contains(code)
            || error.contains("access a non local key") || error.contains("-CLUSTERDOWN")
        {
            self = .passing
        } else if code == "READONLY" || error.contains("-READONLY") || code == "UNBLOCKED" {
            self = .readOnly
        } else if code == "OOM" || error.contains("-OOM") {
            self = .full
        } else if ["NOAUTH", "WRONGPASS", "NOPERM"].contains(code) || error.contains("NOPERM")
            || error.hasPrefix("ERR invalid password") || error.hasPrefix("ERR AUTH")
            // Inside a script: Redis 7.0's words, and those of later servers.
            || error.hasPrefix("ERR The user executing the script can't")
            || error.contains("ACL failure in script")
        {
            self = .refused
        } else {
            self = .other
        }
    }

    /// Whether the same command may succeed a little later, unchanged.
    var isPassing: Bool {
        switch self {
        case .passing, .readOnly, .redirected, .unknownScript: true
        case .full, .refused, .other: false
        }
    }

    /// The error for callers. The server's words are kept apart from it, without what they quote.
    func storeError(_ text: String) -> StoreError {
        let words = EngineRefusal(text)
        return switch self {
        case .unknownScript: StoreError(.unavailable, "the server forgets its scripts", underlying: words)
        case .redirected, .passing:
            StoreError(.unavailable, "the server is loading, moving slots or failing over", underlying: words)
        case .readOnly: StoreError(.unavailable, "the server is a replica and takes no writes", underlying: words)
        case .full:
            StoreError(.unavailable, "the server has reached its maxmemory and takes no more writes", underlying: words)
        case .refused:
            StoreError(
                .invalid, "user, password: the server refused them, or the user may not do this", underlying: words)
        case .other:
            StoreError(.unavailable, "the server refused a command (\(words.code))", underlying: words)
        }
    }
}

/// What the server said, without the arguments that it may quote.
struct EngineRefusal: Error, Sendable, CustomStringConvertible {
    /// The first word.
    let code: String
    let description: String

    init(_ text: String) {
        code = String(text.prefix { $0 != " " }.prefix(32))
        let quoting = text.firstIndex(of: "'") ?? text.endIndex
        description = String(text[..<quoting].prefix(200))
    }
}
