import Records
import Retrieval

extension TranscriptStore {
    /// Finds events in the archive by their words, best first, the newer one where scores tie.
    /// - Parameter limit: 1 to 1,000.
    /// - Throws: ``TranscriptError`` `unsupported`, `invalid`, `corrupted`, `unavailable`.
    /// - Complexity: O(events of the owner in the archive), each read and analysed.
    public func searchArchive(
        _ text: String, of owner: Owner, limit: Int = 10
    ) async throws(TranscriptError) -> [ArchiveHit] {
        try owner.validate()
        try Check.limit(limit)
        try Check.size(text.utf8.count, "query", 65_536)
        let archive = try requiredArchive()
        let wanted = Set(analyzer.terms(of: text))
        guard !wanted.isEmpty else { return [] }
        let runs: [String]
        do {
            runs = try await archive.runs(of: owner)
        } catch {
            throw TranscriptError(.unavailable, "the archive cannot be read", underlying: error)
        }
        var hits: [ArchiveHit] = []
        for run in try await archivedRuns(among: runs, in: owner) {
            // One that was restored meanwhile is found in the store.
            guard let kept = try await archived(run, in: archive) else { continue }
            for content in kept.events {
                guard let said = content.searchText ?? content.event.payload.text else { continue }
                let found = wanted.intersection(analyzer.terms(of: Self.searchable(said))).count
                if found > 0 {
                    hits.append(ArchiveHit(event: content.event, score: Double(found) / Double(wanted.count)))
                }
            }
            hits.sort { ($0.score, $0.event.timestamp, $0.event.id) > ($1.score, $1.event.timestamp, $1.event.id) }
            hits = Array(hits.prefix(limit))
        }
        return hits
    }

    /// The runs that are in the archive and seen, among ids.
    private func archivedRuns(among ids: [String], in owner: Owner) async throws(TranscriptError) -> [Run] {
        var runs: [Run] = []
        for start in stride(from: 0, to: ids.count, by: Bounds.page) {
            let keys = ids[start..<min(start + Bounds.page, ids.count)].map { StoredRun.key($0) }
            for case let record? in try await read([.keys(keys)], in: owner.partition)[0].records {
                let run = try StoredRun(record).run
                if run.archivedAt != nil { runs.append(run) }
            }
        }
        return try await visible(runs)
    }
}
