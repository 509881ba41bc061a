import Memories
import Models
import Records
import Transcripts

extension DomainOpening where Store == TranscriptStore {
    /// The transcripts of a memory.
    /// - Parameter placement: nil puts them beside the memories.
    init(_ memories: MemoryStore, _ placement: Placement?, _ settings: TranscriptStoreConfiguration) {
        let settings = settings.beside(memories)
        self.init { () async throws(MemoryError) in
            let (records, isOurs) = try await placement.records(besides: memories)
            var settings = settings
            settings.ownsRecords = isOurs
            do throws(TranscriptError) {
                return try await TranscriptStore(records, configuration: settings)
            } catch {
                if isOurs { await records.close() }
                throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
            }
        } shut: {
            await $0.close()
        }
    }
}

extension TranscriptStoreConfiguration {
    /// With what is not said taken from the memories: the model, whose memories a purge clears, and the conversation at
    /// hand, which goes with its session.
    fileprivate func beside(_ memories: MemoryStore) -> TranscriptStoreConfiguration {
        var settings = self
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
        // What is at hand of a conversation is the session's own, wherever its settings are made.
        let records = memories.records
        let also = settings.purgeConversation
        settings.purgeConversation = { session, owner in
            let conversation = try await ShortTermMemory(records)
            try await conversation.clear(in: Scope(app: owner.app, user: owner.user, session: session))
            try await also?(session, owner)
        }
        return settings
    }
}

extension Placement? {
    /// The store of a domain, and whether it was opened for it and is closed with it; without a place, that of the memories.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    func records(besides memories: MemoryStore) async throws(MemoryError) -> (any RecordStore, isOurs: Bool) {
        switch self {
        case nil: (memories.records, false)
        case .store(let store): (store, false)
        case .url(let url): (try await StoreLocation(url).open(), true)
        }
    }
}
