public import Foundation
import HTTPClient
// The words that every method is written in.
@_exported public import Memories
@_exported public import Records
@_exported public import Retrieval

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A memory on a server: what `agent-memory serve` offers, a typed method for every operation.
///
/// ```swift
/// let memory = AgentMemoryClient(url: URL(string: "http://127.0.0.1:7077")!)
/// let alice = Scope(app: "support", user: "alice")
/// try await memory.addMemory(memory: "Prefers concise answers", in: alice)
/// let answer = try await memory.searchMemories(query: "how should I phrase this?", in: alice)
/// ```
///
/// The methods, their requests and their answers are made from the same catalogue of operations as the server's routes.
/// Errors are those of the library, by the same codes. It may be used from any number of tasks.
public final class AgentMemoryClient: Sendable {
    private let url: URL
    private let key: String?
    private let client: HTTPClient

    /// A client of a server.
    /// - Parameters:
    ///   - url: Where the server is, such as `http://127.0.0.1:7077`.
    ///   - key: The access key, where the server asks for one.
    ///   - timeout: The most seconds that one request may take; 60 by default.
    public init(url: URL, key: String? = nil, timeout: TimeInterval = 60) {
        self.url = url
        self.key = key
        client = HTTPClient(timeout: timeout)
    }

    /// What a request says, however it is sent.
    struct Call {
        var name: String
        var method: String
        /// The segments of the path; those in braces are members.
        var path: String
        var members: [String: JSONValue]
        /// The member that is the body as it is.
        var rawBody: String?
        var idempotencyKey: String?
        /// Whether nothing is changed, so that no answer means that nothing happened.
        var isRead: Bool
    }

    /// Sends a request and reads its answer.
    func answer<Answer: Decodable>(_ call: Call, as type: Answer.Type) async throws(MemoryError) -> Answer {
        let body = try await send(call)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            // A decoding error would quote what it read.
            throw MemoryError(.corrupted, "\(call.name): the answer is not what this version of the client reads")
        }
    }

    /// Sends a request whose answer is a document.
    func document(_ call: Call) async throws(MemoryError) -> String {
        String(decoding: try await send(call), as: UTF8.self)
    }

    /// Sends a request that is answered by its success.
    @discardableResult
    func send(_ call: Call) async throws(MemoryError) -> Data {
        let request = try request(call)
        let (body, response): (Data, HTTPURLResponse)
        do throws(HTTPClientError) {
            (body, response) = try await client.send(request)
        } catch {
            throw Self.error(error, call)
        }
        guard (200..<300).contains(response.statusCode) else { throw Self.error(body, response.statusCode) }
        return body
    }

    /// Sends a request whose answer comes event by event.
    func events(_ call: Call, headers: [String: String] = [:]) async throws(MemoryError) -> ServerEvents {
        var request = try request(call)
        request.setValue("text/event-stream", forHTTPHeaderField: "Accept")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (response, body): (HTTPURLResponse, AsyncThrowingStream<Data, any Error>)
        do throws(HTTPClientError) {
            (response, body) = try await HTTPClient.stream(request)
        } catch {
            throw Self.error(error, call)
        }
        if (200..<300).contains(response.statusCode) { return ServerEvents(body: body) }
        var data = Data()
        do {
            for try await piece in body { data += piece }
        } catch {
            // The status says enough.
            data = Data()
        }
        throw Self.error(data, response.statusCode)
    }

    // MARK: Requests

    private func request(_ call: Call) throws(MemoryError) -> URLRequest {
        var members = call.members
        var path = ""
        for segment in call.path.split(separator: "/") {
            guard segment.hasPrefix("{") else {
                path += "/" + segment
                continue
            }
            guard case .string(let text)? = members.removeValue(forKey: String(segment.dropFirst().dropLast())) else {
                throw MemoryError(.invalid, "\(segment) is required")
            }
            path += "/" + Self.escaped(text)
        }
        var raw: String?
        if let name = call.rawBody, case .string(let text)? = members.removeValue(forKey: name) { raw = text }
        let hasBody = call.rawBody == nil && ["POST", "PUT", "PATCH"].contains(call.method)
        if !hasBody, !members.isEmpty { path += "?" + Self.query(members) }
        var base = url.absoluteString
        while base.hasSuffix("/") { base.removeLast() }
        guard let target = URL(string: base + path) else { throw MemoryError(.invalid, "url is not one of a server") }
        var request = URLRequest(url: target)
        request.httpMethod = call.method
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        if let key = call.idempotencyKey { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        if let raw {
            request.setValue("text/plain; charset=utf-8", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(raw.utf8)
        } else if hasBody {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(JSONValue.object(members).canonical.utf8)
        }
        return request
    }

    private static func query(_ members: [String: JSONValue]) -> String {
        members.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            switch value {
            case .null: []
            case .array(let elements): elements.map { name + "=" + escaped(text($0)) }
            default: [name + "=" + escaped(text(value))]
            }
        }.joined(separator: "&")
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { value.canonical }
    }

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

    // MARK: Errors

    private static func error(_ error: HTTPClientError, _ call: Call) -> MemoryError {
        let mayHaveHappened = !call.isRead && error.reason != .notConnected
        return MemoryError(
            mayHaveHappened ? .outcomeUnknown : .unavailable,
            mayHaveHappened
                ? "\(call.name): there is no answer; whether it happened is not known"
                : "\(call.name): the server does not answer",
            underlying: error)
    }

    private static func error(_ body: Data, _ status: Int) -> MemoryError {
        struct Problem: Decodable {
            var code: String
            var detail: String?
            var conflictingID: String?

            enum CodingKeys: String, CodingKey {
                case code, detail
                case conflictingID = "conflicting_id"
            }
        }
        guard let problem = try? JSONDecoder().decode(Problem.self, from: body) else {
            return MemoryError(
                status >= 500 ? .unavailable : .invalid, "the server answered with status \(status)")
        }
        return MemoryError(
            MemoryError.Code(rawValue: problem.code), problem.detail ?? problem.code,
            conflictingID: problem.conflictingID)
    }
}
