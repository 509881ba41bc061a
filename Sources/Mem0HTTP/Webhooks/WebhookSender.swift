package import Foundation
import HTTPClient

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Sends a notification.
package protocol WebhookSender: Sendable {
    /// Posts a JSON document.
    /// - Returns: The status of the answer; nil when there was none.
    func post(_ body: [UInt8], to url: URL) async -> Int?
}

/// Sends over HTTP. It keeps nothing of the answer.
package final class HTTPWebhookSender: WebhookSender {
    private let client: HTTPClient

    /// - Parameter timeout: Seconds that one call may take.
    package init(timeout: TimeInterval = 10) {
        client = HTTPClient(timeout: timeout)
    }

    package func post(_ body: [UInt8], to url: URL) async -> Int? {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body)
        return try? await client.send(request).response.statusCode
    }
}
