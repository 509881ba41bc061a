import Compression
import Digests
import Foundation
import Records
import TranscriptFormats
public import Transcripts

/// An archive of runs in a folder: a file of compressed JSON lines a run, which `zcat` shows.
///
/// The first line says what it is and has the run; every further line has an event. A file is written beside its place
/// and put there when it is safe, so that there is never half of one.
public struct FileRunArchive: RunArchive {
    /// The folder; it is made when something is kept.
    public let folder: String
    private static let format = "agent-memory.archive"
    private static let queue = DispatchQueue(label: "agent-memory.archive", attributes: .concurrent)

    /// An archive in a folder.
    public init(folder: String) { self.folder = folder }

    /// Keeps a run.
    /// - Throws: ``FormatError`` when the file cannot be written.
    public func keep(_ content: ArchivedRun, of owner: Owner) async throws {
        let header = JSONTree.object(of: [
            "format": .string(Self.format), "version": .number(1), "app": .string(owner.app),
            "user": .string(owner.user), "events": .number(content.events.count),
            "run": RunDocument.tree(content.content),
        ])
        let lines = [header.text] + content.events.map { EventDocument.tree($0).text }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        let (place, folder) = (path(content.content.run.id, owner), path(owner))
        try await Self.blocking {
            try Self.make(folder)
            try Self.write(try Gzip.compress(bytes), to: place, in: folder)
        }
    }

    /// What was kept of a run.
    /// - Throws: ``FormatError`` when the file is damaged.
    public func load(_ run: String, of owner: Owner) async throws -> ArchivedRun? {
        let place = path(run, owner)
        let found = try await Self.blocking { try Self.read(place).map { try Gzip.decompress($0) } }
        guard let found else { return nil }
        let lines = found.split(separator: 0x0a)
        guard let first = lines.first else { throw FormatError("the file of the archive is empty") }
        let header = try Self.header(Array(first))
        let content = try RunDocument.content(header["run"] ?? .null, "run", owner)
        guard header["events"]?.int == Int64(lines.count - 1), content.run.id.utf8.elementsEqual(run.utf8) else {
            throw FormatError("the file of the archive is of another run or lacks events")
        }
        var events: [EventContent] = []
        for (place, line) in lines.dropFirst().enumerated() {
            events.append(try EventDocument.content(JSONTree(parsing: Array(line)), "line \(place + 2)"))
        }
        return ArchivedRun(content: content, events: events)
    }

    /// Removes what was kept of a run.
    public func remove(_ run: String, of owner: Owner) async throws { try await remove([run], of: owner) }

    /// Removes what was kept of runs, and what a process that ended while it kept them has left.
    public func remove(_ runs: [String], of owner: Owner) async throws {
        let folder = path(owner)
        let gone = Set(runs.map { Self.name($0) })
        try await Self.blocking {
            guard access(folder, F_OK) == 0 else { return }
            // A draft has the name of its run's file, and more.
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                gone.contains(String($0.prefix(Self.nameLength)))
            }
            guard !names.isEmpty else { return }
            for name in names {
                guard unlink(folder + "/" + name) == 0 || errno == ENOENT else {
                    throw FormatError("a file of the archive cannot be removed")
                }
            }
            try Self.synchronize(folder)
        }
    }

    /// The ids of the runs that are kept of an owner.
    public func runs(of owner: Owner) async throws -> [String] {
        let folder = path(owner)
        let headers = try await Self.blocking {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return try names.sorted().filter { $0.hasSuffix(".jsonl.gz") }.compactMap { name in
                try Self.read(folder + "/" + name).map { try Gzip.decompress($0, firstLine: true) }
            }
        }
        return try headers.compactMap { try Self.header($0)["run"]?["id"]?.string }
    }

    private static func header(_ bytes: [UInt8]) throws -> JSONTree {
        let header = try JSONTree(parsing: bytes)
        guard header["format"]?.string == format, header["version"]?.int == 1 else {
            throw FormatError("this is no file of an archive, or of a newer version")
        }
        return header
    }

    // Names of owners and runs may hold anything; those of files may not.
    private func path(_ owner: Owner) -> String { folder + "/" + Digest.sha256Hex(owner.partition.name).prefix(32) }

    private func path(_ run: String, _ owner: Owner) -> String {
        path(owner) + "/" + Self.name(run)
    }

    private static func name(_ run: String) -> String { Digest.sha256Hex(run) + ".jsonl.gz" }
    private static let nameLength = name("").count

    /// Runs what holds a thread where it may.
    private static func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    private static func read(_ place: String) throws -> [UInt8]? {
        guard access(place, F_OK) == 0 else { return nil }
        guard let data = FileManager.default.contents(atPath: place) else {
            throw FormatError("a file of the archive cannot be read")
        }
        return Array(data)
    }

    private static func write(_ bytes: [UInt8], to place: String, in folder: String) throws {
        let draft = place + "." + UUID().uuidString
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw FormatError("a file of the archive cannot be made") }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        let isSafe = written == bytes.count && fsync(file) == 0
        guard close(file) == 0, isSafe, rename(draft, place) == 0 else {
            unlink(draft)
            throw FormatError("a file of the archive cannot be written")
        }
        try synchronize(folder)
    }

    /// Makes a folder and those above it; the name of each that is new is safe in the one above.
    private static func make(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 { return try synchronize(above(folder)) }
        if errno == ENOENT {
            try make(above(folder))
            return try make(folder)
        }
        guard errno == EEXIST else { throw FormatError("a folder of the archive cannot be made") }
    }

    private static func above(_ folder: String) throws -> String {
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        guard above != folder else { throw FormatError("a folder of the archive cannot be made") }
        return above
    }

    /// Makes names in a folder safe.
    private static func synchronize(_ folder: String) throws {
        let directory = open(folder, O_RDONLY | O_DIRECTORY)
        guard directory >= 0 else { throw FormatError("a folder of the archive cannot be opened") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw FormatError("a folder of the archive cannot be written") }
    }
}
