import Memories

/// A domain's store, opened when first asked for: who uses none pays nothing.
actor DomainOpening<Store: Sendable> {
    private let open: @Sendable () async throws(MemoryError) -> Store
    private let shut: @Sendable (Store) async -> Void
    private var opened: Store?
    private var opening: Task<Result<Store, MemoryError>, Never>?
    private var isClosed = false

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
        let result = await task.value
        opening = nil
        let store = try result.get()
        opened = store
        return store
    }

    private func attempt() async -> Result<Store, MemoryError> {
        do throws(MemoryError) {
            return .success(try await open())
        } catch {
            return .failure(error)
        }
    }

    func close() async {
        isClosed = true
        _ = await opening?.value
        if let opened { await shut(opened) }
    }
}
