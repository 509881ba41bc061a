package import Access
package import HTTPServer
package import Memories
import MemoryAPI

/// A set of routes that a server is put together from: our own, a compatible dialect, a protocol. To add one to the
/// server is a line in `agent-memory serve`.
package protocol RouteGroup: Sendable {
    /// What the group speaks beside the operations of the catalogue, for people to read on `/docs`.
    var dialects: [Dialect] { get }

    /// What metrics and logs call a request, a name of a small set; nil when the request is not this group's. The first
    /// group that has a name for it answers.
    func name(of request: HTTPRequest) -> String?

    /// Whether somebody without a key may ask, such as for the server's health.
    func isOpen(_ request: HTTPRequest) -> Bool

    /// Answers a request. The caller is whom the key belongs to: ask ``Caller/require(_:)`` for the permission and get the
    /// scope from ``Caller/scope(app:user:agent:session:_:)``, so that nobody sees what is another's.
    func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse

    /// Tells of an error before the group was asked, in its own form: no valid key, too many requests.
    func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse
}

extension RouteGroup {
    /// None: what it answers is in the catalogue.
    package var dialects: [Dialect] { [] }

    /// Nobody comes in without a key.
    package func isOpen(_ request: HTTPRequest) -> Bool { false }

    /// A problem document.
    package func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse {
        Problem.response(error, context)
    }
}

/// What is known of a request beside its words.
package struct RequestContext: Sendable {
    /// Who asks.
    package var caller: Caller
    /// Where it belongs in a distributed trace.
    package var trace: TraceContext

    package init(caller: Caller, trace: TraceContext) {
        self.caller = caller
        self.trace = trace
    }
}
