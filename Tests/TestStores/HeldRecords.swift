package import Records

extension TestBackend {
    /// An empty record store; what it lies in goes with it.
    package func makeRecords() async throws -> any RecordStore {
        let made = try await make()
        return made.reopen == nil ? made.store : HeldRecords(made)
    }
}

/// A store that keeps alive what it lies in, such as the folder of a file.
private final class HeldRecords: RecordStore {
    private let made: TestBackend.Made
    private var base: any RecordStore { made.store }

    init(_ made: TestBackend.Made) { self.made = made }

    var capabilities: Capabilities { base.capabilities }
    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] { await base.commit(batches) }
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await base.read(reads, in: partition, atLeast: atLeast)
    }
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
