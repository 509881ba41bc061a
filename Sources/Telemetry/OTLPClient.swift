import Compression
package import Foundation
import HTTPClient

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Posts batches to a collector, and tries again where the collector says that it is busy.
package final class OTLPClient: Sendable {
    private let configuration: TelemetryConfiguration
    private let client: HTTPClient
    private static let tries = 4

    package init(_ configuration: TelemetryConfiguration) {
        self.configuration = configuration
        client = HTTPClient(timeout: configuration.timeout)
    }

    /// Whether a batch arrived.
    package func post(_ body: Data) async -> Bool {
        var request = URLRequest(url: configuration.endpoint, timeoutInterval: configuration.timeout)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        for (name, value) in configuration.headers { request.setValue(value, forHTTPHeaderField: name) }
        if configuration.isCompressed, let bytes = try? Gzip.compress(Array(body), level: 1) {
            request.httpBody = Data(bytes)
            request.setValue("gzip", forHTTPHeaderField: "Content-Encoding")
        } else {
            request.httpBody = body
        }
        for attempt in 1...Self.tries {
            var wait = Double(1 << (attempt - 1))
            if let (_, answer) = try? await client.send(request) {
                switch answer.statusCode {
                case 200..<300: return true
                case 429, 502, 503, 504:
                    if let text = answer.value(forHTTPHeaderField: "Retry-After"), let seconds = Double(text) {
                        wait = min(max(seconds, 0), 30)
                    }
                default: return false
                }
            }
            guard attempt < Self.tries, (try? await Task.sleep(for: .seconds(wait))) != nil else { return false }
        }
        return false
    }
}
