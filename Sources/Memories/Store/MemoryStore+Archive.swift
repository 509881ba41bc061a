import Models
public import Records

/// What an import did.
public struct ImportOutcome: Sendable, Hashable {
    /// Memories that were added.
    public var created = 0
    /// Memories that were already there: the same id, or the same fingerprint.
    public var existing = 0
    /// Versions of the history that were written.
    public var versions = 0
    /// Lines that were refused: their number, from 1, and why.
    public var refused: [Refusal] = []
    /// What was stored without something, such as `embeddings`.
    public var degraded: Set<String> = []

    /// A line that was refused.
    public struct Refusal: Sendable, Hashable {
        /// The line's number, from 1.
        public var line: Int
        /// Why, without content.
        public var reason: String

        /// A refusal.
        public init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    /// Nothing was done yet.
    public init() {}
}

/// One line of an archive: a JSON object.
public struct ArchiveLine: Sendable, Hashable {
    /// The members.
    public var members: [String: JSONValue]

    /// A line of these members.
    public init(_ members: [String: JSONValue]) { self.members = members }

    /// Parses one line of JSONL.
    /// - Throws: ``MemoryError`` `invalid` when it is not a JSON object.
    public init(parsing text: String) throws(MemoryError) {
        guard case .object(let members)? = try? JSONValue(parsing: text) else {
            throw MemoryError(.invalid, "not a JSON object")
        }
        self.members = members
    }
}

extension MemoryStore {
    /// Everything of a scope, tombstones and history included, as lines that ``restore(_:in:startingAt:)`` takes back
    /// without loss. A vector is part of a line where this store's embedder could not make it again.
    /// - Throws: ``MemoryError`` `unavailable`, or what `write` throws.
    /// - Complexity: O(memories + versions); one page at a time in memory.
    public func archive(
        of scope: Scope, includesVectors: Bool = false, to write: (ArchiveLine) throws(MemoryError) -> Void
    ) async throws(MemoryError) {
        try await archivePages(of: scope, includesVectors: includesVectors) { (lines) throws(MemoryError) in
            for line in lines { try write(line) }
            return true
        }
    }

    /// As ``archive(of:includesVectors:to:)``, a page of lines at a time, for whom writing takes its time.
    /// - Parameter write: Answers whether to go on.
    /// - Throws: ``MemoryError`` `unavailable`, or what `write` throws.
    public func archivePages(
        of scope: Scope, includesVectors: Bool = false,
        to write: ([ArchiveLine]) async throws(MemoryError) -> Bool
    ) async throws(MemoryError) {
        try scope.validate()
        var query = Query(MemoryRecords.memory.name, MemoryFilter.narrowing(scope), limit: 500)
        let goesOn = try await eachPage(&query, in: scope, write) { (record) throws(MemoryError) in
            let stored = try StoredMemory(record)
            // Left out it would be a loss nobody sees; let out it would be another's.
            guard scope.includes(stored.memory.scope) else {
                throw MemoryError(.corrupted, "a memory of another owner is stored here")
            }
            var line = ArchiveForm.members(of: stored)
            if case .vector(let vector) = record.values[MemoryField.vector.rawValue],
                case .text(let space) = record.values[MemoryField.vectorModel.rawValue],
                includesVectors || space != configuration.embedder?.identifier
            {
                line["vector"] = .array(vector.map { .double(Double($0)) })
                line["vector_model"] = .string(space)
            }
            return ArchiveLine(line)
        }
        guard goesOn else { return }
        query = Query(MemoryRecords.version.name, MemoryFilter.narrowing(scope), limit: 500)
        _ = try await eachPage(&query, in: scope, write) { (record) throws(MemoryError) in
            ArchiveLine(try ArchiveForm.members(ofVersion: record))
        }
    }

    /// Takes lines of an archive back into a scope, with their ids, times and history; a line without an id is added as
    /// a new memory. Lines that are already there stay as they are, so an interrupted import may simply be repeated.
    /// - Parameter number: The number of the first line, for refusals.
    /// - Throws: ``MemoryError`` `limit`, `unavailable`; what was taken before stays.
    public func restore(
        _ lines: [ArchiveLine], in scope: Scope, startingAt number: Int = 1
    ) async throws(MemoryError) -> ImportOutcome {
        try scope.validate()
        var outcome = ImportOutcome()
        var memories: [(line: Int, form: ArchiveForm)] = []
        var versions: [Batch] = []
        for (offset, line) in lines.enumerated() {
            do {
                if line.members["record"] == .string("memory_version") {
                    versions.append(Batch(scope.partition, [try ArchiveForm.version(line.members)]))
                } else {
                    memories.append((number + offset, try ArchiveForm(line.members, scope)))
                }
            } catch {
                outcome.refused.append(.init(line: number + offset, reason: error.message))
            }
        }
        let embeddings = try await embed(memories.map(\.form.memory))
        outcome.degraded = Set(embeddings.degraded)
        var random = SystemRandomNumberGenerator()
        var batches: [Batch] = []
        for (index, element) in memories.enumerated() {
            let time = now()
            var values = element.form.values(
                id: Identifier.make(at: time, random: &random), time: time, terms: terms(of: element.form.memory))
            if let vector = embeddings.vectors[index] {
                values[.vector] = .vector(vector)
                values[.vectorModel] = .text(element.form.space ?? embeddings.space ?? vectorSpace)
            }
            let isLive = values[.deletedAt].isNull
            batches.append(
                Batch(
                    scope.partition,
                    [.insert(MemoryRecords.memory.name, values.values)] + (isLive ? counts(element.form.scope, 1) : []))
            )
        }
        for (result, element) in zip(await records.commit(batches), memories) {
            switch result {
            case .success: outcome.created += 1
            case .failure(let error) where error.code == .exists: outcome.existing += 1
            case .failure(let error) where error.code == .limit: throw limitError(element.form.scope, error)
            case .failure(let error) where error.code == .invalid:
                outcome.refused.append(.init(line: element.line, reason: error.message))
            case .failure(let error): throw MemoryError(error)
            }
        }
        for result in await records.commit(versions) {
            do {
                _ = try result.get()
                outcome.versions += 1
            } catch {
                throw MemoryError(error)
            }
        }
        return outcome
    }

    private func eachPage(
        _ query: inout Query, in scope: Scope, _ write: ([ArchiveLine]) async throws(MemoryError) -> Bool,
        _ line: (Record) throws(MemoryError) -> ArchiveLine
    ) async throws(MemoryError) -> Bool {
        while true {
            let page: Page
            do {
                page = try await records.read(.query(query), in: scope.partition)
            } catch {
                throw MemoryError(error)
            }
            var lines: [ArchiveLine] = []
            for case let record? in page.records { lines.append(try line(record)) }
            guard try await write(lines) else { return false }
            guard let next = page.next else { return true }
            query.after = next
        }
    }
}
