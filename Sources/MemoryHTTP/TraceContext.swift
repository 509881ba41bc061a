import Telemetry

/// Where a request belongs in a distributed trace (W3C Trace Context): taken from `traceparent`, or new.
package struct TraceContext: Sendable, Hashable {
    /// 32 hex digits: the trace.
    package let traceID: String
    /// 16 hex digits: this server's part of it.
    package let spanID: String
    /// The caller's part of it.
    package let parentID: String?
    /// Whether the caller records the trace.
    package let isSampled: Bool

    /// Goes on with a trace, or begins one where there is none or it is malformed.
    package init(traceparent: String?) {
        spanID = Self.hex(UInt64.random(in: 1 ... .max))
        if let parent = Self.parse(traceparent) {
            (traceID, parentID, isSampled) = parent
        } else {
            traceID = Self.hex(UInt64.random(in: 1 ... .max)) + Self.hex(UInt64.random(in: 1 ... .max))
            parentID = nil
            isSampled = false
        }
    }

    /// What the parts of the request belong to.
    func span(_ tracer: Tracer?) -> CurrentSpan {
        let parent = parentID == nil ? nil : isSampled
        return CurrentSpan(
            traceID: traceID, spanID: spanID, isSampled: tracer?.samples(traceID, parent: parent) ?? isSampled,
            tracer: tracer)
    }

    /// What to hand on.
    package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// `version-trace-parent-flags`; a later version may say more behind it.
    private static func parse(_ text: String?) -> (String, String?, Bool)? {
        guard let text, text.utf8.count >= 55 else { return nil }
        let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(isHexDigit) }), parts[0] != "ff",
            parts[0] != "00" || parts.count == 4, parts[1].contains(where: { $0 != "0" }),
            parts[2].contains(where: { $0 != "0" }), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        return (parts[1], parts[2], flags & 1 == 1)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
