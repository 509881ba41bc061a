import Access
import HTTPServer
import Memories
import MemoryAPI
import MemoryHTTP
import Records

/// Answers in mem0's form.
enum Mem0Answer {
    /// A JSON document. Every answer has one: clients parse whatever comes.
    static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "application/json")], body: value.canonicalBytes + [0x0a])
    }

    static func object(_ members: [String: JSONValue], status: Int = 200) -> HTTPResponse {
        json(.object(members), status: status)
    }

    static func message(_ text: String) -> HTTPResponse { object(["message": .string(text)]) }

    /// A page of something, with the paths of those beside it.
    static func page(_ results: [JSONValue], count: Int, _ paging: Paging, of request: HTTPRequest) -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        func link(_ number: Int) -> JSONValue { .string("\(path)?page=\(number)&page_size=\(paging.size)") }
        return object([
            "count": .int(Int64(count)), "results": .array(results),
            "next": paging.number * paging.size < count ? link(paging.number + 1) : .null,
            "previous": paging.number > 1 ? link(paging.number - 1) : .null,
        ])
    }

    /// An error, under the names by which clients of every age look for its text.
    static func error(_ error: MemoryError) -> HTTPResponse {
        // What may be tried later is told apart from what is full.
        let status = error.code == .limit ? 413 : ErrorTable(error.code).httpStatus
        let text = error.code == .unauthenticated ? "Invalid API key. \(error.message)" : error.message
        var members: [String: JSONValue] = [
            "error": .string(text), "detail": .string(text), "message": .string(text),
            "code": .string(error.code.rawValue),
        ]
        members["conflicting_id"] = error.conflictingID.map { .string($0) }
        var response = object(members, status: status)
        switch status {
        case 401: response.headers.append(("WWW-Authenticate", "Token realm=\"agent-memory\""))
        case 429, 503: response.headers.append(("Retry-After", "1"))
        default: break
        }
        return response
    }
}

/// Which page is meant.
struct Paging: Sendable {
    /// From 1.
    var number: Int
    /// 1 to 200; 100 by default.
    var size: Int
    /// Whether the request named both.
    var isExplicit: Bool

    /// - Throws: ``MemoryError`` `invalid`.
    init(_ request: Mem0Request) throws(MemoryError) {
        let page = try request.integer("page")
        let pageSize = try request.integer("page_size")
        let limit = try request.integer("limit", "top_k")
        number = page ?? 1
        size = min(pageSize ?? limit ?? 100, 200)
        isExplicit = page != nil && pageSize != nil
        guard (1...1_000_000).contains(number), size >= 1 else {
            throw MemoryError(.invalid, "page and page_size must be at least 1, page at most 1000000")
        }
    }

    /// The part of a list that is the page.
    func slice<T>(_ list: [T]) -> [T] { Array(list.dropFirst((number - 1) * size).prefix(size)) }
}
