import Checkpoints
import Foundation
import HTTPServer
import InMemoryRecords
import KeyValues
import Memories
import MemoryHTTP
import Records
import StateHTTP
import Testing

/// The routes over an empty store, called without a server.
struct Service {
    let routes: StateRoutes

    init() async throws {
        let records = InMemoryRecords()
        routes = StateRoutes(
            checkpoints: try await CheckpointStore(records),
            keyValues: try await KeyValueStore(records, configuration: .init(index: ItemIndex())))
    }

    struct Answer {
        var status: Int
        var members: [String: JSONValue]
        /// What follows the JSON.
        var attached: [UInt8]
        var type: String

        subscript(_ name: String) -> JSONValue? { members[name] }
        var code: String? { if case .string(let code)? = members["code"] { code } else { nil } }
    }

    /// Posts a body as it is.
    func post(_ path: String, _ body: [UInt8], _ headers: [(String, String)] = []) async throws -> Answer {
        let request = try #require(
            HTTPRequest(
                method: "POST", target: path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body))
        let response = try #require(await routes.respond(to: request))
        let end = try #require(response.body.firstIndex(of: 0x0a))
        guard case .object(let members) = try JSONValue(parsing: String(decoding: response.body[..<end], as: UTF8.self))
        else { throw StoreError(.invalid, "not an object") }
        if response.status == 200 { try Description.check(path, request, response, members) }
        return Answer(
            status: response.status, members: members, attached: Array(response.body[(end + 1)...]),
            type: response.headers.first { $0.0 == "Content-Type" }?.1 ?? "")
    }

    func post(_ path: String, _ json: String, _ headers: [(String, String)] = []) async throws -> Answer {
        try await post(path, Array(json.utf8), headers)
    }

    /// Posts a body that must be taken.
    @discardableResult
    func ask(_ path: String, _ json: String, _ location: SourceLocation = #_sourceLocation) async throws -> Answer {
        let answer = try await post(path, json)
        #expect(answer.status == 200, "\(answer.members)", sourceLocation: location)
        return answer
    }
}

/// A JSON text as a value.
func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

/// What OpenAPI says of the calls.
enum Description {
    static let schemas = Dictionary(
        uniqueKeysWithValues: StateRouteGroup.described.flatMap(\.schemas).map { ($0.name, $0.schema) })

    /// Whatever is taken and answered is as it says, so that it tells the truth in every test.
    static func check(
        _ path: String, _ request: HTTPRequest, _ response: HTTPResponse, _ answer: [String: JSONValue]
    ) throws {
        let call = try #require(StateCall.allCases.first { $0.path == path }).description
        func isJSON(_ type: String?) -> Bool { type.map { $0.hasPrefix("application/json") } ?? true }
        if isJSON(request.header("content-type")) {
            let body = try JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
            try call.body.check(body, "body") { schemas[$0] }
        }
        if isJSON(response.headers.first { $0.0 == "Content-Type" }?.1) {
            try call.answer.check(.object(answer), "answer") { schemas[$0] }
        }
    }
}
