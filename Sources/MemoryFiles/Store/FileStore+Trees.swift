import Records

extension FileStore {
    /// Everything below a directory, and the directory, from one state: a tree that others change meanwhile is read again.
    private struct Tree {
        var directory: Record
        var files: [MemoryFile]
        var directories: [Record]
    }

    private func tree(_ path: FilePath, _ record: Record, in folder: String) async throws(FileError) -> Tree {
        let query = Query(
            FileRecords.file.name, FileRecords.below(path.prefix), order: .field("path"), limit: 10_000)
        let records = try await all(query, in: folder)
        var tree = Tree(directory: record, files: [], directories: [record])
        for record in records {
            if record.isDirectory { tree.directories.append(record) } else { tree.files.append(try MemoryFile(record)) }
        }
        return tree
    }

    /// What must still be true of a tree: the same files with the same content, and none that is new.
    private func guards(_ tree: Tree) -> [Guard] {
        tree.files.map { .matches(FileRecords.fileKey($0.id), .equal("version", .text($0.version))) }
            + [.matches(tree.directory.key, .equal("revision", .int(tree.directory.revision)))]
    }

    /// Moves a file, or a directory with everything below it, in one commit. Every file gets a version and keeps its id.
    /// - Throws: ``FileError`` `notFound` where there is nothing, `exists` where the target is taken, `invalid` for a target
    ///   below the source, `limit` for a directory with more than one commit holds, `archived`, `unavailable`.
    public func move(_ source: String, to target: String, in folder: String) async throws(FileError) {
        let old = try FilePath(source)
        let new = try FilePath(target, "the new path")
        for _ in 0..<FileLimits.attempts {
            guard let record = try await record(at: old, in: folder) else { throw Self.noFile }
            guard try await self.record(at: new, in: folder) == nil else {
                throw FileError(.exists, "there is something at the new path", conflictingPath: new.text)
            }
            guard record.isDirectory else {
                guard case .text(let id)? = record.key.id.first else { continue }
                do {
                    try await update(id, path: new.text, expecting: try MemoryFile(record).contentSHA256, in: folder)
                    return
                } catch {
                    // Somebody edited, deleted or moved it in between.
                    guard error.code == .conflict || error.code == .notFound else { throw error }
                    continue
                }
            }
            guard !new.isBelow(old) else { throw FileError(.invalid, "a directory cannot be moved into itself") }
            if try await moveTree(try await tree(old, record, in: folder), old, new, in: folder) { return }
        }
        throw .keptChanging
    }

    private func moveTree(
        _ tree: Tree, _ old: FilePath, _ new: FilePath, in folder: String
    ) async throws(FileError) -> Bool {
        let tidying = try await tidying(above: old, keeping: new.ancestors, in: folder)
        func moved(_ path: String) throws(FileError) -> FilePath {
            try FilePath(new.text + String(Substring(path.utf8.dropFirst(old.text.utf8.count))), "the new path")
        }
        let now = clock()
        var patches: [Write] = []
        var versions: [Write] = []
        for file in tree.files {
            let path = try moved(file.path)
            var file = file
            (file.path, file.version, file.updatedAt) = (path.text, FileIdentifier.make(.version, at: now), now)
            patches.append(
                .patch(
                    FileRecords.fileKey(file.id),
                    [
                        .set("path", .text(path.text)), .set("parent", .text(path.parent)),
                        .set("version", .text(file.version)), .set("updated_at", .time(now)),
                    ]))
            versions.append(FileRecords.insert(version(of: file, .modified)))
        }
        var directories = new.ancestors
        for directory in tree.directories { directories.append(try moved(directory.path)) }
        let writes =
            tree.directories.map { .delete($0.key) } + tidying.deletions + patches
            + directories.map { FileRecords.put(directory: $0) } + versions
        try checkSize(writes.count, tree.files.count)
        // Putting the target would not notice that it is there.
        let guards = guards(tree) + tidying.guards + [.absent(FileRecords.directoryKey(new))]
        return try await commit(folder, guards: guards, writes)
    }

    /// Deletes a file, or a directory with everything below it, in one commit.
    /// - Throws: ``FileError`` `notFound` where there is nothing, `limit` for a directory with more than one commit holds,
    ///   `unavailable`.
    public func remove(_ path: String, in folder: String) async throws(FileError) {
        let path = try FilePath(path)
        for _ in 0..<FileLimits.attempts {
            guard let record = try await record(at: path, in: folder) else { throw Self.noFile }
            guard record.isDirectory else {
                guard case .text(let id)? = record.key.id.first else { continue }
                do {
                    try await delete(id, expecting: try MemoryFile(record).contentSHA256, in: folder)
                    return
                } catch {
                    guard error.code == .conflict || error.code == .notFound else { throw error }
                    continue
                }
            }
            let tree = try await tree(path, record, in: folder)
            let tidying = try await tidying(above: path, in: folder)
            let writes =
                tree.files.map { .delete(FileRecords.fileKey($0.id)) } + tree.directories.map { .delete($0.key) }
                + tidying.deletions + tree.files.map { FileRecords.insert(deletion(of: $0)) }
            try checkSize(writes.count, tree.files.count)
            if try await commit(folder, mayBeArchived: true, guards: guards(tree) + tidying.guards, writes) { return }
        }
        throw .keptChanging
    }

    private func checkSize(_ writes: Int, _ files: Int) throws(FileError) {
        let most = records.capabilities.maximumWrites
        guard writes <= most else {
            throw FileError(
                .limit,
                "a directory with \(files) files needs \(writes) writes; one commit holds \(most): move or delete its parts"
            )
        }
    }
}
