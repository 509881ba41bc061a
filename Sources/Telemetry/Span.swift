/// Something that took time, as OpenTelemetry describes it.
package struct Span: Sendable {
    /// On which side of a call it is.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case server = 2
        case client = 3
    }

    /// The value of an attribute.
    package enum Attribute: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case number(Double)
        case bool(Bool)
        case texts([String])
    }

    /// 32 and 16 hex digits.
    package var traceID: String
    package var spanID: String
    package var parentID: String?
    package var name: String
    package var kind: Kind
    /// Nanoseconds since 1970.
    package var start: UInt64
    package var end: UInt64
    package var attributes: [(name: String, value: Attribute)]
    /// Spans of other traces that it belongs to.
    package var links: [(traceID: String, spanID: String)] = []
    /// Whether it failed for a reason that is not the caller's.
    package var isError = false

    package init(
        traceID: String, spanID: String, parentID: String?, name: String, kind: Kind, start: UInt64, end: UInt64,
        attributes: [(name: String, value: Attribute)] = [], isError: Bool = false
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentID = parentID
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.attributes = attributes
        self.isError = isError
    }
}

/// The span at hand: what its parts name as their parent, and other servers in `traceparent`.
package struct CurrentSpan: Sendable {
    package var traceID: String
    package var spanID: String
    /// Whether spans of the trace are recorded.
    package var isSampled: Bool
    /// Where they go; nil when they are only handed on.
    package var tracer: Tracer?

    package init(traceID: String, spanID: String, isSampled: Bool, tracer: Tracer?) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.tracer = tracer
    }

    /// The span that the task is part of.
    @TaskLocal package static var current: CurrentSpan?

    /// What to say to another server (W3C Trace Context).
    package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// 16 random hex digits, not all of them 0.
    package static func newID() -> String {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
