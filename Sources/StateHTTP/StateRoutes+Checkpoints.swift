import Checkpoints
import HTTPServer
import Records

extension StateRoutes {
    /// One call of `/v1/checkpoints/…`.
    func checkpointCall(
        _ name: StateCall, _ call: Call, _ answer: consuming Answer
    ) async throws(Problem) -> HTTPResponse {
        let store: CheckpointStore
        do {
            store = try checkpoints.inTenant(call.tenant)
        } catch {
            throw Problem(error)
        }
        do {
            switch name {
            case .putCheckpoint: return answer.response(try await Self.put(call, store))
            case .putWrites: return answer.response(try await Self.putWrites(call, store))
            case .getCheckpoint:
                let members = call.members
                guard let found = try await store.get(try members.address()) else {
                    return answer.response(["tuple": .null])
                }
                let tuple = try answer.tuple(found)
                return answer.response(["tuple": tuple])
            case .listCheckpoints: return try await Self.list(call, store, answer)
            case .channelHistory: return try await Self.history(call, store, answer)
            case .listThreads: return answer.response(try await Self.threads(call, store))
            default: return answer.response(try await Self.change(name, call, store))
            }
        } catch let error as CheckpointError {
            throw Problem(error)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem("failed", "the call failed")
        }
    }

    private static func put(_ call: Call, _ store: CheckpointStore) async throws -> [String: JSONValue] {
        let members = call.members
        let address = try members.address()
        return try await store.put(
            try call.newCheckpoint(), thread: address.thread, namespace: address.namespace
        ).json
    }

    private static func putWrites(_ call: Call, _ store: CheckpointStore) async throws -> [String: JSONValue] {
        let members = call.members
        try await store.putWrites(
            try call.newWrites(), task: try members.required("task"),
            taskPath: try members.text("task_path") ?? "", after: try members.address())
        return [:]
    }

    private static func list(
        _ call: Call, _ store: CheckpointStore, _ answer: consuming Answer
    ) async throws -> HTTPResponse {
        let members = call.members
        let page = try await store.list(
            CheckpointQuery(
                thread: try members.text("thread"), namespace: try members.text("namespace"),
                id: try members.text("id"), before: try members.text("before"),
                metadata: try members.object("metadata"), limit: try members.integer("limit") ?? 100,
                after: try members.cursor()))
        var tuples: [JSONValue] = []
        for tuple in page.tuples { tuples.append(try answer.tuple(tuple)) }
        return answer.response(["tuples": .array(tuples), "next_cursor": JSONValue(page.next)])
    }

    private static func history(
        _ call: Call, _ store: CheckpointStore, _ answer: consuming Answer
    ) async throws -> HTTPResponse {
        let members = call.members
        let found = try await store.history(of: try members.texts("channels"), at: try members.address())
        var channels: [JSONValue] = []
        for history in found { channels.append(answer.history(history)) }
        return answer.response(["channels": .array(channels)])
    }

    private static func threads(_ call: Call, _ store: CheckpointStore) async throws -> [String: JSONValue] {
        let members = call.members
        let page = try await store.threads(
            limit: try members.integer("limit") ?? 100, idleSince: try members.time("idle_since"),
            after: try members.cursor())
        return ["threads": .array(page.threads.map(\.json)), "next_cursor": JSONValue(page.next)]
    }

    /// The calls that remove and copy.
    private static func change(
        _ name: StateCall, _ call: Call, _ store: CheckpointStore
    ) async throws -> [String: JSONValue] {
        switch name {
        case .deleteThread:
            let members = call.members
            return ["deleted": .int(Int64(try await store.delete(thread: try members.required("thread"))))]
        case .copyThread:
            let members = call.members
            let copied = try await store.copyThread(
                try members.required("source"), to: try members.required("target"))
            return ["copied": .int(Int64(copied))]
        case .deleteRuns:
            let members = call.members
            return try await store.delete(runs: try members.texts("runs")).json
        case .prune:
            let members = call.members
            let policy = PrunePolicy(
                keepLatest: try members.integer("keep_latest"), maximumAge: try members.number("maximum_age"),
                maximumBytes: try members.integer("maximum_bytes"))
            return try await store.prune(try members.texts("threads"), policy).json
        case .fork:
            let members = call.members
            return try await store.fork(
                try members.address(), as: try members.required("as"), metadata: try members.object("metadata")
            ).json
        default: throw notFound
        }
    }
}
