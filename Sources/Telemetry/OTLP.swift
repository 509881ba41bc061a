package import Foundation
import Records

/// The OpenTelemetry protocol as JSON (opentelemetry-proto, `ExportTraceServiceRequest`): ids in hex, 64-bit integers as
/// text, enumerations as numbers.
package enum OTLP {
    package static func traces(_ spans: [Span], resource: [(name: String, value: String)]) -> Data {
        let document = JSONValue.object([
            "resourceSpans": .array([
                .object([
                    "resource": .object([
                        "attributes": .array(resource.map { attribute($0.name, .text($0.value)) })
                    ]),
                    "scopeSpans": .array([
                        .object([
                            "scope": .object(["name": .string("agent-memory")]), "spans": .array(spans.map(span)),
                        ])
                    ]),
                ])
            ])
        ])
        return Data(document.canonicalBytes)
    }

    private static func span(_ span: Span) -> JSONValue {
        var members: [String: JSONValue] = [
            "traceId": .string(span.traceID), "spanId": .string(span.spanID), "name": .string(span.name),
            "kind": .int(Int64(span.kind.rawValue)), "startTimeUnixNano": .string("\(span.start)"),
            "endTimeUnixNano": .string("\(span.end)"),
            "attributes": .array(span.attributes.map { attribute($0.name, $0.value) }),
            "flags": .int(1),
        ]
        members["parentSpanId"] = span.parentID.map { .string($0) }
        // 2 is an error; without one the status is left unset.
        if span.isError { members["status"] = .object(["code": .int(2)]) }
        if !span.links.isEmpty {
            members["links"] = .array(
                span.links.map { .object(["traceId": .string($0.traceID), "spanId": .string($0.spanID)]) })
        }
        return .object(members)
    }

    private static func attribute(_ name: String, _ value: Span.Attribute) -> JSONValue {
        .object(["key": .string(name), "value": self.value(value)])
    }

    private static func value(_ value: Span.Attribute) -> JSONValue {
        switch value {
        case .text(let text): .object(["stringValue": .string(text)])
        case .integer(let number): .object(["intValue": .string("\(number)")])
        case .number(let number): .object(["doubleValue": .double(number)])
        case .bool(let value): .object(["boolValue": .bool(value)])
        case .texts(let texts):
            .object(["arrayValue": .object(["values": .array(texts.map { .object(["stringValue": .string($0)]) })])])
        }
    }
}
