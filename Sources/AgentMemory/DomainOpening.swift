import Memories

/// A domain's store, opened when first asked for: who uses none pays nothing.
actor DomainOpening<Store: Sendable> {
    private let open: @Sendable () async throws(MemoryError) -> Store
    private let shut: @Sendable (Store) async -> Void
    private var opened: Store?
    private var opening: Task<Result<Store, MemoryError>, Never>?
    private(set) var isClosed = false

    init(
        open: @escaping @Sendable () async throws(MemoryError) -> Store, shut: @escaping @Sendable (Store) async -> Void
    ) {
        self.open = open
        self.shut = shut
    }

    /// The store; everybody who asks gets the same.
    /// - Throws: ``MemoryError`` `closed`, and what opening throws; the next call tries again.
    func store() async throws(MemoryError) -> Store {
        guard !isClosed else { throw MemoryError(.closed, "the memory was closed") }
        if let opened { return opened }
        let task = opening ?? Task { await attempt() }
        opening = task
        let store = try await task.value.get()
        guard !isClosed else { throw MemoryError(.closed, "the memory was closed") }
        return store
    }

    /// Notes what it opened before anybody who waits goes on, so that closing never misses it.
    private func attempt() async -> Result<Store, MemoryError> {
        defer { opening = nil }
        do throws(MemoryError) {
            let store = try await open()
            opened = store
            return .success(store)
        } catch {
            return .failure(error)
        }
    }

    /// Closes what was opened, and what is being opened; a second call does nothing.
    func close() async {
        guard !isClosed else { return }
        isClosed = true
        _ = await opening?.value
        if let opened { await shut(opened) }
    }
}
