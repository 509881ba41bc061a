import Digests
import Records

extension FileStore {
    /// Makes a file, and the directories above it.
    /// - Parameters:
    ///   - path: Such as `/projects/notes.md`: 1 to 20 segments, at most 1,024 UTF-8 bytes, in Unicode Normalization Form
    ///     C, without control and format characters; no segment is empty, `.` or `..`.
    ///   - content: At most 102,400 UTF-8 bytes without U+0000.
    /// - Throws: ``FileError`` `exists`, `notFound` for the folder, `archived`, `invalid`, `unavailable`.
    public func create(_ path: String, _ content: String, in folder: String) async throws(FileError) -> MemoryFile {
        let path = try FilePath(path)
        try FileLimits.check(content: content)
        let now = clock()
        let file = MemoryFile(
            id: FileIdentifier.make(.file, at: now), path: path.text, content: content,
            contentSHA256: Digest.sha256Hex(content), contentBytes: content.utf8.count,
            version: FileIdentifier.make(.version, at: now), createdAt: now, updatedAt: now)
        for _ in 0..<FileLimits.attempts {
            let writes =
                path.ancestors.map { FileRecords.put(directory: $0) } + [
                    FileRecords.insert(file, at: path, content),
                    FileRecords.insert(version(of: file, .created)),
                ]
            if try await commit(folder, guards: [], writes) { return file }
        }
        throw .keptChanging
    }

    /// A file by its id.
    /// - Throws: ``FileError`` `notFound`, `unavailable`.
    public func file(_ id: String, in folder: String) async throws(FileError) -> MemoryFile {
        try await known(id, in: folder)
    }

    /// What is at a path; nil when nothing is.
    /// - Throws: ``FileError`` `notFound` for the folder, `invalid`, `unavailable`.
    public func entry(at path: String, in folder: String) async throws(FileError) -> FileEntry? {
        try await record(at: try FilePath(path), in: folder).map { record throws(FileError) in
            record.isDirectory ? .directory(record.path) : .file(try MemoryFile(record))
        }
    }

    func record(at path: FilePath, in folder: String) async throws(FileError) -> Record? {
        let query = Query(
            FileRecords.file.name, .equal("path", .text(path.text)), order: .field("path"), limit: 1)
        let page = try await read([.query(query)], in: folder).pages[0]
        return try await all(query, in: folder, first: page).first
    }

    private func known(_ id: String, in folder: String) async throws(FileError) -> MemoryFile {
        guard id.utf8.count <= FileLimits.identifierBytes, !id.utf8.contains(0) else { throw Self.noFile }
        let page = try await read([.keys([FileRecords.fileKey(id)])], in: folder).pages[0]
        guard let record = page.records.first ?? nil, !record.isDirectory else { throw Self.noFile }
        return try MemoryFile(record)
    }

    /// Files, by path.
    /// - Throws: ``FileError`` `notFound` for the folder, `invalid`, `unavailable`.
    /// - Complexity: O(page); without ``FileQuery/isShallow`` O(page + directories in between).
    public func list(_ query: FileQuery = FileQuery(), in folder: String) async throws(FileError) -> FileListing<
        FileEntry
    > {
        try FileLimits.check(limit: query.limit)
        let directory = query.directory == "/" ? nil : try FilePath(query.directory, "directory")
        var question = Query(
            FileRecords.file.name, order: .field("path"), limit: query.limit, after: query.after,
            fields: query.includesContent ? nil : FileRecords.briefFile)
        question.filter =
            query.isShallow
            ? .equal("parent", .text(directory?.text ?? "/"))
            : .and([FileRecords.below(directory?.prefix ?? "/"), FileRecords.isFile])
        var entries: [FileEntry] = []
        repeat {
            question.limit = query.limit - entries.count
            let page = try await read([.query(question)], in: folder).pages[0]
            for record in page.records.compactMap({ $0 }) {
                entries.append(record.isDirectory ? .directory(record.path) : .file(try MemoryFile(record)))
            }
            question.after = page.next
        } while question.after != nil && entries.count < query.limit
        return FileListing(entries, next: question.after)
    }

    /// Changes what a file says, where it is, or both in one commit. Its id stays; nothing to change makes no version.
    /// - Parameters:
    ///   - content: The new content; nil leaves it.
    ///   - path: The new path; nil leaves it.
    ///   - expected: The SHA-256 that the content must still have: `conflict` when it has not, unless the file already
    ///     is as this would make it.
    /// - Throws: ``FileError`` `notFound`, `conflict`, `exists`, `archived`, `invalid`, `unavailable`.
    @discardableResult
    public func update(
        _ id: String, content: String? = nil, path: String? = nil, expecting expected: String? = nil,
        in folder: String
    ) async throws(FileError) -> MemoryFile {
        if let content { try FileLimits.check(content: content) }
        let target: FilePath?
        if let path { target = try FilePath(path) } else { target = nil }
        for _ in 0..<FileLimits.attempts {
            let old = try await known(id, in: folder)
            let oldPath = try FilePath(old.path)
            let newPath = target ?? oldPath
            let newContent = content ?? old.content ?? ""
            let isSame = newPath.text.hasSameBytes(as: old.path) && newContent.hasSameBytes(as: old.content ?? "")
            if isSame, content != nil || expected.map({ $0 == old.contentSHA256 }) ?? true {
                try await requireWritable(folder)
                return old
            }
            if let expected, expected != old.contentSHA256 { throw Self.changed }
            let now = clock()
            var new = old
            (new.path, new.content) = (newPath.text, newContent)
            (new.contentSHA256, new.contentBytes) = (Digest.sha256Hex(newContent), newContent.utf8.count)
            (new.version, new.updatedAt) = (FileIdentifier.make(.version, at: now), now)
            var guards: [Guard] = [.matches(FileRecords.fileKey(id), .equal("version", .text(old.version)))]
            var changes: [Change] = [.set("version", .text(new.version)), .set("updated_at", .time(now))]
            if !newContent.hasSameBytes(as: old.content ?? "") {
                changes += [
                    .set("content", .text(newContent)), .set("sha256", .text(new.contentSHA256)),
                    .set("size", .int(Int64(new.contentBytes))),
                ]
            }
            var before: [Write] = []
            var after: [Write] = []
            if !newPath.text.hasSameBytes(as: old.path) {
                changes += [.set("path", .text(newPath.text)), .set("parent", .text(newPath.parent))]
                let tidying = try await tidying(above: oldPath, keeping: newPath.ancestors, in: folder)
                guards += tidying.guards
                // A directory that goes makes room for the file, and the file for a directory.
                before = tidying.deletions
                after = newPath.ancestors.map { FileRecords.put(directory: $0) }
            }
            let writes =
                before + [.patch(FileRecords.fileKey(id), changes)] + after
                + [FileRecords.insert(version(of: new, .modified))]
            if try await commit(folder, guards: guards, writes) { return new }
        }
        throw .keptChanging
    }

    /// Deletes a file; its versions stay. An archived folder may be emptied.
    /// - Parameter expected: The SHA-256 that the content must still have, else `conflict`.
    /// - Throws: ``FileError`` `notFound`, `conflict`, `unavailable`.
    public func delete(_ id: String, expecting expected: String? = nil, in folder: String) async throws(FileError) {
        for _ in 0..<FileLimits.attempts {
            let file = try await known(id, in: folder)
            if let expected, expected != file.contentSHA256 { throw Self.changed }
            let tidying = try await tidying(above: try FilePath(file.path), in: folder)
            let guards =
                [.matches(FileRecords.fileKey(id), .equal("version", .text(file.version)))] + tidying.guards
            let writes =
                [.delete(FileRecords.fileKey(id))] + tidying.deletions
                + [FileRecords.insert(deletion(of: file))]
            if try await commit(folder, mayBeArchived: true, guards: guards, writes) { return }
        }
        throw .keptChanging
    }

    private static let changed = FileError(.conflict, "the content has changed: it has another SHA-256")

    /// The version that a file is now.
    func version(of file: MemoryFile, _ operation: FileVersion.Operation) -> FileVersion {
        FileVersion(
            id: file.version, file: file.id, operation: operation, path: file.path, content: file.content,
            contentSHA256: file.contentSHA256, contentBytes: file.contentBytes, createdAt: file.updatedAt,
            createdBy: author, redactedAt: nil, redactedBy: nil)
    }

    func deletion(of file: MemoryFile) -> FileVersion {
        let now = clock()
        return FileVersion(
            id: FileIdentifier.make(.version, at: now), file: file.id, operation: .deleted, path: file.path,
            content: nil, contentSHA256: nil, contentBytes: nil, createdAt: now, createdBy: author, redactedAt: nil,
            redactedBy: nil)
    }
}
