package import Access
package import HTTPServer
package import Memories
package import MemoryAPI
import Records

/// The operations of the catalogue as JSON over HTTP.
///
/// Arguments are in the body of a POST, PUT or PATCH, in the query otherwise; errors are problem documents with a `code`.
package struct MemoryRoutes: RouteGroup {
    private let services: Services
    private let defaults: ScopeDefaults
    private let idempotency: IdempotencyKeys?
    private static let table = RouteTable(Catalogue.operations)

    /// Routes over stores.
    /// - Parameters:
    ///   - defaults: The app and user of requests that name none; without them both are required.
    ///   - idempotency: Where `Idempotency-Key` is kept; nil ignores it.
    package init(
        _ services: Services, defaults: ScopeDefaults = ScopeDefaults(), idempotency: IdempotencyKeys? = nil
    ) {
        self.services = services
        self.defaults = defaults
        self.idempotency = idempotency
    }

    /// Routes over memories alone: what is about anything else is `unsupported`.
    package init(
        _ store: MemoryStore, defaults: ScopeDefaults = ScopeDefaults(), idempotency: IdempotencyKeys? = nil
    ) {
        self.init(Services(memories: store), defaults: defaults, idempotency: idempotency)
    }

    package func name(of request: HTTPRequest) -> String? {
        guard request.path.hasPrefix("/v1/") else { return nil }
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
            specification.hasBody && specification.rawBody == nil
            ? try RequestMembers.body(of: request)
            : try RequestMembers.query(of: request, operation.parameters(defaults))
        if let body = specification.rawBody {
            guard members[body.parameter] == nil else {
                throw MemoryError(.invalid, "\(body.parameter) is the body of the request")
            }
            members[body.parameter] = .string(try RequestMembers.text(of: request))
        }
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
            // Only its own revision is what If-Match speaks of.
            let isItself = error.code == .conflict && error.conflictingID.map(path.values.contains) ?? false
            guard condition != .none, isItself else { throw error }
            throw Precondition.failure
        }
    }

    private func answer(
        _ operation: any Operation.Type, _ members: [String: JSONValue], _ request: HTTPRequest, _ caller: Caller,
        _ defaults: ScopeDefaults
    ) async throws(MemoryError) -> OperationAnswer {
        guard operation.specification.takesIdempotencyKey, let key = request.header("idempotency-key"), let idempotency
        else { return try await operation.perform(members, by: caller, on: services, defaults: defaults) }
        try caller.require(operation.specification.permission)
        let arguments = try Arguments(members, operation.parameters(defaults))
        let scope = try caller.scope(
            app: arguments[ScopeParameters.app], user: arguments[ScopeParameters.user], defaults)
        let known = try IdempotencyKeys.Request(
            key: key, caller: caller, operation: operation.specification.name, members: members)
        return try await idempotency.answer(known, in: scope) { answer in
            operation.reference(to: answer)
        } replay: { kept async throws(MemoryError) -> OperationAnswer in
            try await operation.perform(members, by: caller, on: services, defaults: defaults, kept: kept)
        } run: { () async throws(MemoryError) -> OperationAnswer in
            try await operation.perform(members, by: caller, on: services, defaults: defaults)
        }
    }

    private func response(
        _ answer: OperationAnswer, _ specification: OperationSpecification, _ request: HTTPRequest
    ) -> HTTPResponse {
        if specification.status == 204 { return HTTPResponse(status: 204) }
        if let document = answer.document { return Self.response(document, status: specification.status) }
        var response = HTTPResponse.json(answer.members, status: answer.isCreated ? 201 : specification.status)
        if answer.isCreated, specification.pathParameters.isEmpty, case .string(let id)? = answer.members["id"] {
            response.headers.append(("Location", specification.path + "/" + Self.escaped(id)))
        }
        guard let revision = answer.revision else { return response }
        let tag = "\"\(revision)\""
        response.headers.append(("ETag", tag))
        if request.method == "GET", EntityTags(request.header("if-none-match")).includes(tag) {
            return HTTPResponse(status: 304, headers: [("ETag", tag)])
        }
        return response
    }

    private static func response(_ document: OperationDocument, status: Int) -> HTTPResponse {
        let headers = [("Content-Type", document.mediaType)] + document.headers
        switch document.content {
        case .text(let text): return HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
        case .stream(let produce):
            return HTTPResponse(
                status: status, headers: headers,
                stream: HTTPBodyStream { writer in
                    do throws(MemoryError) {
                        try await produce { await writer.write($0) }
                    } catch {
                        // Half of a document must not be taken for all of it.
                        writer.abort()
                    }
                })
        }
    }

    /// A segment of a path (RFC 3986 §3.3).
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return escaped
    }
}
