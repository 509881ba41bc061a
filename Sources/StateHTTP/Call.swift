import Checkpoints
import Foundation
import HTTPServer
import Records

/// A request, read: who asks, what for, and the bytes that its values name.
struct Call {
    /// Whose data it is about.
    let tenant: String
    /// The body without the tenant, with no members but those that the call has.
    let members: Members
    private let attached: ArraySlice<UInt8>

    init(_ name: StateCall, _ request: HTTPRequest) throws(Problem) {
        var json = request.body[...]
        var attached: ArraySlice<UInt8> = []
        if MediaType.isAttached(request) {
            guard let end = json.firstIndex(of: 0x0a) else {
                throw .invalid("the body has no line feed between its JSON and its bytes")
            }
            attached = json[(end + 1)...]
            json = json[..<end]
        }
        guard let text = String(validating: json, as: UTF8.self) else { throw .invalid("the body is not UTF-8") }
        var members = try Self.object(text)
        switch members.removeValue(forKey: "tenant") {
        case nil, .null: tenant = ""
        case .string(let text): tenant = text
        default: throw .invalid("tenant must be a string")
        }
        self.members = try Members(members, name.memberNames)
        self.attached = attached
    }

    private static func object(_ text: String) throws(Problem) -> [String: JSONValue] {
        do throws(StoreError) {
            guard case .object(let members) = try JSONValue(parsing: text) else {
                throw StoreError(.invalid, "not a JSON object")
            }
            return members
        } catch {
            throw .invalid("the body is \(error.message)")
        }
    }

    /// A value: `{"type", "data"}`, whose data is base64, or the first place and the count of attached bytes.
    func typedBytes(_ value: JSONValue, _ name: String) throws(Problem) -> TypedBytes {
        guard case .object(let object) = value else { throw .invalid("\(name) must have a type and data") }
        let members = try Members(object, ["type", "data"])
        let type = try members.required("type")
        switch members.value("data") {
        case .string(let text):
            guard let data = Data(base64Encoded: text) else { throw .invalid("the data of \(name) is not base64") }
            return TypedBytes(type: type, bytes: Array(data))
        case .array(let range):
            guard range.count == 2, case .int(let start) = range[0], case .int(let count) = range[1], start >= 0,
                count >= 0, start <= attached.count, count <= attached.count - Int(start)
            else { throw .invalid("the data of \(name) is not a place and a count within the attached bytes") }
            let first = attached.startIndex + Int(start)
            return TypedBytes(type: type, bytes: Array(attached[first..<first + Int(count)]))
        default: throw .invalid("the data of \(name) must be base64 or [place, count]")
        }
    }
}
