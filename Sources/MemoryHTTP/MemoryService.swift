package import Access
package import Auditing
package import HTTPServer
import Memories
import MemoryAPI
import Synchronization
package import Telemetry

/// A server's answer to everything: checks where a request comes from and who asks, finds the group of routes that
/// answers, counts and logs.
package final class MemoryService: Sendable {
    private let groups: [any RouteGroup]
    private let origins: OriginPolicy
    private let keys: AccessKeys?
    private let limiter: RateLimiter?
    private let metrics: ServerMetrics
    private let log: RequestLog
    private let audit: AuditLog?
    private let tracer: Tracer?
    private let tokens: TokenVerifier?
    private let resource: ProtectedResource?

    /// - Parameters:
    ///   - groups: The routes; the first that knows a request answers it.
    ///   - keys: Whom to let in; nil lets everybody in, which is for this machine only.
    ///   - tokens: Whose tokens let in too, beside keys; with nil for both everybody comes in.
    ///   - resource: Tells who shows no valid token where to get one.
    ///   - tracer: Where spans go; nil for nowhere.
    ///   - limiter: How often each caller may ask; nil for ever so often.
    ///   - audit: Where it is written down who did what; nil for nowhere.
    package init(
        _ groups: [any RouteGroup], origins: OriginPolicy, keys: AccessKeys? = nil, limiter: RateLimiter? = nil,
        metrics: ServerMetrics, log: RequestLog = RequestLog(.none), audit: AuditLog? = nil,
        tokens: TokenVerifier? = nil, resource: ProtectedResource? = nil, tracer: Tracer? = nil
    ) {
        self.groups = groups
        self.origins = origins
        self.keys = keys
        self.limiter = limiter
        self.metrics = metrics
        self.log = log
        self.audit = audit
        self.tokens = tokens
        self.tracer = tracer
        self.resource = resource
    }

    /// Answers one request.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        metrics.begin()
        var context = RequestContext(
            caller: Caller(name: "none", permissions: []),
            trace: TraceContext(traceparent: request.header("traceparent")))
        var name = "unknown"
        var response = await traced(request, &context, &name)
        if let challenge = resource?.challenge(request, status: response.status) {
            response.headers.removeAll { $0.0 == "WWW-Authenticate" }
            response.headers.append(("WWW-Authenticate", challenge))
        }
        response.headers.append(("X-Request-Id", context.trace.traceID))
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        metrics.end(name, status: response.status, seconds: seconds)
        log.tell(name, request, status: response.status, seconds: seconds, context)
        return response
    }

    /// Answers as a span of the request's trace, where somebody records it or it comes from elsewhere.
    private func traced(
        _ request: HTTPRequest, _ context: inout RequestContext, _ name: inout String
    ) async -> HTTPResponse {
        guard tracer != nil || context.trace.parentID != nil else { return await audited(request, &context, &name) }
        let current = context.trace.span(tracer)
        let start = wallNanoseconds()
        func spanned() async -> HTTPResponse { await audited(request, &context, &name) }
        let response = await CurrentSpan.$current.withValue(current, operation: spanned)
        guard let tracer, current.isSampled else { return response }
        // The template, never the path: it may hold ids.
        let route = Catalogue.operation(named: name)?.specification.path ?? (name == "mcp" ? "/mcp" : nil)
        let method = String(request.method.prefix(16))
        var attributes: [(name: String, value: Span.Attribute)] = [
            ("http.request.method", .text(method)), ("http.response.status_code", .integer(response.status)),
            ("url.scheme", .text("http")), ("agent_memory.operation", .text(name)),
        ]
        if let route { attributes.append(("http.route", .text(route))) }
        if response.status >= 500 { attributes.append(("error.type", .text("\(response.status)"))) }
        tracer.record(
            Span(
                traceID: current.traceID, spanID: current.spanID, parentID: context.trace.parentID,
                name: route.map { "\(method) \($0)" } ?? method, kind: .server, start: start, end: wallNanoseconds(),
                attributes: attributes, isError: response.status >= 500))
        return response
    }

    /// Answers, and writes down what was done before anybody hears of it.
    private func audited(
        _ request: HTTPRequest, _ context: inout RequestContext, _ name: inout String
    ) async -> HTTPResponse {
        guard let audit else { return await answer(request, &context, &name) }
        let trail = AccessTrail()
        func noted() async -> HTTPResponse { await answer(request, &context, &name) }
        let response = await AccessTrail.$current.withValue(trail, operation: noted)
        do throws(MemoryError) {
            try await audit.record(
                trail.notes, by: context.caller.name, operation: name, status: response.status,
                traceID: context.trace.traceID)
        } catch {
            return Problem.response(error, context)
        }
        return response
    }

    private func answer(
        _ request: HTTPRequest, _ context: inout RequestContext, _ name: inout String
    ) async -> HTTPResponse {
        if origins.refuses(request) {
            return Problem.response(
                MemoryError(.forbidden, "Host and Origin must be this server's"), context)
        }
        for group in groups {
            guard let known = group.name(of: request) else { continue }
            name = known
            do throws(MemoryError) {
                if !group.isOpen(request) {
                    context.caller = try await caller(of: request)
                    if let refusal = limit(request, context, group) { return refusal }
                }
            } catch {
                return group.refusal(error, context)
            }
            return await group.respond(to: request, context)
        }
        return Problem.response(status: 404, code: "not_found", "there is nothing at this path", context)
    }

    private func caller(of request: HTTPRequest) async throws(MemoryError) -> Caller {
        if keys == nil, tokens == nil { return .local }
        if let token = Self.token(of: request) {
            if let caller = try await keys?.caller(showing: token) { return caller }
            if let caller = tokens?.caller(showing: token) { return caller }
        }
        throw MemoryError(.unauthenticated, "a valid key is needed: Authorization: Bearer am_…")
    }

    /// `Authorization: Bearer …`, `Authorization: Token …` or `X-API-Key: …`.
    private static func token(of request: HTTPRequest) -> String? {
        if let field = request.header("authorization") {
            let words = field.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 2, ["bearer", "token"].contains(words[0].lowercased()) else { return nil }
            return String(words[1])
        }
        return request.header("x-api-key")
    }

    private func limit(
        _ request: HTTPRequest, _ context: RequestContext, _ group: any RouteGroup
    ) -> HTTPResponse? {
        guard let limiter else { return nil }
        let name = keys == nil && tokens == nil ? request.remoteAddress : context.caller.name
        let verdict = limiter.admit(name)
        guard !verdict.isAdmitted else { return nil }
        var response = group.refusal(MemoryError(.rateLimited, "too many requests in a short time"), context)
        response.headers.removeAll { $0.0 == "Retry-After" }
        response.headers.append(("Retry-After", "\(verdict.retryAfter)"))
        return response
    }
}
