import Access
import Foundation
package import HTTPServer
import Memories
package import MemoryHTTP
import Records

/// `POST /mcp`: both eras of the protocol over HTTP, each request complete in itself.
///
/// There are no sessions: clients with a handshake are served without an id, and any server over the store answers any
/// request.
package struct MCPEndpoint: RouteGroup {
    private let server: MCPServer

    package init(_ server: MCPServer) { self.server = server }

    package var dialects: [Dialect] {
        [
            Dialect(
                ["/mcp"],
                "The Model Context Protocol, with a handshake (2024-11-05 to 2025-11-25) and without (2026-07-28).")
        ]
    }

    package func name(of request: HTTPRequest) -> String? {
        request.path == "/mcp" || request.path == "/mcp/" ? "mcp" : nil
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        guard request.method == "POST" else {
            var response = Problem.response(
                status: 405, code: "method_not_allowed", "only POST is known here", context)
            response.headers.append(("Allow", "POST"))
            return response
        }
        let type = (request.header("content-type") ?? "").prefix { $0 != ";" }
        guard type.lowercased().filter({ $0 != " " }) == "application/json" else {
            return Problem.response(
                status: 415, code: "invalid", "Content-Type must be application/json", context)
        }
        guard let text = String(validating: request.body, as: UTF8.self), let json = try? JSONValue(parsing: text)
        else { return Self.refusal(RPCFailure(.parse, "the body is not JSON")) }
        if case .array(let batch) = json { return await answer(batch: batch, request, context) }
        do throws(RPCFailure) {
            switch try IncomingMessage(json) {
            case .notification: return try accept(request)
            case .response:
                guard Self.era(request, meta: nil) == .handshake else {
                    throw RPCFailure(.invalidRequest, "this server asks nothing")
                }
                return HTTPResponse(status: 202)
            case .request(let message):
                let era = Self.era(request, meta: message.meta)
                if era == .stateless { try HeaderCheck.check(message, request) }
                return await answer(message, era, request, context)
            }
        } catch {
            return Self.refusal(error)
        }
    }

    /// A request that carries its revision, or whose header names one without handshake, is stateless.
    private static func era(_ request: HTTPRequest, meta: [String: JSONValue]?) -> Era {
        if meta?[MetaKey.version] != nil { return .stateless }
        guard let version = request.header("mcp-protocol-version") else { return .handshake }
        return ProtocolVersion.handshake.contains(version) ? .handshake : .stateless
    }

    private func accept(_ request: HTTPRequest) throws(RPCFailure) -> HTTPResponse {
        if let version = request.header("mcp-protocol-version"), !ProtocolVersion.all.contains(version) {
            throw HeaderCheck.unsupported(version)
        }
        // A client cancels by closing its connection; the other notifications say nothing to a server without state.
        return HTTPResponse(status: 202)
    }

    private func answer(
        _ message: RPCRequest, _ era: Era, _ request: HTTPRequest, _ context: RequestContext
    ) async -> HTTPResponse {
        let server = server
        let caller = context.caller
        let traceID = context.trace.traceID
        let takesEvents = request.header("accept")?.contains("text/event-stream") ?? false
        if takesEvents, server.isStreamed(message) {
            return HTTPResponse(
                headers: ServerSentEvents.headers,
                stream: HTTPBodyStream { writer in
                    await ServerSentEvents.keepingAlive(writer, every: .seconds(15)) {
                        let answer = await server.answer(
                            message,
                            MCPServer.Exchange(era: era, caller: caller, traceID: traceID) {
                                await writer.write(Self.event($0))
                            })
                        await writer.write(Self.event(answer.message))
                    }
                })
        }
        let exchange = MCPServer.Exchange(era: era, caller: caller, traceID: traceID) { _ in }
        let answer = await server.answer(message, exchange)
        let status = era == .stateless ? answer.failure?.httpStatus ?? 200 : 200
        return Self.response(answer.message, status: status)
    }

    private func answer(
        batch: [JSONValue], _ request: HTTPRequest, _ context: RequestContext
    ) async -> HTTPResponse {
        let version = request.header("mcp-protocol-version") ?? ProtocolVersion.batching
        guard version == ProtocolVersion.batching, !batch.isEmpty, batch.count <= 100 else {
            return Self.refusal(
                RPCFailure(.invalidRequest, "batches of 1 to 100 messages belong to \(ProtocolVersion.batching)"))
        }
        var answers: [JSONValue] = []
        for json in batch {
            do throws(RPCFailure) {
                guard case .request(let message) = try IncomingMessage(json) else { continue }
                let exchange = MCPServer.Exchange(
                    era: .handshake, caller: context.caller, traceID: context.trace.traceID
                ) { _ in }
                answers.append(await server.answer(message, exchange).message)
            } catch {
                answers.append(error.message(to: nil))
            }
        }
        return answers.isEmpty ? HTTPResponse(status: 202) : Self.response(.array(answers), status: 200)
    }

    private static func refusal(_ failure: RPCFailure) -> HTTPResponse {
        response(failure.message(to: nil), status: failure.httpStatus)
    }

    private static func response(_ message: JSONValue, status: Int) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "application/json")], body: message.canonicalBytes)
    }

    private static func event(_ message: JSONValue) -> String { "event: message\ndata: \(message.canonical)\n\n" }
}
