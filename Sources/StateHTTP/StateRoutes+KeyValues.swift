import HTTPServer
import KeyValues
import Records

extension StateRoutes {
    /// One call of `/v1/kv/…`.
    func keyValueCall(
        _ name: StateCall, _ call: Call, _ answer: consuming Answer
    ) async throws(Problem) -> HTTPResponse {
        do {
            let store = try keyValues.inTenant(call.tenant)
            switch name {
            case .batch:
                let members = call.members
                var operations: [KeyValues.Operation] = []
                for operation in try members.list("operations") {
                    operations.append(try KeyValueRequests.operation(operation))
                }
                let results = try await store.batch(operations)
                return answer.response(["results": .array(results.map { .object($0.json) })])
            case .sweep:
                let members = call.members
                let removed = try await store.sweepExpired(limit: try members.integer("limit") ?? 1_000)
                return answer.response(["removed": .int(Int64(removed))])
            default: throw Self.notFound
            }
        } catch let error as KeyValueError {
            throw Problem(error)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem("failed", "the call failed")
        }
    }
}
