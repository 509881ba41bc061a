import Records

extension FileStore {
    /// What becomes of the directories above something that goes away.
    struct Tidying {
        var deletions: [Write] = []
        /// What must still be true for that.
        var guards: [Guard] = []
    }

    /// Finds the directories that have nothing but what goes away, from the innermost on.
    /// - Parameter kept: Directories that the same commit puts.
    func tidying(above path: FilePath, keeping kept: [FilePath] = [], in folder: String) async throws(FileError)
        -> Tidying
    {
        let directories = path.ancestors
        guard !directories.isEmpty else { return Tidying() }
        let queries = directories.map { directory in
            Query(
                FileRecords.file.name, .equal("parent", .text(directory.text)), order: .field("path"), limit: 2,
                fields: ["path"])
        }
        let keys = directories.map { FileRecords.directoryKey($0) }
        let pages = try await read([.keys(keys, fields: [])] + queries.map { .query($0) }, in: folder).pages
        var tidying = Tidying()
        var leaving = path
        for place in directories.indices.reversed() {
            let directory = directories[place]
            if kept.contains(directory) { break }
            let children = try await all(queries[place], in: folder, first: pages[place + 1])
            if let other = children.first(where: { !$0.path.hasSameBytes(as: leaving.text) }) {
                // It stays for the sake of another, who must not leave at the same time.
                tidying.guards.append(.matches(other.key, .equal("path", .text(other.path))))
                break
            }
            // Whoever makes a file below it meanwhile changes its revision.
            guard let record = pages[0].records[place] else { break }
            tidying.guards.append(.matches(record.key, .equal("revision", .int(record.revision))))
            tidying.deletions.append(.delete(record.key))
            leaving = directory
        }
        return tidying
    }
}
