package import Foundation

/// How spans leave the process, as the environment says (OpenTelemetry's names).
package struct TelemetryConfiguration: Sendable {
    /// Where batches are posted: `…/v1/traces`.
    package var endpoint: URL
    package var headers: [(name: String, value: String)] = []
    /// Seconds that a post may take.
    package var timeout: TimeInterval = 10
    /// What the spans are of: `service.name` and further attributes.
    package var resource: [(name: String, value: String)] = []
    package var sampler = Sampler.alwaysOn
    /// Whether a trace that comes with a decision keeps it.
    package var isParentBased = true
    /// Whether texts of memories and queries are in spans.
    package var capturesContent = false
    package var isCompressed = false
    /// Spans that wait, at most; more are dropped and counted.
    package var queue = 2_048
    /// Spans in one post, at most.
    package var batch = 512
    /// How long a span waits for others, in seconds.
    package var delay: TimeInterval = 5

    /// Which traces that begin here are recorded.
    package enum Sampler: Sendable, Hashable {
        case alwaysOn, alwaysOff
        case ratio(Double)
    }

    /// A value that is none.
    package struct Failure: Error {
        package var message: String
    }

    /// Reads the environment; nil when no endpoint is set or the SDK is switched off: then nothing leaves the machine.
    /// - Throws: ``Failure`` for a value that cannot be meant.
    package init?(_ environment: [String: String], version: String) throws(Failure) {
        func text(_ name: String) -> String? {
            environment[name].map { $0.trimmingCharacters(in: .whitespaces) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        /// The variable for traces wins over that for every signal.
        func ofTraces(_ name: String) -> String? {
            text("OTEL_EXPORTER_OTLP_TRACES_" + name) ?? text("OTEL_EXPORTER_OTLP_" + name)
        }
        guard text("OTEL_SDK_DISABLED")?.lowercased() != "true", text("OTEL_TRACES_EXPORTER")?.lowercased() != "none"
        else { return nil }
        var address = text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        if address == nil, let base = text("OTEL_EXPORTER_OTLP_ENDPOINT") {
            address = base + (base.hasSuffix("/") ? "" : "/") + "v1/traces"
        }
        guard let address else { return nil }
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme),
            url.host != nil
        else { throw Failure(message: "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address") }
        endpoint = url
        if let form = ofTraces("PROTOCOL"), form != "http/json" {
            throw Failure(message: "OTEL_EXPORTER_OTLP_PROTOCOL: only http/json is spoken")
        }
        if let list = ofTraces("HEADERS") { headers = try Self.pairs(list, "OTEL_EXPORTER_OTLP_HEADERS") }
        if let value = ofTraces("TIMEOUT") { timeout = try Self.seconds(value, "OTEL_EXPORTER_OTLP_TIMEOUT") }
        switch ofTraces("COMPRESSION") {
        case nil, "none": break
        case "gzip": isCompressed = true
        default: throw Failure(message: "OTEL_EXPORTER_OTLP_COMPRESSION must be gzip or none")
        }
        if let value = text("OTEL_BSP_SCHEDULE_DELAY") { delay = try Self.seconds(value, "OTEL_BSP_SCHEDULE_DELAY") }
        if let value = text("OTEL_BSP_MAX_QUEUE_SIZE") { queue = try Self.count(value, "OTEL_BSP_MAX_QUEUE_SIZE") }
        if let value = text("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") {
            batch = min(queue, try Self.count(value, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"))
        }
        capturesContent = text("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.lowercased() == "true"
        if let list = text("OTEL_RESOURCE_ATTRIBUTES") {
            resource = try Self.pairs(list, "OTEL_RESOURCE_ATTRIBUTES")
        }
        let named = resource.first { $0.name == "service.name" }?.value
        resource.removeAll { $0.name == "service.name" || $0.name == "service.version" }
        resource += [
            ("service.name", text("OTEL_SERVICE_NAME") ?? named ?? "agent-memory"), ("service.version", version),
            ("telemetry.sdk.name", "agent-memory"), ("telemetry.sdk.language", "swift"),
        ]
        try readSampler(text("OTEL_TRACES_SAMPLER"), text("OTEL_TRACES_SAMPLER_ARG"))
    }

    private mutating func readSampler(_ name: String?, _ argument: String?) throws(Failure) {
        let name = name ?? "parentbased_always_on"
        isParentBased = name.hasPrefix("parentbased_")
        switch isParentBased ? String(name.dropFirst("parentbased_".count)) : name {
        case "always_on": sampler = .alwaysOn
        case "always_off": sampler = .alwaysOff
        case "traceidratio":
            guard let ratio = Double(argument ?? "1"), (0...1).contains(ratio) else {
                throw Failure(message: "OTEL_TRACES_SAMPLER_ARG must be between 0 and 1")
            }
            sampler = .ratio(ratio)
        default:
            throw Failure(
                message: "OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or parentbased_ before one"
            )
        }
    }

    /// `name=value,name=value`, percent-encoded.
    private static func pairs(_ list: String, _ variable: String) throws(Failure) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for element in list.split(separator: ",") {
            let parts = element.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let value = parts[1].removingPercentEncoding else {
                throw Failure(message: "\(variable) must be name=value,name=value")
            }
            pairs.append((parts[0], value))
        }
        return pairs
    }

    /// Milliseconds as seconds.
    private static func seconds(_ text: String, _ variable: String) throws(Failure) -> TimeInterval {
        guard let number = Double(text), number > 0 else {
            throw Failure(message: "\(variable) must be a number of milliseconds")
        }
        return number / 1_000
    }

    private static func count(_ text: String, _ variable: String) throws(Failure) -> Int {
        guard let number = Int(text), number >= 1 else { throw Failure(message: "\(variable) must be a number from 1") }
        return number
    }
}
