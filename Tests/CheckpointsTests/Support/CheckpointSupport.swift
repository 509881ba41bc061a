import Checkpoints
import Records
import TestStores
import Testing

extension TestBackend {
    /// Checkpoints in an empty store.
    func makeCheckpoints(
        _ configuration: CheckpointStoreConfiguration = CheckpointStoreConfiguration()
    ) async throws -> CheckpointStore {
        try await CheckpointStore(try await makeRecords(), configuration: configuration)
    }
}

extension TypedBytes {
    /// A text as a value.
    static func text(_ text: String) -> TypedBytes { TypedBytes(type: "text", bytes: Array(text.utf8)) }

    var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension NewCheckpoint {
    /// A checkpoint that changes these channels, each to a value at a version, and leaves others as they are.
    static func make(
        _ id: String, parent: String? = nil, changes: [String: (Int64, String?)] = [:],
        unchanged: [String: Int64] = [:], incremental: [String] = [], metadata: [String: JSONValue] = [:]
    ) -> NewCheckpoint {
        let changed = changes.map { ChannelChange($0, .int($1.0), $1.1.map(TypedBytes.text)) }
        return NewCheckpoint(
            id: id, parent: parent, state: .text("state of \(id)"),
            versions: changed.map(\.channel) + unchanged.map { ChannelVersion($0, .int($1)) }, changes: changed,
            incremental: incremental, metadata: metadata)
    }
}

extension Checkpoint {
    /// The channels' values as texts.
    var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.channel, $0.value.string) })
    }
}

extension CheckpointStore {
    /// The ids of a thread, newest first.
    func ids(_ thread: String, namespace: String? = nil) async throws -> [String] {
        try await list(CheckpointQuery(thread: thread, namespace: namespace, limit: 1_000)).tuples.map(\.checkpoint.id)
    }

    /// Puts a chain of checkpoints, each changing `a` and leaving `b` as the first one put it.
    func putChain(_ ids: [String], thread: String, namespace: String = "", run: String? = nil) async throws {
        var parent: String?
        for (place, id) in ids.enumerated() {
            var changes: [String: (Int64, String?)] = ["a": (Int64(place + 1), "a\(place + 1)")]
            if place == 0 { changes["b"] = (1, "b1") }
            try await put(
                .make(
                    id, parent: parent, changes: changes, unchanged: place == 0 ? [:] : ["b": 1],
                    metadata: run.map { ["run_id": .string($0)] } ?? [:]), thread: thread, namespace: namespace)
            parent = id
        }
    }
}

/// Runs a call and answers the code of the error it must throw.
func code(_ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async -> String? {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: location)
        return nil
    } catch let error as CheckpointError {
        return error.code.rawValue
    } catch {
        Issue.record("\(error)", sourceLocation: location)
        return nil
    }
}
