import Foundation
import HTTPServer
import Records

/// What a stateless request must say, and must say twice: in its headers, by which proxies route, and in its body.
enum HeaderCheck {
    private static let named = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]

    /// - Throws: ``RPCFailure`` `invalidParams`, `headerMismatch`, `unsupportedVersion`, with the request's id.
    static func check(_ message: RPCRequest, _ request: HTTPRequest) throws(RPCFailure) {
        do throws(RPCFailure) {
            let version = try version(of: message)
            try require("MCP-Protocol-Version", version, request)
            try require("Mcp-Method", message.method, request)
            if let member = named[message.method], case .string(let name)? = message.params[member] {
                try require("Mcp-Name", name, request)
            }
            guard version == ProtocolVersion.stateless else { throw unsupported(version) }
        } catch {
            throw RPCFailure(error.code, error.message, data: error.data, id: message.id)
        }
    }

    /// The revision of a request that carries it.
    /// - Throws: ``RPCFailure`` `invalidParams` when what every stateless request carries is missing.
    static func version(of message: RPCRequest) throws(RPCFailure) -> String {
        guard let meta = message.meta else {
            throw RPCFailure(
                .invalidParams, "params._meta with \(MetaKey.version) and \(MetaKey.capabilities) is required")
        }
        guard case .string(let version)? = meta[MetaKey.version], case .object? = meta[MetaKey.capabilities] else {
            throw RPCFailure(.invalidParams, "params._meta must have \(MetaKey.version) and \(MetaKey.capabilities)")
        }
        return version
    }

    static func unsupported(_ version: String) -> RPCFailure {
        RPCFailure(
            .unsupportedVersion, "this revision of the protocol is not spoken here",
            data: .object([
                "supported": .array(ProtocolVersion.all.map { .string($0) }), "requested": .string(version),
            ]))
    }

    private static func require(_ name: String, _ value: String, _ request: HTTPRequest) throws(RPCFailure) {
        let given = request.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        guard given.count == 1, decoded(given[0]) == value else {
            throw RPCFailure(.headerMismatch, "the header \(name) must say the same as the body")
        }
    }

    /// A header value as it was meant: `=?base64?…?=` carries what a header cannot.
    private static func decoded(_ value: String) -> String? {
        guard value.hasPrefix("=?base64?"), value.hasSuffix("?=") else { return value }
        return Data(base64Encoded: String(value.dropFirst(9).dropLast(2))).flatMap { String(data: $0, encoding: .utf8) }
    }
}
