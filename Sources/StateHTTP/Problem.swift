import Checkpoints
import HTTPServer
import KeyValues
import MemoryHTTP
import Records

/// What a call is answered with when it fails: `application/problem+json` (RFC 9457) with a `code`.
struct Problem: Error {
    var code: String
    var detail: String

    init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    init(_ error: CheckpointError) { self.init(error.code.rawValue, error.message) }
    init(_ error: KeyValueError) { self.init(error.code.rawValue, error.message) }

    /// The request is wrong.
    static func invalid(_ detail: String) -> Problem { Problem("invalid", detail) }

    private var status: Int {
        switch code {
        case "invalid": 400
        case "not_found": 404
        case "method_not_allowed": 405
        case "conflict", "parent_missing": 409
        case "unsupported": 501
        case "unavailable", "outcome_unknown", "closed": 503
        default: 500
        }
    }

    var response: HTTPResponse {
        let members: [String: JSONValue] = [
            "type": .string("about:blank"), "title": .string(MemoryHTTP.Problem.title(status)),
            "status": .int(Int64(status)), "code": .string(code), "detail": .string(detail),
        ]
        var headers = [("Content-Type", "application/problem+json")]
        if status == 503 { headers.append(("Retry-After", "1")) }
        if status == 405 { headers.append(("Allow", "POST")) }
        return HTTPResponse(
            status: status, headers: headers, body: Array(JSONValue.object(members).canonical.utf8) + [0x0a])
    }
}
