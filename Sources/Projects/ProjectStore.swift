internal import Digests
package import Memories
package import Records

/// The documents, the directory of memories and the outbox of every project, each project in a partition of its own.
package struct ProjectStore: Sendable {
    let records: any RecordStore
    package let clock: @Sendable () -> Timestamp

    /// Prepares the record types.
    /// - Throws: ``MemoryError``, as ``RecordStore/prepare(_:)``.
    package init(
        _ records: any RecordStore, clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws(MemoryError) {
        do {
            try await records.prepare(ProjectRecords.all)
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.clock = clock
    }

    /// Where an app's documents live. No owner's partition: those have a slash, and this has none.
    package static func partition(of app: String) -> Partition {
        let name = "project:" + Partition.escape(app)
        return Partition(name.utf8.count <= 512 ? name : "project#" + Digest.sha256Hex(name))
    }

    // MARK: Documents

    /// A document; nil when there is none.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`.
    package func document(
        _ kind: ProjectDocument.Kind, _ id: String, of app: String
    ) async throws(MemoryError) -> ProjectDocument? {
        guard (1...96).contains(id.utf8.count), !id.utf8.contains(0) else { return nil }
        let record: Record?
        do {
            let key = Key(ProjectRecords.document.name, [.text(kind.rawValue), .text(id)])
            record = try await records.record(key, in: Self.partition(of: app))
        } catch {
            throw MemoryError(error)
        }
        guard let record else { return nil }
        return try ProjectDocument(record)
    }

    /// The documents of a kind, newest first.
    /// - Parameters:
    ///   - user: Only those that a key of this user may see; nil for all.
    ///   - limit: The most to answer; nil for all.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`.
    package func documents(
        _ kind: ProjectDocument.Kind, of app: String, for user: String? = nil, limit: Int? = nil
    ) async throws(MemoryError) -> [ProjectDocument] {
        var documents: [ProjectDocument] = []
        var query = Query(
            ProjectRecords.document.name, Self.filter(kind, user), order: .field("created_at"), isDescending: true,
            limit: min(limit ?? 1_000, 1_000))
        while documents.count < limit ?? .max {
            let page: Page
            do {
                page = try await records.read(.query(query), in: Self.partition(of: app))
            } catch {
                throw MemoryError(error)
            }
            for case let record? in page.records { documents.append(try ProjectDocument(record)) }
            guard let next = page.next else { break }
            query.after = next
        }
        return limit.map { Array(documents.prefix($0)) } ?? documents
    }

    /// How many documents of a kind there are; see ``documents(_:of:for:limit:)``.
    /// - Throws: ``MemoryError`` `unavailable`.
    package func count(
        _ kind: ProjectDocument.Kind, of app: String, for user: String? = nil
    ) async throws(MemoryError) -> Int {
        do {
            let read = Read.count(ProjectRecords.document.name, Self.filter(kind, user))
            return try await records.read(read, in: Self.partition(of: app)).count
        } catch {
            throw MemoryError(error)
        }
    }

    private static func filter(_ kind: ProjectDocument.Kind, _ user: String?) -> Filter {
        let isKind = Filter.equal("kind", .text(kind.rawValue))
        return user.map { .and([isKind, .equal("user_id", .text($0))]) } ?? isKind
    }

    /// Makes writes in an app's partition, a batch at a time where there are many.
    /// - Throws: ``MemoryError`` `unavailable`, `outcomeUnknown`.
    package func commit(_ writes: [Write], to app: String) async throws(MemoryError) {
        var rest = writes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(500))
            rest = rest.dropFirst(part.count)
            do {
                try await records.commit(Batch(Self.partition(of: app), part))
            } catch {
                throw MemoryError(error)
            }
        }
    }

    /// Writes a document that was read, unless somebody else wrote it meanwhile.
    /// - Throws: ``MemoryError`` `conflict`, `unavailable`, `outcomeUnknown`.
    package func replace(_ document: ProjectDocument, of app: String) async throws(MemoryError) {
        let isUnchanged: Guard =
            document.revision == 0
            ? .absent(document.key) : .matches(document.key, .equal("revision", .int(document.revision)))
        do {
            try await records.commit(Batch(Self.partition(of: app), guards: [isUnchanged], [document.put]))
        } catch {
            guard error.code == .guardFailed else { throw MemoryError(error) }
            throw MemoryError(.conflict, "somebody else changed this at the same time; try again")
        }
    }

    // MARK: The directory

    /// Enters whose a memory is.
    package static func entry(_ memory: String, of user: String) -> Write {
        .put(ProjectRecords.owner.name, [.text(memory), .text(user)])
    }

    /// Whose a memory is, as the directory knows; nil for one that was never entered.
    /// - Throws: ``MemoryError`` `unavailable`.
    package func owner(of memory: String, in app: String) async throws(MemoryError) -> String? {
        do {
            let key = Key(ProjectRecords.owner.name, memory)
            guard let record = try await records.record(key, in: Self.partition(of: app)),
                case .text(let user) = record.values[1]
            else { return nil }
            return user
        } catch {
            throw MemoryError(error)
        }
    }

    // MARK: Life

    /// Deletes what has expired, in every project; a server calls it now and then.
    /// - Throws: ``MemoryError`` `unavailable`.
    package func sweep() async throws(MemoryError) {
        let query = Query(
            ProjectRecords.document.name, .atMost("expires_at", .time(clock().microseconds)),
            order: .field("expires_at"), limit: 1_000, fields: ["expires_at"])
        do throws(StoreError) {
            while true {
                let found = try await records.survey(query)
                var batches: [Batch] = []
                for case (let record?, let partition) in zip(found.page.records, found.partitions) {
                    batches.append(Batch(partition, [.delete(record.key)]))
                }
                guard !batches.isEmpty else { return }
                for result in await records.commit(batches) { _ = try result.get() }
                if found.page.next == nil { return }
            }
        } catch {
            throw MemoryError(error)
        }
    }
}
