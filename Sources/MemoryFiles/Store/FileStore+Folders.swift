import Records

extension FileStore {
    /// Makes a folder.
    /// - Parameters:
    ///   - name: 1 to 255 characters without control characters.
    ///   - description: At most 1,024 characters.
    ///   - metadata: At most 16 pairs; keys of 1 to 64, values of at most 512 characters.
    /// - Throws: ``FileError`` `invalid`, `unavailable`, `outcomeUnknown`.
    public func createFolder(
        _ name: String, description: String = "", metadata: [String: String] = [:]
    ) async throws(FileError) -> MemoryFolder {
        let now = clock()
        let folder = MemoryFolder(
            id: FileIdentifier.make(.folder, at: now), name: name, description: description, metadata: metadata,
            createdAt: now, updatedAt: now, archivedAt: nil)
        try await insert(folder)
        return folder
    }

    /// The folder of an agent's memory tool: made when it is asked for first, the same from then on.
    /// - Parameters:
    ///   - agent: Narrows to one agent; without one, all agents of the owner share a folder.
    ///   - session: Narrows to one session.
    /// - Throws: ``FileError`` `invalid`, `unavailable`.
    public func standardFolder(agent: String? = nil, session: String? = nil) async throws(FileError) -> MemoryFolder {
        let parts = [owner, agent ?? "", session ?? ""]
        let id = FileIdentifier.derived(.folder, from: parts.map { "\($0.utf8.count):\($0)" }.joined())
        var metadata: [String: String] = [:]
        for (name, part) in [("agent", agent), ("session", session)] { metadata[name] = part }
        for _ in 0..<3 {
            do {
                return try await folder(id)
            } catch {
                guard error.code == .notFound else { throw error }
            }
            // One whose deletion did not end would be in the way.
            try await deleteFolder(id)
            let now = clock()
            let folder = MemoryFolder(
                id: id, name: "memories", description: "What the memory tool keeps.", metadata: metadata,
                createdAt: now, updatedAt: now, archivedAt: nil)
            do {
                try await insert(folder)
                return folder
            } catch {
                guard error.code == .conflict else { throw error }
            }
        }
        throw .keptChanging
    }

    private func insert(_ folder: MemoryFolder) async throws(FileError) {
        try Self.check(folder)
        let batch = Batch(
            try partition(folder.id),
            [
                .insert(
                    FileRecords.folder.name,
                    [
                        .text(folder.id), .text(owner), .text(folder.name), .text(folder.description),
                        .json(Self.json(folder.metadata)), .time(folder.createdAt), .time(folder.updatedAt), .null,
                        .null,
                    ])
            ])
        do {
            try await records.commit(batch)
        } catch {
            throw FileError(error)
        }
    }

    /// A folder.
    /// - Throws: ``FileError`` `notFound`, `unavailable`.
    public func folder(_ id: String) async throws(FileError) -> MemoryFolder { try await read([], in: id).folder }

    /// The owner's folders, the newest first.
    /// - Throws: ``FileError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + archived folders in between).
    public func folders(_ query: FolderQuery = FolderQuery()) async throws(FileError) -> FileListing<MemoryFolder> {
        try FileLimits.check(limit: query.limit)
        var filter: [Filter] = [.equal("owner", .text(owner)), .not(.exists("deleted_at"))]
        if !query.includesArchived { filter.append(.not(.exists("archived_at"))) }
        if let time = query.createdAtLeast { filter.append(.not(.less("created_at", .time(time)))) }
        if let time = query.createdAtMost { filter.append(.atMost("created_at", .time(time))) }
        var question = Query(
            FileRecords.folder.name, .and(filter), order: .field("created_at"), isDescending: true,
            limit: query.limit, after: query.after)
        var folders: [MemoryFolder] = []
        repeat {
            question.limit = query.limit - folders.count
            let answer: SurveyPage
            do {
                answer = try await records.survey(question)
            } catch {
                throw FileError(error)
            }
            for record in answer.page.records.compactMap({ $0 }) { folders.append(try MemoryFolder(record)) }
            question.after = answer.page.next
        } while question.after != nil && folders.count < query.limit
        return FileListing(folders, next: question.after)
    }

    /// Changes a folder's name, description or metadata.
    /// - Throws: ``FileError`` `notFound`, `archived`, `invalid`, `conflict`, `unavailable`.
    @discardableResult
    public func updateFolder(_ id: String, _ change: FolderChange) async throws(FileError) -> MemoryFolder {
        for _ in 0..<FileLimits.attempts {
            let known = try await read([], in: id)
            let old = known.folder
            var new = old
            new.name = change.name ?? old.name
            new.description = change.description ?? old.description
            for (key, value) in change.metadata { new.metadata[key] = value }
            try Self.check(new)
            if old.archivedAt == nil, new == old { return old }
            new.updatedAt = clock()
            let unchanged = Guard.matches(FileRecords.folderKey(id), .equal("revision", .int(known.revision)))
            let writes: [Write] = [
                .patch(
                    FileRecords.folderKey(id),
                    [
                        .set("name", .text(new.name)), .set("description", .text(new.description)),
                        .set("metadata", .json(Self.json(new.metadata))), .set("updated_at", .time(new.updatedAt)),
                    ])
            ]
            if try await commit(id, guards: [unchanged], writes) { return new }
        }
        throw .keptChanging
    }

    /// Archives a folder for ever: it can be read and emptied, not written. A second time changes nothing.
    /// - Throws: ``FileError`` `notFound`, `unavailable`.
    @discardableResult
    public func archiveFolder(_ id: String) async throws(FileError) -> MemoryFolder {
        for _ in 0..<FileLimits.attempts {
            var folder = try await folder(id)
            if folder.archivedAt != nil { return folder }
            let now = clock()
            (folder.archivedAt, folder.updatedAt) = (now, now)
            do {
                let changes: [Change] = [.set("archived_at", .time(now)), .set("updated_at", .time(now))]
                if try await commit(id, guards: [], [.patch(FileRecords.folderKey(id), changes)]) { return folder }
            } catch {
                // Somebody else was first, and this answers what they did.
                guard error.code == .archived else { throw error }
            }
        }
        throw .keptChanging
    }

    /// Deletes a folder with its files and versions; an absent one is no error. From the first commit on, nobody sees it;
    /// what a crash leaves behind is deleted by ``sweepFolders(limit:)``.
    /// - Returns: Whether it was there.
    /// - Throws: ``FileError`` `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func deleteFolder(_ id: String) async throws(FileError) -> Bool {
        let partition = try partition(id)
        let key = FileRecords.folderKey(id)
        do {
            guard let record = try await records.record(key, in: partition) else { return false }
            if !record.isDeletedFolder {
                try await records.commit(Batch(partition, [.patch(key, [.set("deleted_at", .time(clock()))])]))
            }
            try await empty(partition, key)
            return !record.isDeletedFolder
        } catch {
            // Another deleted it in between.
            guard error.code == .missing else { throw FileError(error) }
            return false
        }
    }

    /// Deletes what is left of folders whose deletion did not end, of every owner.
    /// - Returns: How many folders there were.
    /// - Throws: ``FileError`` `invalid`, `unavailable`.
    @discardableResult
    public func sweepFolders(limit: Int = 100) async throws(FileError) -> Int {
        try FileLimits.check(limit: limit)
        do {
            let query = Query(FileRecords.folder.name, order: .field("deleted_at"), limit: limit, fields: [])
            let left = try await records.survey(query)
            for (record, partition) in zip(left.page.records, left.partitions) {
                if let record { try await empty(partition, record.key) }
            }
            return left.partitions.count
        } catch {
            throw FileError(error)
        }
    }

    /// Deletes everything of a folder, its own record last.
    private func empty(_ partition: Partition, _ folder: Key) async throws(StoreError) {
        let most = min(500, records.capabilities.maximumWrites)
        for type in [FileRecords.file, FileRecords.version] {
            var query = Query(type.name, limit: most, fields: [])
            repeat {
                let page = try await records.read(.query(query), in: partition)
                let keys = page.records.compactMap { $0?.key }
                if !keys.isEmpty { try await records.commit(Batch(partition, keys.map { .delete($0) })) }
                query.after = page.next
            } while query.after != nil
        }
        try await records.commit(Batch(partition, [.delete(folder)]))
    }

    private static func check(_ folder: MemoryFolder) throws(FileError) {
        try FileLimits.check(folder.name, "name", characters: 1...FileLimits.nameCharacters)
        guard !folder.name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw FileError(.invalid, "name must not contain control characters")
        }
        try FileLimits.check(folder.description, "description", characters: 0...FileLimits.descriptionCharacters)
        guard folder.metadata.count <= FileLimits.metadataPairs else {
            throw FileError(
                .invalid, "metadata has \(folder.metadata.count) pairs; the limit is \(FileLimits.metadataPairs)")
        }
        for (key, value) in folder.metadata {
            try FileLimits.check(key, "a metadata key", characters: 1...FileLimits.metadataKeyCharacters)
            try FileLimits.check(value, "a metadata value", characters: 0...FileLimits.metadataValueCharacters)
        }
    }

    private static func json(_ metadata: [String: String]) -> String {
        JSONValue.object(metadata.mapValues { .string($0) }).canonical
    }
}
