public import Foundation

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

/// Speaks HTTP to other servers. It keeps neither cookies nor answers, and follows no redirect: that would hand the request
/// and its key to another address.
public final class HTTPClient: Sendable {
    private let session: URLSession

    /// A client.
    /// - Parameter timeout: The most seconds that one request may take.
    public init(timeout: TimeInterval) {
        let settings = Self.settings
        settings.timeoutIntervalForRequest = timeout
        settings.timeoutIntervalForResource = timeout
        session = URLSession(configuration: settings, delegate: RedirectRefusal(), delegateQueue: nil)
    }

    deinit {
        // A session keeps its delegate and its threads until it is told to end.
        session.finishTasksAndInvalidate()
    }

    /// Ephemeral: neither cookies nor answers are written anywhere.
    static var settings: URLSessionConfiguration {
        let settings = URLSessionConfiguration.ephemeral
        settings.httpCookieStorage = nil
        return settings
    }

    /// Sends a request and waits for the whole answer.
    /// - Throws: ``HTTPClientError``.
    public func send(_ request: URLRequest) async throws(HTTPClientError) -> (body: Data, response: HTTPURLResponse) {
        do {
            let (body, response) = try await session.data(for: request)
            guard let response = response as? HTTPURLResponse else { throw HTTPClientError(.notHTTP) }
            return (body, response)
        } catch let error as HTTPClientError {
            throw error
        } catch {
            throw HTTPClientError(error)
        }
    }
}

/// Why there is no answer.
public struct HTTPClientError: Error, Sendable {
    /// A kind of failure.
    public enum Reason: Sendable, Hashable {
        /// There was no answer in time; what was asked for may have been done.
        case timedOut
        /// The task was cancelled.
        case cancelled
        /// No connection could be made: nothing was asked.
        case notConnected
        /// The connection broke; what was asked for may have been done.
        case broken
        /// The answer is not HTTP.
        case notHTTP
    }

    /// The kind of failure.
    public var reason: Reason
    /// The number of the system's error, where there is one.
    public var number: Int?
    /// What was thrown below.
    public var underlying: (any Error)?

    init(_ reason: Reason) { self.reason = reason }

    init(_ error: any Error) {
        underlying = error
        guard !Task.isCancelled, !(error is CancellationError) else {
            reason = .cancelled
            return
        }
        let code = (error as? URLError)?.code
        number = code?.rawValue
        switch code {
        case .timedOut?: reason = .timedOut
        case .cancelled?: reason = .cancelled
        case .cannotConnectToHost?, .cannotFindHost?, .dnsLookupFailed?, .unsupportedURL?, .badURL?,
            .secureConnectionFailed?, .serverCertificateUntrusted?:
            reason = .notConnected
        default: reason = .broken
        }
    }
}

/// Makes a redirect the answer instead of following it.
final class RedirectRefusal: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
