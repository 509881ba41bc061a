import Records

extension FileStore {
    /// A version, of a file that is there or gone.
    /// - Throws: ``FileError`` `notFound`, `unavailable`.
    public func version(_ id: String, in folder: String) async throws(FileError) -> FileVersion {
        guard id.utf8.count <= FileLimits.identifierBytes, !id.utf8.contains(0) else { throw Self.noVersion }
        let page = try await read([.keys([FileRecords.versionKey(id)])], in: folder).pages[0]
        guard let record = page.records.first ?? nil else { throw Self.noVersion }
        return try FileVersion(record)
    }

    /// Versions, the newest first.
    /// - Throws: ``FileError`` `notFound` for the folder, `invalid`, `unavailable`.
    /// - Complexity: O(page) by file; other conditions skip what they do not accept.
    public func versions(
        _ query: VersionQuery = VersionQuery(), in folder: String
    ) async throws(FileError) -> FileListing<FileVersion> {
        try FileLimits.check(limit: query.limit)
        var filter: [Filter] = []
        if let file = query.file {
            guard file.utf8.count <= FileLimits.identifierBytes, !file.utf8.contains(0) else {
                return FileListing([], next: nil)
            }
            filter.append(.equal("file", .text(file)))
        }
        if let operation = query.operation { filter.append(.equal("operation", .text(operation.rawValue))) }
        if let author = query.author {
            filter += [.equal("author_kind", .text(author.kind.rawValue)), .equal("author", .text(author.id))]
        }
        if let time = query.createdAtLeast { filter.append(.not(.less("created_at", .time(time)))) }
        if let time = query.createdAtMost { filter.append(.atMost("created_at", .time(time))) }
        var question = Query(
            FileRecords.version.name, filter.isEmpty ? .all : .and(filter), order: .field("number"),
            isDescending: true, limit: query.limit, after: query.after,
            fields: query.includesContent ? nil : FileRecords.briefVersion)
        var versions: [FileVersion] = []
        repeat {
            question.limit = query.limit - versions.count
            let page = try await read([.query(question)], in: folder).pages[0]
            for record in page.records.compactMap({ $0 }) { versions.append(try FileVersion(record)) }
            question.after = page.next
        } while question.after != nil && versions.count < query.limit
        return FileListing(versions, next: question.after)
    }

    /// Removes what a version said, where the file was and the hash, for ever; that something happened stays. A version that
    /// was redacted already is answered as it is.
    /// - Throws: ``FileError`` `invalid` for the version that the file is now (change or delete the file first),
    ///   `notFound`, `unavailable`.
    @discardableResult
    public func redact(version id: String, in folder: String) async throws(FileError) -> FileVersion {
        for _ in 0..<FileLimits.attempts {
            var version = try await version(id, in: folder)
            if version.redactedAt != nil { return version }
            let file: MemoryFile?
            do {
                file = try await self.file(version.file, in: folder)
            } catch {
                guard error.code == .notFound else { throw error }
                file = nil
            }
            if let file, file.version == id {
                throw FileError(
                    .invalid, "this is what the file says now: change or delete the file, then redact the version")
            }
            (version.path, version.content, version.contentSHA256, version.contentBytes) = (nil, nil, nil, nil)
            (version.redactedAt, version.redactedBy) = (clock(), author)
            // No version becomes current again, so nothing but the version itself needs a guard.
            let changes: [Change] = [
                .set("path", .null), .set("content", .null), .set("sha256", .null), .set("size", .null),
                .set("redacted_at", version.redactedAt.map { .time($0) } ?? .null),
                .set("redactor_kind", author.map { .text($0.kind.rawValue) } ?? .null),
                .set("redactor", author.map { .text($0.id) } ?? .null),
            ]
            let unredacted = Guard.matches(FileRecords.versionKey(id), .not(.exists("redacted_at")))
            if try await commit(
                folder, mayBeArchived: true, guards: [unredacted], [.patch(FileRecords.versionKey(id), changes)])
            {
                return version
            }
        }
        throw .keptChanging
    }

    private static let noVersion = FileError(.notFound, "there is no such version")
}
