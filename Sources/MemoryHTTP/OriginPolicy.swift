package import HTTPServer

/// Which pages of a browser may speak to the server, and under which names it may be spoken to: so that a page of
/// another site cannot read somebody's memories (DNS rebinding, cross-site requests).
package struct OriginPolicy: Sendable {
    /// Whether the server listens on this machine only. Then its name must be this machine's, or one of ``hosts``.
    private let isLoopback: Bool
    private let hosts: Set<String>
    private let origins: Set<String>

    /// - Parameters:
    ///   - isLoopback: Whether the server listens on this machine only.
    ///   - hosts: Further names, without port, such as that of a proxy.
    ///   - origins: Further origins whose pages may ask, such as `https://app.example`.
    package init(isLoopback: Bool, hosts: [String] = [], origins: [String] = []) {
        self.isLoopback = isLoopback
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// Whether a request is refused.
    package func refuses(_ request: HTTPRequest) -> Bool {
        let host = (request.header("host") ?? "").lowercased()
        let name = Self.withoutPort(host)
        if !host.isEmpty, isLoopback, !LoopbackGuard.isLoopback(name), !hosts.contains(name) { return true }
        if !isLoopback, !hosts.isEmpty, !hosts.contains(name), !LoopbackGuard.isLoopback(name) { return true }
        guard let origin = request.header("origin")?.lowercased() else { return false }
        if origins.contains(origin) { return false }
        guard let range = origin.firstRange(of: "://") else { return true }
        let authority = String(origin[range.upperBound...])
        return authority != host && !(isLoopback && LoopbackGuard.isLoopback(Self.withoutPort(authority)))
    }

    private static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }
}
