public import Checkpoints
public import HTTPServer
public import KeyValues
import Records

/// An agent's working state over HTTP: checkpoints at `/v1/checkpoints/…`, key–value items at `/v1/kv/…`.
///
/// Every call is a `POST` with a JSON object, because names may hold any character; the protocol is written down in
/// `integrations/python/PROTOCOL.md`.
public struct StateRoutes: Sendable {
    let checkpoints: CheckpointStore
    let keyValues: KeyValueStore

    /// Routes over stores, which stay the caller's.
    public init(checkpoints: CheckpointStore, keyValues: KeyValueStore) {
        self.checkpoints = checkpoints
        self.keyValues = keyValues
    }

    /// Answers a request; nil when its path is not one of these routes.
    public func respond(to request: HTTPRequest) async -> HTTPResponse? {
        let segments = request.pathSegments
        guard segments.count >= 2, segments[0] == "v1", segments[1] == "checkpoints" || segments[1] == "kv" else {
            return nil
        }
        do throws(Problem) {
            guard let name = StateCall(segments) else { throw Self.notFound }
            guard request.method == "POST" else {
                throw Problem("method_not_allowed", "every call of this path is a POST")
            }
            let call = try Call(name, request)
            return name.isOfItems
                ? try await keyValueCall(name, call, Answer(to: request))
                : try await checkpointCall(name, call, Answer(to: request))
        } catch {
            return error.response
        }
    }

    static let notFound = Problem("not_found", "there is nothing at this path")
}
