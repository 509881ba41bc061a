import Access
package import HTTPServer
import Records

/// Tells clients where tokens for this server come from (RFC 9728): `/.well-known/oauth-protected-resource`, and the same
/// with `/mcp` behind it for that endpoint.
package struct ProtectedResource: RouteGroup {
    private let issuer: String
    private let url: String?
    private let scheme: String
    private static let path = "/.well-known/oauth-protected-resource"

    /// - Parameters:
    ///   - url: What clients call this server, such as `https://memory.example`; nil takes the `Host` of each request.
    ///   - isTLS: Whether the server itself speaks TLS.
    package init(issuer: String, url: String? = nil, isTLS: Bool) {
        self.issuer = issuer
        self.url = url.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        scheme = isTLS ? "https" : "http"
    }

    package func name(of request: HTTPRequest) -> String? {
        request.path == Self.path || request.path == Self.path + "/mcp" ? "oauth_protected_resource" : nil
    }

    package func isOpen(_ request: HTTPRequest) -> Bool { true }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        guard request.method == "GET" else {
            var response = Problem.response(
                status: 405, code: "method_not_allowed", "\(request.method.prefix(16)) is not known here", context)
            response.headers.append(("Allow", "GET, HEAD"))
            return response
        }
        let resource = base(request) + (request.path.hasSuffix("/mcp") ? "/mcp" : "")
        return .json([
            "resource": .string(resource), "resource_name": .string("AgentMemory"),
            "authorization_servers": .array([.string(issuer)]),
            "scopes_supported": .array(TokenVerifier.scopes.map { .string($0) }),
            "bearer_methods_supported": .array([.string("header")]),
        ])
    }

    /// What a client without a valid token is told (RFC 9728 §5.1), and one whose token does not allow it (RFC 6750 §3.1).
    func challenge(_ request: HTTPRequest, status: Int) -> String? {
        let metadata = base(request) + Self.path + (request.path.hasPrefix("/mcp") ? "/mcp" : "")
        switch status {
        case 401: return "Bearer realm=\"agent-memory\", resource_metadata=\"\(metadata)\""
        case 403: return "Bearer error=\"insufficient_scope\", resource_metadata=\"\(metadata)\""
        default: return nil
        }
    }

    private func base(_ request: HTTPRequest) -> String {
        if let url { return url }
        let host = (request.header("host") ?? "localhost").filter { $0.isASCII && $0 != "\"" && $0 != "\\" }
        return "\(scheme)://\(host)"
    }
}
