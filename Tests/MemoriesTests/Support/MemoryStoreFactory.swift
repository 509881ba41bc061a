import InMemoryRecords
import Memories
import Records
import TestStores
import Testing

/// A record store to run the tests over: every behaviour of memories must be the same on all of them.
struct MemoryStoreFactory: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// An empty record store.
    let makeRecords: @Sendable () async throws -> any RecordStore

    /// Every backend; of those with a file and without one, only the one without.
    static let all = TestBackend.all.filter { !["sqlite", "sqlite-vec"].contains($0.description) }.map { backend in
        MemoryStoreFactory(testDescription: backend.description) { try await backend.make().store }
    }

    /// An empty memory store; lexical by choice unless the configuration has an embedder.
    func makeStore(
        _ configuration: MemoryStoreConfiguration = .lexical, _ records: (any RecordStore)? = nil
    ) async throws -> MemoryStore {
        if let records { return try await MemoryStore(records, configuration: configuration) }
        return try await MemoryStore(try await makeRecords(), configuration: configuration)
    }
}

extension MemoryStoreConfiguration {
    static let lexical = MemoryStoreConfiguration(isLexicalByChoice: true)

    /// The lexical configuration, changed.
    static func lexical(_ change: (inout MemoryStoreConfiguration) -> Void) -> MemoryStoreConfiguration {
        var configuration = MemoryStoreConfiguration.lexical
        change(&configuration)
        return configuration
    }
}

extension Scope {
    static let test = Scope(app: "app", user: "user")
}

extension MemoryStore {
    /// The contents of all memories of a scope, newest first.
    func contents(in scope: Scope = .test, matching filter: MemoryFilter = MemoryFilter()) async throws -> [String] {
        try await list(in: scope, matching: filter, limit: 1_000).memories.map(\.content)
    }

    /// The contents that a search finds, best first.
    func found(_ query: String, in scope: Scope = .test) async throws -> [String] {
        try await search(MemorySearch(query, limit: 100), in: scope).hits.map(\.memory.content)
    }
}
