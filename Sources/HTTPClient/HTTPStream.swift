public import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    public import FoundationNetworking
#endif

extension HTTPClient {
    /// Sends a request whose answer comes piece by piece, for as long as somebody reads.
    /// - Returns: The head of the answer, and the pieces of its body; the end of the reading ends the request.
    /// - Throws: ``HTTPClientError``; so do the pieces.
    public static func stream(
        _ request: URLRequest
    ) async throws(HTTPClientError) -> (response: HTTPURLResponse, body: AsyncThrowingStream<Data, any Error>) {
        let receiver = StreamReceiver()
        let settings = settings
        // Silence is ended by whoever sends: servers show that they live.
        settings.timeoutIntervalForRequest = 60
        settings.timeoutIntervalForResource = 7 * 86_400
        let session = URLSession(configuration: settings, delegate: receiver, delegateQueue: nil)
        let task = session.dataTask(with: request)
        receiver.onEnd { session.invalidateAndCancel() }
        do {
            let response = try await withTaskCancellationHandler {
                try await receiver.response { task.resume() }
            } onCancel: {
                task.cancel()
            }
            return (response, receiver.body)
        } catch let error as HTTPClientError {
            throw error
        } catch {
            throw HTTPClientError(error)
        }
    }
}

/// Takes an answer as it comes.
private final class StreamReceiver: NSObject, URLSessionDataDelegate {
    let body: AsyncThrowingStream<Data, any Error>
    private let pieces: AsyncThrowingStream<Data, any Error>.Continuation
    private let head = Mutex<CheckedContinuation<HTTPURLResponse, any Error>?>(nil)

    override init() {
        (body, pieces) = AsyncThrowingStream.makeStream(of: Data.self)
        super.init()
    }

    func onEnd(_ end: @escaping @Sendable () -> Void) { pieces.onTermination = { _ in end() } }

    func response(_ begin: () -> Void) async throws -> HTTPURLResponse {
        try await withCheckedThrowingContinuation { continuation in
            head.withLock { $0 = continuation }
            begin()
        }
    }

    private func takeHead() -> CheckedContinuation<HTTPURLResponse, any Error>? { head.withLock { $0.take() } }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let response = response as? HTTPURLResponse else {
            completionHandler(.cancel)
            takeHead()?.resume(throwing: HTTPClientError(.notHTTP))
            return
        }
        completionHandler(.allow)
        takeHead()?.resume(returning: response)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) { pieces.yield(data) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        takeHead()?.resume(throwing: HTTPClientError(error ?? CancellationError()))
        if let error { pieces.finish(throwing: HTTPClientError(error)) } else { pieces.finish() }
    }
}
