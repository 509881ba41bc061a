public import Graph
@_exported public import Memories
@_exported public import Models
@_exported public import Records
@_exported public import Retrieval
public import Transcripts

/// An agent's memory: opened by a URL, used from any task.
///
/// ```swift
/// let memory = try await AgentMemory.open("sqlite:agent.db")
/// let alice = Scope(app: "support", user: "alice")
/// try await memory.add("Prefers concise answers", topics: ["style"], in: alice)
/// let hits = try await memory.search("how should I phrase this?", in: alice)
/// ```
public final class AgentMemory: Sendable {
    /// What is known: everything beyond the everyday verbs below.
    public let memories: MemoryStore
    /// The store's URL as it was opened, without credentials.
    public let location: String
    private let transcriptOpening: DomainOpening<TranscriptStore>
    private let graphOpening: DomainOpening<any KnowledgeGraph>

    private init(
        _ memories: MemoryStore, location: String, transcripts: Placement?, graph: GraphPlacement?,
        _ configuration: TranscriptStoreConfiguration
    ) {
        self.memories = memories
        self.location = location
        transcriptOpening = DomainOpening(memories, transcripts, configuration)
        graphOpening = DomainOpening(memories, graph)
    }

    /// Uses memories over a store of the caller's; transcripts and the graph live beside them.
    public convenience init(
        _ memories: MemoryStore, transcripts: TranscriptStoreConfiguration = TranscriptStoreConfiguration()
    ) {
        self.init(memories, location: "custom", transcripts: nil, graph: nil, transcripts)
    }

    /// What was said and done: sessions, runs and events. Their store is prepared when this is asked for first.
    ///
    /// A purge with `includingMemories` clears the memories of the session; meaning is searched with the same model.
    /// - Throws: ``MemoryError``, as ``open(_:configuration:)``.
    public func transcripts() async throws(MemoryError) -> TranscriptStore { try await transcriptOpening.store() }

    /// Who and what the memories speak of, and how they are connected. Its store is prepared when this is asked for first.
    ///
    /// It stays this object's unless it was handed in: closing it is ``close()``.
    /// - Throws: ``MemoryError``, as ``open(_:configuration:)``.
    public func graph() async throws(MemoryError) -> any KnowledgeGraph { try await graphOpening.store() }

    /// Opens a store by its URL (`memory:`, `sqlite:PATH`, …), creating it when it is not there.
    ///
    /// By default meaning is searched with the installed model; without one, search is by words and says so.
    /// - Throws: ``MemoryError`` `invalid` for a URL or option that is wrong, `unavailable`, `corrupted`.
    public static func open(
        _ url: String, configuration: Configuration = Configuration()
    ) async throws(MemoryError) -> AgentMemory {
        try await open(memories: .url(url), configuration: configuration)
    }

    /// Opens memories, transcripts and the graph, each where it is placed; checkpoints lie beside the transcripts.
    ///
    /// ```swift
    /// let memory = try await AgentMemory.open(
    ///     memories: "postgres://db/agents", transcripts: "sqlite:transcripts.db", graph: .graph(ours))
    /// ```
    /// - Parameters:
    ///   - memories: The store of the memories: a URL, or a ``RecordStore`` of the caller's.
    ///   - transcripts: The store of sessions, runs, events and checkpoints; nil is that of the memories.
    ///   - graph: The store of entities and relations, or a graph of the caller's; nil is the store of the memories.
    /// - Throws: ``MemoryError`` `invalid` for a URL or option that is wrong, `unavailable`, `corrupted`.
    public static func open(
        memories: Placement, transcripts: Placement? = nil, graph: GraphPlacement? = nil,
        configuration: Configuration = Configuration()
    ) async throws(MemoryError) -> AgentMemory {
        var settings = configuration.memories
        let records: any RecordStore
        var name = "custom"
        switch memories {
        case .store(let store): records = store
        case .url(let url):
            let location = try StoreLocation(url)
            try location.apply(to: &settings)
            records = try await location.open()
            settings.ownsRecords = true
            name = location.description
        }
        // A URL that is wrong is told now, though the store is opened when it is needed.
        do {
            for case .url(let url)? in [transcripts, graph?.records] { _ = try StoreLocation(url) }
            if settings.embedder == nil, !settings.isLexicalByChoice {
                let choice = try await configuration.embedder.make()
                settings.embedder = choice.embedder
                settings.isLexicalByChoice = choice.isLexicalByChoice
            }
            try await prepare(records)
            let store = try await MemoryStore(records, configuration: settings)
            return AgentMemory(
                store, location: name, transcripts: transcripts, graph: graph, configuration.transcripts)
        } catch {
            if settings.ownsRecords { await records.close() }
            throw error
        }
    }

    /// Makes everything that commands and servers keep beside memories, so that a store is whole once it was opened.
    private static func prepare(_ records: any RecordStore) async throws(MemoryError) {
        do {
            try await records.prepare(Stores.types)
        } catch {
            throw MemoryError(error)
        }
    }

    /// Adds a memory; the same again answers the existing id.
    /// - Throws: ``MemoryError``, as ``MemoryStore/add(_:in:)`` says.
    @discardableResult
    public func add(
        _ content: String, topics: [String] = [], kind: MemoryKind = .fact, eventTime: Timestamp? = nil,
        participants: [String] = [], location: String? = nil, metadata: [String: JSONValue] = [:], in scope: Scope
    ) async throws(MemoryError) -> AddOutcome {
        try await memories.add(
            NewMemory(
                content, topics: topics, kind: kind, eventTime: eventTime, participants: participants,
                location: location, metadata: metadata), in: scope)
    }

    /// Finds memories by words and by meaning, best first.
    /// - Parameter limit: 1 to 1,000.
    /// - Throws: ``MemoryError``, as ``MemoryStore/search(_:in:)`` says.
    public func search(_ question: String, limit: Int = 10, in scope: Scope) async throws(MemoryError) -> [MemoryHit] {
        try await memories.search(MemorySearch(question, limit: limit), in: scope).hits
    }

    /// The newest memories.
    /// - Parameter limit: 1 to 10,000.
    /// - Throws: ``MemoryError``, as ``MemoryStore/list(in:matching:limit:after:)`` says.
    public func load(limit: Int = 10, in scope: Scope) async throws(MemoryError) -> [Memory] {
        try await memories.list(in: scope, limit: limit).memories
    }

    /// One memory.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `unavailable`.
    public func get(_ id: String, in scope: Scope) async throws(MemoryError) -> Memory {
        try await memories.get(id, in: scope)
    }

    /// Changes what a memory says; its id stays.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `conflict`, `unavailable`.
    @discardableResult
    public func update(_ id: String, to content: String, in scope: Scope) async throws(MemoryError) -> Memory {
        try await memories.update(id, MemoryUpdate(content: content), in: scope).memory
    }

    /// Deletes a memory.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `unavailable`.
    public func delete(_ id: String, in scope: Scope) async throws(MemoryError) {
        try await memories.delete(id, in: scope)
    }

    /// Deletes every memory of the scope and answers how many there were.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    @discardableResult
    public func clear(in scope: Scope) async throws(MemoryError) -> Int {
        try await memories.clear(in: scope)
    }

    /// The tools of an agent on a scope (`memory_add`, `memory_search`, …), ready for an agent loop: give the model
    /// their declarations, pass what it asks for to ``MemoryToolSet/call(_:arguments:)``.
    public func tools(for scope: Scope, configuration: ToolConfiguration = ToolConfiguration()) -> MemoryToolSet {
        memories.tools(for: scope, configuration: configuration)
    }

    /// Releases the store; a second call does nothing.
    public func close() async {
        await transcriptOpening.close()
        await graphOpening.close()
        await memories.close()
    }
}
