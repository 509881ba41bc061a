package import Foundation
import Models

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Sends a notification.
package protocol WebhookSender: Sendable {
    /// Posts a JSON document.
    /// - Returns: The status of the answer; nil when there was none.
    func post(_ body: [UInt8], to url: URL) async -> Int?
}

/// Sends over HTTP. It follows no redirect, and keeps nothing of the answer.
package final class HTTPWebhookSender: WebhookSender {
    private let session: URLSession

    /// - Parameter timeout: Seconds that one call may take.
    package init(timeout: TimeInterval = 10) {
        let settings = URLSessionConfiguration.ephemeral
        settings.timeoutIntervalForRequest = timeout
        settings.timeoutIntervalForResource = timeout
        session = URLSession(configuration: settings, delegate: RedirectRefusal(), delegateQueue: nil)
    }

    deinit { session.finishTasksAndInvalidate() }

    package func post(_ body: [UInt8], to url: URL) async -> Int? {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body)
        guard let (_, response) = try? await session.data(for: request) else { return nil }
        return (response as? HTTPURLResponse)?.statusCode
    }
}
