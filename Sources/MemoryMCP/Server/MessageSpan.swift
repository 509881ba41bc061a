import Records
import Telemetry

/// The span of a message, as the conventions for the Model Context Protocol name it. Its parent is what the message's
/// `_meta.traceparent` says; the span of the HTTP request is linked then.
struct MessageSpan {
    private let carrier: CurrentSpan
    private let tracer: Tracer
    private let parentID: String
    private let isLinked: Bool
    private let start = wallNanoseconds()
    let current: CurrentSpan

    /// Nil where nobody records.
    init?(_ request: RPCRequest) {
        guard let carrier = CurrentSpan.current, carrier.isSampled, let tracer = carrier.tracer else { return nil }
        self.carrier = carrier
        self.tracer = tracer
        var (traceID, parentID, isLinked) = (carrier.traceID, carrier.spanID, false)
        if case .string(let text)? = request.meta?["traceparent"], let parent = Self.parent(text),
            parent.traceID != traceID
        {
            (traceID, parentID, isLinked) = (parent.traceID, parent.spanID, true)
        }
        self.parentID = parentID
        self.isLinked = isLinked
        current = CurrentSpan(traceID: traceID, spanID: CurrentSpan.newID(), isSampled: true, tracer: tracer)
    }

    private static func parent(_ text: String) -> (traceID: String, spanID: String)? {
        let parts = text.split(separator: "-").map(String.init)
        guard parts.count >= 4, parts[1].utf8.count == 32, parts[2].utf8.count == 16,
            (parts[1] + parts[2]).utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return (parts[1], parts[2])
    }

    func end(_ request: RPCRequest, result: [String: JSONValue]?, failure: RPCFailure?) {
        let method = String(request.method.prefix(64))
        var attributes: [(name: String, value: Span.Attribute)] = [("mcp.method.name", .text(method))]
        var name = method
        switch request.id {
        case .string(let id): attributes.append(("jsonrpc.request.id", .text(String(id.prefix(64)))))
        case .int(let id): attributes.append(("jsonrpc.request.id", .text("\(id)")))
        default: break
        }
        if method == "tools/call", case .string(let tool)? = request.params["name"] {
            name += " " + tool.prefix(64)
            attributes.append(("gen_ai.tool.name", .text(String(tool.prefix(64)))))
            attributes.append(("gen_ai.operation.name", .text("execute_tool")))
        }
        if case .string(let version)? = request.meta?[MetaKey.version] {
            attributes.append(("mcp.protocol.version", .text(String(version.prefix(64)))))
        }
        if let failure {
            attributes.append(("rpc.response.status_code", .text("\(failure.code.rawValue)")))
            attributes.append(("error.type", .text("\(failure.code.rawValue)")))
        } else if result?["isError"] == .bool(true) {
            attributes.append(("error.type", .text("tool_error")))
        }
        var span = Span(
            traceID: current.traceID, spanID: current.spanID, parentID: parentID, name: name, kind: .server,
            start: start, end: wallNanoseconds(), attributes: attributes,
            isError: failure?.code == .internal)
        if isLinked { span.links = [(carrier.traceID, carrier.spanID)] }
        tracer.record(span)
    }
}
