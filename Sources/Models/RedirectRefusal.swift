package import Foundation

#if canImport(FoundationNetworking)
    package import FoundationNetworking
#endif

/// Makes a redirect the answer instead of following it: it would hand what is sent to an address that nobody chose.
package final class RedirectRefusal: NSObject, URLSessionTaskDelegate {
    package func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
