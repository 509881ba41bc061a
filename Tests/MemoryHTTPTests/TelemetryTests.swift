import Foundation
import HTTPServer
import Memories
import MemoryHTTP
import Records
import Synchronization
import Telemetry
import Testing

@Suite("Spans") struct TelemetryTests {
    /// What a collector got.
    private final class Collector: Sendable {
        private let batches = Mutex<[Data]>([])

        func take(_ data: Data) { batches.withLock { $0.append(data) } }

        var texts: [String] { batches.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }

        /// Every span as its members, by name.
        var spans: [String: JSONValue] {
            var spans: [String: JSONValue] = [:]
            for text in texts {
                guard let document = try? JSONValue(parsing: text),
                    case .array(let resources)? = document.value(at: ["resourceSpans"]),
                    case .array(let scopes)? = resources.first?.value(at: ["scopeSpans"]),
                    case .array(let found)? = scopes.first?.value(at: ["spans"])
                else { continue }
                for span in found { if case .string(let name)? = span.value(at: ["name"]) { spans[name] = span } }
            }
            return spans
        }
    }

    private func configuration(_ more: [String: String] = [:]) throws -> TelemetryConfiguration {
        let environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"].merging(more) { $1 }
        return try #require(try TelemetryConfiguration(environment, version: "test"))
    }

    @Test func nothingLeavesWithoutAnEndpoint() throws {
        for environment in [
            [:], ["OTEL_SERVICE_NAME": "x"], ["OTEL_EXPORTER_OTLP_ENDPOINT": " "],
            ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"],
            ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"],
        ] {
            #expect(try TelemetryConfiguration(environment, version: "v") == nil)
        }
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"), ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "key"), ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ] {
            #expect(throws: TelemetryConfiguration.Failure.self) { try self.configuration([name: value]) }
        }
        let all = try configuration([
            "OTEL_EXPORTER_OTLP_HEADERS": "a=b%20c, d=e", "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=n,deployment.environment=test", "OTEL_SERVICE_NAME": "mine",
        ])
        #expect(all.endpoint.absoluteString == "http://127.0.0.1:4318/v1/traces")
        #expect(all.headers.map { $0.name + ":" + $0.value } == ["a:b c", "d:e"])
        #expect(all.timeout == 2.5)
        #expect(all.resource.filter { $0.name == "service.name" }.map(\.value) == ["mine"])
    }

    @Test(arguments: [false, true]) func aRequestBecomesSpans(_ captures: Bool) async throws {
        let collector = Collector()
        let tracer = Tracer(
            try configuration([
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "\(captures)", "OTEL_BSP_SCHEDULE_DELAY": "1e9",
            ])
        ) {
            collector.take($0)
            return true
        }
        let test = try await TestService(tracer: tracer)
        let parent = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
        let added = try await test.ask(
            "POST", "/v1/memories", #"{"app":"app","user":"alice","memory":"sentinel likes tea"}"#, headers: parent)
        #expect(added.status == 201)
        _ = try await test.ask(
            "POST", "/v1/memories/search", #"{"app":"app","user":"alice","query":"sentinel"}"#, headers: parent)
        _ = try await test.ask(
            "POST", "/mcp",
            #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"memory_delete","arguments":{"id":"x"},"#
                + #""_meta":{"traceparent":"00-11111111111111111111111111111111-2222222222222222-01"}}}"#,
            headers: [("Content-Type", "application/json")])
        // The caller has decided that this one is not recorded.
        _ = try await test.ask(
            "GET", "/v1/memories/count?app=app&user=alice",
            headers: [("traceparent", "00-33333333333333333333333333333333-4444444444444444-00")])
        await tracer.flush()
        let spans = collector.spans
        let server = try #require(spans["POST /v1/memories"])
        #expect(server.value(at: ["traceId"]) == .string("0af7651916cd43dd8448eb211c80319c"))
        #expect(server.value(at: ["parentSpanId"]) == .string("b7ad6b7169203331"))
        #expect(server.value(at: ["kind"]) == .int(2))
        let create = try #require(spans["create_memory"])
        #expect(create.value(at: ["parentSpanId"]) == server.value(at: ["spanId"]))
        #expect(create.canonical.contains("gen_ai.memory.record.id"))
        #expect(spans["search_memory"]?.canonical.contains("gen_ai.memory.record.count") == true)
        let tool = try #require(spans["tools/call memory_delete"])
        #expect(tool.value(at: ["traceId"]) == .string("11111111111111111111111111111111"))
        #expect(tool.value(at: ["parentSpanId"]) == .string("2222222222222222"))
        #expect(tool.value(at: ["links"]) != nil)
        #expect(tool.canonical.contains("tool_error"))
        #expect(spans["GET /v1/memories/count"] == nil)
        let all = collector.texts.joined()
        #expect(all.contains("sentinel") == captures)
        #expect(!all.contains("alice"))
    }

    @Test func aFullQueueDropsAndCounts() async throws {
        let configuration = try configuration([
            "OTEL_BSP_MAX_QUEUE_SIZE": "10", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10", "OTEL_BSP_SCHEDULE_DELAY": "1e9",
        ])
        let gate = AsyncStream.makeStream(of: Void.self)
        let tracer = Tracer(configuration) { _ in
            // The collector answers nothing before the gate opens.
            for await _ in gate.stream { break }
            return false
        }
        let span = Span(
            traceID: "a", spanID: "b", parentID: nil, name: "n", kind: .internal, start: 0, end: 1)
        for _ in 0..<1_000 { tracer.record(span) }
        #expect(tracer.dropped >= 980)
        gate.continuation.finish()
        await tracer.close()
        tracer.record(span)
        #expect(tracer.sent == 0)
    }

    /// A collector that is busy at first, on a socket.
    @Test func batchesArriveAtACollector() async throws {
        let collector = Collector()
        let tries = Mutex(0)
        let server = HTTPServer(configuration: HTTPServer.Configuration(host: "127.0.0.1", port: 0)) { request in
            let isFirst = tries.withLock { tries in
                tries += 1
                return tries == 1
            }
            if isFirst { return HTTPResponse(status: 503, headers: [("Retry-After", "0")]) }
            if request.header("x-key") == "secret", request.path == "/v1/traces" { collector.take(Data(request.body)) }
            return HTTPResponse(headers: [("Content-Type", "application/json")], body: Array("{}".utf8))
        }
        let port = try server.start()
        let configuration = try configuration([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)", "OTEL_EXPORTER_OTLP_HEADERS": "x-key=secret",
        ])
        let client = OTLPClient(configuration)
        let tracer = Tracer(configuration) { await client.post($0) }
        tracer.record(
            Span(
                traceID: String(repeating: "a", count: 32), spanID: String(repeating: "b", count: 16), parentID: nil,
                name: "one", kind: .server, start: 1, end: 2, attributes: [("n", .integer(1)), ("t", .texts(["x"]))]))
        await tracer.close()
        await server.stop(drainSeconds: 0)
        #expect((tracer.sent, tracer.dropped) == (1, 0))
        #expect(collector.spans["one"]?.value(at: ["endTimeUnixNano"]) == .string("2"))
    }
}
