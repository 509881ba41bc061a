package import Access
package import HTTPServer
package import Memories
package import MemoryAPI
import Records

/// The operations of the catalogue as JSON over HTTP.
///
/// Arguments are in the body of a POST or PATCH, in the query otherwise; errors are problem documents with a `code`.
package struct MemoryRoutes: RouteGroup {
    private let store: MemoryStore
    private let defaults: ScopeDefaults
    private let idempotency: IdempotencyKeys?
    private static let table = RouteTable(Catalogue.operations)

    /// Routes over a store.
    /// - Parameters:
    ///   - defaults: The app and user of requests that name none; without them both are required.
    ///   - idempotency: Where `Idempotency-Key` is kept; nil ignores it.
    package init(
        _ store: MemoryStore, defaults: ScopeDefaults = ScopeDefaults(), idempotency: IdempotencyKeys? = nil
    ) {
        self.store = store
        self.defaults = defaults
        self.idempotency = idempotency
    }

    package func name(of request: HTTPRequest) -> String? {
        guard request.path.hasPrefix("/v1/memories") else { return nil }
        switch Self.table.match(request.method, request.pathSegments) {
        case .operation(let operation, _): return operation.specification.name
        case .methods: return "method_not_allowed"
        case nil: return nil
        }
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        switch Self.table.match(request.method, request.pathSegments) {
        case nil: return Problem.response(status: 404, code: "not_found", "there is nothing at this path", context)
        case .methods(let methods):
            var response = Problem.response(
                status: 405, code: "method_not_allowed", "\(request.method.prefix(16)) is not known here", context)
            response.headers.append(("Allow", methods.joined(separator: ", ")))
            return response
        case .operation(let operation, let path):
            do throws(MemoryError) {
                return try await perform(operation, path, request, context)
            } catch {
                return Problem.response(error, context)
            }
        }
    }

    private func perform(
        _ operation: any Operation.Type, _ path: [String: String], _ request: HTTPRequest, _ context: RequestContext
    ) async throws(MemoryError) -> HTTPResponse {
        let specification = operation.specification
        let defaults = defaults.bound(to: context.caller)
        var members =
            specification.hasBody
            ? try RequestMembers.body(of: request)
            : try RequestMembers.query(of: request, operation.parameters(defaults))
        for (name, value) in path {
            guard members.updateValue(.string(value), forKey: name) == nil else {
                throw MemoryError(.invalid, "\(name) is in the path already")
            }
        }
        let condition = specification.isConditional ? try Precondition(request) : .none
        if case .revision(let revision) = condition { members[MemoryParameters.expectedRevision.name] = .int(revision) }
        do throws(MemoryError) {
            let answer = try await answer(operation, members, request, context.caller, defaults)
            return response(answer, specification, request)
        } catch {
            // Only the memory's own revision is what If-Match speaks of.
            let isItself = error.code == .conflict && error.conflictingID.map { path["id"] == $0 } ?? false
            guard condition != .none, isItself else { throw error }
            throw Precondition.failure
        }
    }

    private func answer(
        _ operation: any Operation.Type, _ members: [String: JSONValue], _ request: HTTPRequest, _ caller: Caller,
        _ defaults: ScopeDefaults
    ) async throws(MemoryError) -> OperationAnswer {
        guard operation.specification.method == "POST", operation.specification.effect == .adds,
            let key = request.header("idempotency-key"), let idempotency
        else { return try await operation.perform(members, by: caller, on: store, defaults: defaults) }
        try caller.require(operation.specification.permission)
        let scope = try caller.scope(try Arguments(members, operation.parameters(defaults)), defaults)
        let known = try IdempotencyKeys.Request(
            key: key, caller: caller, operation: operation.specification.name, members: members)
        return try await idempotency.answer(known, in: scope) { () async throws(MemoryError) -> OperationAnswer in
            try await operation.perform(members, by: caller, on: store, defaults: defaults)
        }
    }

    private func response(
        _ answer: OperationAnswer, _ specification: OperationSpecification, _ request: HTTPRequest
    ) -> HTTPResponse {
        if specification.status == 204 { return HTTPResponse(status: 204) }
        var response = HTTPResponse.json(answer.members, status: answer.isCreated ? 201 : specification.status)
        if answer.isCreated, case .string(let id)? = answer.members["id"] {
            response.headers.append(("Location", "/v1/memories/\(id)"))
        }
        guard let revision = answer.revision else { return response }
        let tag = "\"\(revision)\""
        response.headers.append(("ETag", tag))
        if request.method == "GET", EntityTags(request.header("if-none-match")).includes(tag) {
            return HTTPResponse(status: 304, headers: [("ETag", tag)])
        }
        return response
    }
}
