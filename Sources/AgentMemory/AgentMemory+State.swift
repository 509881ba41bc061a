public import Checkpoints
public import KeyValues
import Memories
import Models
import Records
import Transcripts

extension AgentMemory {
    /// The checkpoints of agents' threads, in the same store as the transcripts.
    ///
    /// The store stays this object's: closing what is answered here closes nothing.
    /// - Parameter cipher: Seals state, channel values and writes; nil stores them as they are.
    /// - Throws: ``CheckpointError`` `invalid`, `unavailable`.
    public func checkpoints(cipher: (any StateCipher)? = nil) async throws(CheckpointError) -> CheckpointStore {
        let records: any RecordStore
        do throws(MemoryError) {
            records = try await transcripts().records
        } catch {
            throw CheckpointError(CheckpointError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
        }
        return try await CheckpointStore(records, configuration: CheckpointStoreConfiguration(cipher: cipher))
    }

    /// The current conversation of each session, in the same store as the memories: bounded, and shared between agents.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    public func shortTerm(
        _ configuration: ShortTermConfiguration = ShortTermConfiguration()
    ) async throws(MemoryError) -> ShortTermMemory {
        try await ShortTermMemory(memories.records, configuration: configuration)
    }

    /// JSON values by namespace and key, in the same store as the memories, found by words, and by meaning where there is
    /// an embedder.
    ///
    /// The store stays this object's: closing what is answered here closes nothing.
    /// - Parameter fields: The paths of the fields that are indexed unless an item says otherwise.
    /// - Throws: ``KeyValueError`` `invalid`, `unavailable`.
    public func keyValues(fields: [String] = ["$"]) async throws(KeyValueError) -> KeyValueStore {
        let index = ItemIndex(fields: fields, embedder: memories.configuration.embedder.map(ItemEmbedder.init))
        return try await KeyValueStore(
            memories.records, configuration: KeyValueStoreConfiguration(index: index))
    }
}

extension ItemEmbedder {
    /// The embedder of memories.
    init(_ embedder: any Embedder) {
        self.init(space: embedder.identifier) { texts, purpose in
            try await embedder.embed(texts, as: purpose == .query ? .query : .document)
        }
    }
}
