import Memories
package import MemoryHTTP
import Records

extension StateCall {
    /// The call, as OpenAPI describes it.
    package var description: DialectCall {
        let parts = Parts(self)
        return DialectCall(
            rawValue.replacing("/", with: "_").replacing("-", with: "_"), path: path, title: parts.title,
            summary: parts.summary, tag: isOfItems ? "items" : "checkpoints", body: parts.body,
            example: parts.example.flatMap { try? JSONValue(parsing: $0) }, answer: parts.answer,
            mediaTypes: carriesValues ? [MediaType.attached] : [], failures: parts.failures.union([500, 501]))
    }

    /// What the body may have, beside the tenant.
    var memberNames: Set<String> { Self.memberNames[self] ?? [] }

    private static let memberNames = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, Parts($0).body.memberNames(without: "tenant")) })

    /// Whether it is about key–value items.
    var isOfItems: Bool {
        switch self {
        case .batch, .sweep: true
        default: false
        }
    }

    /// Whether its body or its answer holds values, whose bytes may be attached.
    private var carriesValues: Bool {
        switch self {
        case .putCheckpoint, .putWrites, .getCheckpoint, .listCheckpoints, .channelHistory: true
        default: false
        }
    }
}

/// What is said of a call.
private struct Parts {
    var title: String
    var summary: String
    var body: JSONSchema
    var answer: JSONSchema
    var failures: Set<Int> = []
    var example: String?

    init(_ title: String, _ summary: String, _ body: JSONSchema, _ answer: JSONSchema) {
        self.title = title
        self.summary = summary
        self.body = body
        self.answer = answer
    }

    init(_ call: StateCall) {
        switch call {
        case .putCheckpoint:
            self.init(
                "Put a checkpoint",
                "Stores a checkpoint of a thread. Channels that are in versions and not in changes keep the value of "
                    + "their version; with parent_missing (409) it is gone, and the client sends every value.",
                CheckpointSchemas.put, CheckpointSchemas.address)
            failures = [409]
            example =
                #"{"thread":"trip","id":"1","state":{"type":"json","data":"e30="},"versions":[["messages",1]],"#
                + #""changes":[["messages",1,{"type":"json","data":"W10="}]],"metadata":{"source":"input"}}"#
        case .putWrites:
            self.init(
                "Put a task's writes",
                "Stores what a task wrote after a checkpoint, which need not be there yet. What is stored already stays, "
                    + "except of __error__, __scheduled__, __interrupt__ and __resume__.",
                CheckpointSchemas.putWrites, CheckpointSchemas.nothing)
            failures = [409]
            example =
                #"{"thread":"trip","id":"1","task":"plan","writes":[["messages",{"type":"json","data":"W10="}]]}"#
        case .getCheckpoint:
            self.init(
                "Get a checkpoint", "A checkpoint with what was written since, or null.", CheckpointSchemas.get,
                CheckpointSchemas.found)
            example = #"{"thread":"trip"}"#
        case .listCheckpoints:
            self.init(
                "List checkpoints",
                "Checkpoints by descending id, of one thread or of all. A page may be short while there is a cursor.",
                CheckpointSchemas.list, CheckpointSchemas.page)
            failures = [404]
            example = #"{"thread":"trip","limit":10}"#
        case .channelHistory:
            self.init(
                "Get what channels are made of",
                "For each channel the value of the nearest ancestor that has one, and what was written since.",
                CheckpointSchemas.history, CheckpointSchemas.channels)
            failures = [404]
            example = #"{"thread":"trip","channels":["messages"]}"#
        case .listThreads:
            self.init(
                "List threads", "Threads by their last checkpoint, the newest first.", CheckpointSchemas.threads,
                CheckpointSchemas.threadPage)
            failures = [404]
        case .deleteThread:
            self.init(
                "Delete a thread", "Deletes a thread, and says how many checkpoints it had.",
                CheckpointSchemas.deleteThread, CheckpointSchemas.deleted)
            failures = [409]
        case .copyThread:
            self.init(
                "Copy a thread", "Copies a thread to another, and says how many checkpoints it had.",
                CheckpointSchemas.copyThread, CheckpointSchemas.copied)
            failures = [409]
        case .deleteRuns:
            self.init(
                "Delete runs", "Deletes the checkpoints whose metadata.run_id is one of these.",
                CheckpointSchemas.deleteRuns, CheckpointSchemas.removed)
            failures = [409]
        case .prune:
            self.init(
                "Prune threads",
                "Removes old checkpoints of every namespace of these threads; the latest always stays, and what "
                    + "incremental channels of others need is retained.",
                CheckpointSchemas.prune, CheckpointSchemas.removed)
            failures = [409]
            example = #"{"threads":["trip"],"keep_latest":10}"#
        case .fork:
            self.init(
                "Fork a checkpoint", "Stores a copy of a checkpoint as its child, to go on from.",
                CheckpointSchemas.fork, CheckpointSchemas.address)
            failures = [404, 409]
        case .batch:
            self.init(
                "Get, put, delete and search items",
                "Operations on items in one request. Reads see what was there before the batch's puts; of several puts "
                    + "of one item the last counts.",
                KeyValueSchemas.batch, KeyValueSchemas.results)
            failures = [409]
            example =
                #"{"operations":[{"op":"put","namespace":["memories","alice"],"key":"tea","value":{"likes":"green"}},"#
                + #"{"op":"search","prefix":["memories"],"query":"tea"}]}"#
        case .sweep:
            self.init(
                "Sweep expired items", "Removes items that have expired.", KeyValueSchemas.sweep,
                KeyValueSchemas.removed)
            failures = [409]
        }
    }
}
