public import HTTPServer

/// Keeps a server without keys to this machine.
public enum LoopbackGuard {
    /// Whether a host to bind is this machine's own.
    public static func isLoopback(_ host: String) -> Bool {
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if name == "localhost" || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a request may come from a page of another site: its `Host` or `Origin` is not this machine (DNS
    /// rebinding), so that a browser cannot be made to read somebody's memories.
    public static func refuses(_ request: HTTPRequest) -> Bool {
        if let host = request.header("host"), !isLoopback(withoutPort(host)) { return true }
        guard let origin = request.header("origin") else { return false }
        guard let range = origin.firstRange(of: "://") else { return true }
        return !isLoopback(withoutPort(String(origin[range.upperBound...])))
    }

    private static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }
}
