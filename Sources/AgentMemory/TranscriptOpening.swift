import Memories
import Models
import Records
import Transcripts

/// The transcripts of a memory, opened when first asked for: who keeps none pays nothing.
actor TranscriptOpening {
    private let memories: MemoryStore
    private let placement: Placement?
    private let settings: TranscriptStoreConfiguration
    private var opened: TranscriptStore?
    private var opening: Task<Result<TranscriptStore, MemoryError>, Never>?
    private var isClosed = false

    /// - Parameter placement: nil puts them beside the memories.
    init(_ memories: MemoryStore, _ placement: Placement?, _ settings: TranscriptStoreConfiguration) {
        self.memories = memories
        self.placement = placement
        var settings = settings
        let configuration = memories.configuration
        if settings.embedder == nil, let embedder = configuration.embedder {
            settings.embedder = TextEmbedder(identifier: embedder.identifier, dimensions: embedder.dimensions) {
                texts, role in
                try await embedder.embed(texts, as: role == .query ? .query : .document)
            }
        }
        settings.isLexicalByChoice = settings.isLexicalByChoice || configuration.isLexicalByChoice
        if settings.purgeMemories == nil {
            settings.purgeMemories = { session, owner in
                _ = try await memories.clear(in: Scope(app: owner.app, user: owner.user, session: session))
            }
        }
        self.settings = settings
    }

    func store() async throws(MemoryError) -> TranscriptStore {
        guard !isClosed else { throw MemoryError(.closed, "the memory was closed") }
        if let opened { return opened }
        let task = opening ?? Task { await open() }
        opening = task
        let result = await task.value
        opening = nil
        let store = try result.get()
        opened = store
        return store
    }

    private func open() async -> Result<TranscriptStore, MemoryError> {
        do throws(MemoryError) {
            var settings = settings
            let records: any RecordStore
            switch placement {
            case nil: records = memories.records
            case .store(let store): records = store
            case .url(let url):
                records = try await StoreLocation(url).open()
                settings.ownsRecords = true
            }
            do throws(TranscriptError) {
                return .success(try await TranscriptStore(records, configuration: settings))
            } catch {
                if settings.ownsRecords { await records.close() }
                throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
            }
        } catch {
            return .failure(error)
        }
    }

    func close() async {
        isClosed = true
        _ = await opening?.value
        await opened?.close()
    }
}
