import Checkpoints
import Foundation
import HTTPServer
import MemoryAPI
import Records

/// An answer under way: values go beside its JSON where the client takes that.
struct Answer {
    private let attaches: Bool
    private var attached: [UInt8] = []

    init(to request: HTTPRequest) { attaches = MediaType.acceptsAttached(request) }

    /// A value as it is named in the JSON.
    mutating func value(_ value: TypedBytes) -> JSONValue {
        guard attaches else {
            return .object(["type": .string(value.type), "data": .string(Data(value.bytes).base64EncodedString())])
        }
        defer { attached += value.bytes }
        let range: [JSONValue] = [.int(Int64(attached.count)), .int(Int64(value.bytes.count))]
        return .object(["type": .string(value.type), "data": .array(range)])
    }

    /// The whole answer.
    consuming func response(_ members: [String: JSONValue]) -> HTTPResponse {
        var body = Array(JSONValue.object(members).canonical.utf8)
        body.append(0x0a)
        body += attached
        return HTTPResponse(
            headers: [("Content-Type", attaches ? MediaType.attached : MediaType.json)], body: body)
    }
}

extension JSONValue {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(time microseconds: Int64?) {
        self = microseconds.map { .string(Timestamp(microseconds: $0).description) } ?? .null
    }
    init(texts: [String]) { self = .array(texts.map { .string($0) }) }
    init(_ cursor: Cursor?) { self = cursor.map { .string(PageCursor.encode($0)) } ?? .null }
}

extension Members {
    func cursor() throws(Problem) -> Cursor? {
        guard let text = try text("cursor") else { return nil }
        guard let cursor = PageCursor.decode(text) else {
            throw Problem("not_found", "cursor is not one that this server gave: there is no such page")
        }
        return cursor
    }
}
