import Digests
import Foundation
public import Records

/// An owner's folders of files: texts at paths, with versions and compare-and-swap by the hash of their content.
///
/// Owners never see each other's folders: the owner is part of every partition's name, so the identifier of another's
/// folder names nothing. A folder is one partition: its writers are serial, those of different folders are not. All
/// members may be called from any number of tasks and processes.
///
/// Directories are what paths imply: one appears with the first file below it and goes with the last. A path is either a
/// file's or a directory's, never both.
public struct FileStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// Whose folders.
    public private(set) var owner: String
    /// Whom versions name as their author.
    public var author: FileAuthor?
    let clock: @Sendable () -> Int64

    /// Prepares the record types and opens the folders of an owner.
    /// - Parameters:
    ///   - owner: 1 to 512 UTF-8 bytes without U+0000, such as the name of a partition of memories.
    ///   - clock: Microseconds since 1970 UTC; the system clock by default.
    /// - Throws: ``FileError`` `invalid`; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, owner: String, author: FileAuthor? = nil,
        clock: @escaping @Sendable () -> Int64 = Self.now
    ) async throws(FileError) {
        try Self.check(owner)
        do {
            try await records.prepare(FileRecords.all)
        } catch {
            throw FileError(error)
        }
        self.records = records
        self.owner = owner
        self.author = author
        self.clock = clock
    }

    /// The folders of another owner in the same store.
    /// - Throws: ``FileError`` `invalid`.
    public func owned(by owner: String, author: FileAuthor? = nil) throws(FileError) -> FileStore {
        try Self.check(owner)
        var store = self
        store.owner = owner
        store.author = author
        return store
    }

    /// The system clock.
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    private static func check(_ owner: String) throws(FileError) {
        guard (1...FileLimits.ownerBytes).contains(owner.utf8.count), !owner.utf8.contains(0) else {
            throw FileError(.invalid, "an owner's name must have 1 to \(FileLimits.ownerBytes) bytes and no U+0000")
        }
    }

    /// The partition of a folder. Its id is checked for the characters that identifiers have: it may come from anybody.
    func partition(_ folder: String) throws(FileError) -> Partition {
        guard (1...FileLimits.identifierBytes).contains(folder.utf8.count),
            folder.utf8.allSatisfy({ (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5f })
        else { throw Self.noFolder }
        let short = owner.utf8.count <= 400 ? owner : "#" + Digest.sha256Hex(owner)
        return Partition("files/" + short + "/" + folder)
    }

    static let noFolder = FileError(.notFound, "there is no such memory store")
    static let noFile = FileError(.notFound, "there is no such file")

    /// Reads of a folder, and the folder, from one snapshot.
    func read(
        _ reads: [Read], in folder: String
    ) async throws(FileError) -> (folder: MemoryFolder, revision: Int64, pages: [Page]) {
        let partition = try partition(folder)
        var pages: [Page]
        do {
            pages = try await records.read(
                [.keys([FileRecords.folderKey(folder)])] + reads, in: partition, atLeast: nil)
        } catch {
            throw FileError(error)
        }
        guard let record = pages.removeFirst().records.first ?? nil, !record.isDeletedFolder else {
            throw Self.noFolder
        }
        return (try MemoryFolder(record), record.revision, pages)
    }

    /// Every record of a query: a page may be short before the end.
    func all(_ query: Query, in folder: String, first: Page? = nil) async throws(FileError) -> [Record] {
        let partition = try partition(folder)
        var query = query
        var found: [Record] = first?.records.compactMap { $0 } ?? []
        if let first {
            guard let next = first.next, found.count < query.limit else { return found }
            query.after = next
        }
        let most = query.limit
        repeat {
            query.limit = most - found.count
            do {
                let page = try await records.read(.query(query), in: partition)
                found += page.records.compactMap { $0 }
                query.after = page.next
            } catch {
                throw FileError(error)
            }
        } while query.after != nil && found.count < most
        return found
    }

    /// Commits to a folder that is there, and not archived unless that is no matter.
    /// - Returns: Whether it was committed; false when others changed what the guards speak of.
    func commit(
        _ folder: String, mayBeArchived: Bool = false, guards: [Guard], _ writes: [Write]
    ) async throws(FileError) -> Bool {
        let isThere = Filter.not(.exists("deleted_at"))
        let condition = Guard.matches(
            FileRecords.folderKey(folder), mayBeArchived ? isThere : .and([isThere, .not(.exists("archived_at"))]))
        let failure: StoreError
        do {
            try await records.commit(Batch(try partition(folder), guards: [condition] + guards, writes))
            return true
        } catch let error as StoreError {
            failure = error
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(.unavailable, "the store failed", underlying: error)
        }
        switch failure.code {
        case .guardFailed, .missing:
            try await requireWritable(folder, mayBeArchived: mayBeArchived)
            return false
        case .exists:
            throw Self.taken(failure.record)
        default:
            throw FileError(failure)
        }
    }

    /// - Throws: ``FileError`` `notFound`, `archived`.
    func requireWritable(_ folder: String, mayBeArchived: Bool = false) async throws(FileError) {
        let known = try await read([], in: folder).folder
        guard known.archivedAt == nil || mayBeArchived else {
            throw FileError(.archived, "the memory store is archived: nothing can be written to it")
        }
    }

    private static func taken(_ record: Record?) -> FileError {
        guard let record, record.type == FileRecords.file.name else {
            return FileError(.exists, "there is something at this path already")
        }
        return FileError(
            .exists, "there is a \(record.isDirectory ? "directory" : "file") at this path, or at one above it",
            conflictingID: record.isDirectory
                ? nil
                : record.key.id.first.flatMap { value in
                    if case .text(let id) = value { id } else { nil }
                }, conflictingPath: record.path)
    }
}
