import Access
import Foundation
import HTTPServer
import Memories
import MemoryAPI
import Records

/// A line of JSON on standard error for each request: never a text, a query, a user or a key.
package struct RequestLog: Sendable {
    /// Which requests are told of.
    package enum Level: String, Sendable, CaseIterable {
        /// Every one.
        case all
        /// Those that the server failed to answer.
        case errors
        /// None.
        case none
    }

    private let level: Level
    private let write: @Sendable (String) -> Void

    package init(
        _ level: Level,
        write: @escaping @Sendable (String) -> Void = RequestLog.toStandardError
    ) {
        self.level = level
        self.write = write
    }

    /// A server whose log has no reader any more still serves.
    package static func toStandardError(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    func tell(_ operation: String, _ request: HTTPRequest, status: Int, seconds: Double, _ context: RequestContext) {
        guard level == .all || (level == .errors && status >= 500) else { return }
        var line: [String: JSONValue] = [
            "ts": .string(Timestamp.now().description), "level": .string(status >= 500 ? "error" : "info"),
            "msg": .string("request"), "op": .string(operation), "method": .string(String(request.method.prefix(16))),
            "status": .int(Int64(status)), "duration_ms": .double((seconds * 1e6).rounded() / 1e3),
            "trace_id": .string(context.trace.traceID), "span_id": .string(context.trace.spanID),
            "caller": .string(context.caller.name),
        ]
        line["parent_id"] = context.trace.parentID.map { .string($0) }
        write(JSONValue.object(line).canonical)
    }
}
