import Access
import Auditing
import Blocks
import Checkpoints
public import Copying
import Graph
import KeyValues
public import Memories
import MemoryFiles
import Projects
public import Records
import Transcripts

/// Work on whole stores, by URL.
public enum Stores {
    /// The types of every domain.
    static let types =
        MemoryRecords.all + TranscriptRecords.all + CheckpointRecords.all + KeyValueRecords.all + FileRecords.all
        + BlockRecords.all + GraphRecords.all + ProjectRecords.all + AuditRecords.all + [
            MemoryRecords.bufferedMessage, AccessKey.records,
        ]

    /// Copies everything of one store into another, and compares; see ``Copying/StoreCopy``.
    /// - Throws: ``MemoryError`` `conflict` when the target is not empty, `invalid`, `unavailable`, and
    ///   `guard_failed` when the stores differ at the end.
    public static func copy(
        from source: String, to target: String, progress: @Sendable (StoreCopy.Progress) -> Void = { _ in }
    ) async throws(MemoryError) -> StoreCopy.Outcome {
        let from = try await listing(source)
        let into: any EnumerableStore
        do {
            into = try await listing(target)
        } catch {
            await from.close()
            throw error
        }
        do throws(StoreError) {
            let outcome = try await StoreCopy(from: from, to: into, types: types).run(progress)
            await from.close()
            await into.close()
            return outcome
        } catch {
            await from.close()
            await into.close()
            throw MemoryError(error)
        }
    }

    /// What a store holds, as a hash that is equal for equal content on every engine.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`, `schema`.
    public static func content(of url: String) async throws(MemoryError) -> StoreContent {
        try await with(url) { (store) async throws(StoreError) in
            try await store.prepare(types)
            return try await StoreContent(of: store, types: types)
        }
    }

    /// The migrations of a store: those that were made, and those that opening it would make. Changes nothing.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`, `schema`, `unsupported` for a store without tables.
    public static func migrations(of url: String) async throws(MemoryError) -> [Migration] {
        try await withMigrating(url) { (store) async throws(StoreError) in try await store.migrations(for: types) }
    }

    /// Makes what is missing, and answers the migrations afterwards.
    /// - Throws: ``MemoryError``, as ``migrations(of:)``.
    public static func migrate(_ url: String) async throws(MemoryError) -> [Migration] {
        try await withMigrating(url) { (store) async throws(StoreError) in
            try await store.prepare(types)
            return try await store.migrations(for: types)
        }
    }

    /// Undoes the newest migrations, and answers their names. What only they hold is lost.
    /// - Throws: ``MemoryError``, as ``migrations(of:)``.
    public static func revert(_ url: String, count: Int) async throws(MemoryError) -> [String] {
        try await withMigrating(url) { (store) async throws(StoreError) in try await store.revert(count) }
    }

    /// What a store is and what an acknowledged write survives there.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`, `schema`, `unsupported`.
    public static func capabilities(of url: String) async throws(MemoryError) -> Capabilities {
        try await with(url) { (store) async throws(StoreError) in
            try await store.prepare(types)
            return store.capabilities
        }
    }

    private static func withMigrating<T>(
        _ url: String, _ body: (any MigratingStore) async throws(StoreError) -> T
    ) async throws(MemoryError) -> T {
        let store = try await StoreLocation(url).open()
        guard let migrating = store as? any MigratingStore else {
            await store.close()
            throw MemoryError(.unsupported, "this store has no tables to migrate: opening it is enough")
        }
        return try await closing(migrating) { () async throws(StoreError) in try await body(migrating) }
    }

    private static func with<T>(
        _ url: String, _ body: (any EnumerableStore) async throws(StoreError) -> T
    ) async throws(MemoryError) -> T {
        let store = try await listing(url)
        return try await closing(store) { () async throws(StoreError) in try await body(store) }
    }

    private static func listing(_ url: String) async throws(MemoryError) -> any EnumerableStore {
        let store = try await StoreLocation(url).open()
        if let listing = store as? any EnumerableStore { return listing }
        await store.close()
        throw MemoryError(.unsupported, "this store cannot list what it holds")
    }

    private static func closing<T>(
        _ store: any RecordStore, _ body: () async throws(StoreError) -> T
    ) async throws(MemoryError) -> T {
        do throws(StoreError) {
            let result = try await body()
            await store.close()
            return result
        } catch {
            await store.close()
            throw MemoryError(error)
        }
    }
}
