import Access
package import HTTPServer
package import Memories
import MemoryAPI
package import Records

/// Errors as RFC 9457 problem documents, with a `code` for programs and the `trace_id` for people who read logs.
package enum Problem {
    /// The document of an error.
    package static func response(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse {
        var response = response(
            status: ErrorTable(error.code).httpStatus, code: error.code.rawValue, error.message, context,
            conflictingID: error.conflictingID)
        switch response.status {
        case 401: response.headers.append(("WWW-Authenticate", "Bearer realm=\"agent-memory\""))
        case 429, 503: response.headers.append(("Retry-After", "1"))
        default: break
        }
        return response
    }

    /// A document of any status.
    package static func response(
        status: Int, code: String, _ detail: String, _ context: RequestContext, conflictingID: String? = nil
    ) -> HTTPResponse {
        var members: [String: JSONValue] = [
            "type": .string("about:blank"), "title": .string(title(status)), "status": .int(Int64(status)),
            "code": .string(code), "detail": .string(detail), "trace_id": .string(context.trace.traceID),
        ]
        members["conflicting_id"] = conflictingID.map { .string($0) }
        return HTTPResponse(
            status: status, headers: [("Content-Type", "application/problem+json")],
            body: JSONValue.object(members).canonicalBytes + [0x0a])
    }

    /// What the document looks like.
    static let schema = AnswerSchemas.answer([
        .init("type", AnswerSchemas.text), .init("title", AnswerSchemas.text),
        .init("status", JSONSchema(.integer(400...599))), .init("code", AnswerSchemas.text),
        .init("detail", AnswerSchemas.text), .init("trace_id", AnswerSchemas.text, isRequired: false),
        .init("conflicting_id", AnswerSchemas.text, isRequired: false),
    ])

    /// The words of a status.
    package static func title(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 429: "Too Many Requests"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: status < 500 ? "Refused" : "Internal Server Error"
        }
    }
}

extension HTTPResponse {
    /// A JSON document.
    package static func json(
        _ members: [String: JSONValue], status: Int = 200, headers: [(String, String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "application/json")] + headers,
            body: JSONValue.object(members).canonicalBytes + [0x0a])
    }
}
