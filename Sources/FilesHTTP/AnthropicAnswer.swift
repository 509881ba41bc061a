import Access
import HTTPServer
import Memories
import MemoryAPI
import MemoryFiles
import MemoryHTTP
import Records

/// Errors as Anthropic's API tells them: `{"type": "error", "error": {"type", "message"}, "request_id"}`.
struct AnthropicFailure: Error {
    var status: Int
    var type: String
    var message: String
    var details: [String: JSONValue] = [:]

    init(_ error: any Error) {
        switch error {
        case let error as AnthropicFailure: self = error
        case let error as FileError: self.init(error)
        case let error as MemoryError: self.init(error)
        default: self.init(status: 500, "api_error", "the request failed")
        }
    }

    init(status: Int, _ type: String, _ message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    private init(_ error: FileError) {
        message = error.message
        switch error.code {
        case .invalid, .archived, .limit: (status, type) = (400, "invalid_request_error")
        case .notFound: (status, type) = (404, "not_found_error")
        case .exists:
            (status, type) = (409, "memory_path_conflict_error")
            details["conflicting_memory_id"] = JSONValue(error.conflictingID)
            details["conflicting_path"] = JSONValue(error.conflictingPath)
        case .conflict: (status, type) = (409, "memory_precondition_failed_error")
        case .unsupported: (status, type) = (501, "api_error")
        case .unavailable, .outcomeUnknown, .closed: (status, type) = (503, "api_error")
        default: (status, type) = (500, "api_error")
        }
    }

    private init(_ error: MemoryError) {
        message = error.message
        status = ErrorTable(error.code).httpStatus
        switch status {
        case 400: type = "invalid_request_error"
        case 401: type = "authentication_error"
        case 403: type = "permission_error"
        case 404: type = "not_found_error"
        case 409: type = "conflict_error"
        case 429: type = "rate_limit_error"
        default: type = "api_error"
        }
    }

    func response(_ context: RequestContext) -> HTTPResponse {
        var error = details
        error["type"] = .string(type)
        error["message"] = .string(message)
        let id = context.trace.traceID
        var headers = [("request-id", id)]
        // The client library would repeat what can only fail again.
        if status == 409 { headers.append(("x-should-retry", "false")) }
        if status == 429 || status == 503 { headers.append(("Retry-After", "1")) }
        return .json(
            ["type": .string("error"), "error": .object(error), "request_id": .string(id)], status: status,
            headers: headers)
    }
}

extension MemoryFolder {
    var json: [String: JSONValue] {
        [
            "type": .string("memory_store"), "id": .string(id), "name": .string(name),
            "description": .string(description), "metadata": .object(metadata.mapValues { .string($0) }),
            "created_at": JSONValue(time: createdAt), "updated_at": JSONValue(time: updatedAt),
            "archived_at": JSONValue(time: archivedAt),
        ]
    }
}

extension MemoryFile {
    func json(in folder: String, withContent: Bool) -> [String: JSONValue] {
        [
            "type": .string("memory"), "id": .string(id), "memory_store_id": .string(folder), "path": .string(path),
            "content": withContent ? JSONValue(content) : .null, "content_sha256": .string(contentSHA256),
            "content_size_bytes": .int(Int64(contentBytes)), "memory_version_id": .string(version),
            "created_at": JSONValue(time: createdAt), "updated_at": JSONValue(time: updatedAt),
        ]
    }
}

extension FileVersion {
    func json(in folder: String, withContent: Bool) -> [String: JSONValue] {
        [
            "type": .string("memory_version"), "id": .string(id), "memory_store_id": .string(folder),
            "memory_id": .string(file), "operation": .string(operation.rawValue), "path": JSONValue(path),
            "content": withContent ? JSONValue(content) : .null, "content_sha256": JSONValue(contentSHA256),
            "content_size_bytes": JSONValue(contentBytes), "created_at": JSONValue(time: createdAt),
            "created_by": createdBy?.json ?? .null, "redacted_at": JSONValue(time: redactedAt),
            "redacted_by": redactedBy?.json ?? .null,
        ]
    }
}

extension FileAuthor {
    /// The member that holds the id is named after the kind.
    fileprivate var json: JSONValue {
        let member =
            switch kind {
            case .key: "api_key_id"
            case .session: "session_id"
            default: "user_id"
            }
        return .object(["type": .string(kind.rawValue), member: .string(id)])
    }
}
