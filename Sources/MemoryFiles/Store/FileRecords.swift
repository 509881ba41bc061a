import Digests
public import Records

/// The record types of files.
///
/// A folder is a partition: its own record, its files, the directories that these imply, and their versions. A directory
/// is a record of the same type as a file, because one unique path then keeps the two apart without reading first: a
/// file's commit puts the directories above it, which fails where a file has that path already.
public enum FileRecords {
    /// A folder.
    public static let folder = RecordType(
        "memory_folder",
        fields: [
            Field("id", .text(maximumBytes: FileLimits.identifierBytes)),
            Field("owner", .text(maximumBytes: FileLimits.ownerBytes)),
            Field("name", .text(maximumBytes: FileLimits.nameCharacters * 4)),
            Field("description", .text(maximumBytes: FileLimits.descriptionCharacters * 4)),
            Field("metadata", .json), Field("created_at", .time), Field("updated_at", .time),
            Field("archived_at", .time), Field("deleted_at", .time),
        ],
        indexes: [
            Index(equal: ["owner"], order: "created_at", isGlobal: true),
            Index(order: "deleted_at", isGlobal: true),
        ])

    /// A file, or a directory.
    public static let file = RecordType(
        "memory_file",
        fields: [
            Field("id", .text(maximumBytes: FileLimits.identifierBytes)),
            Field("path", .text(maximumBytes: FileLimits.pathBytes)),
            Field("parent", .text(maximumBytes: FileLimits.pathBytes)), Field("is_directory", .bool),
            Field("content", .text(maximumBytes: FileLimits.contentBytes)), Field("sha256", .text(maximumBytes: 64)),
            Field("size", .int), Field("version", .text(maximumBytes: FileLimits.identifierBytes)),
            Field("created_at", .time), Field("updated_at", .time),
        ], unique: [["path"]], indexes: [Index(order: "path"), Index(equal: ["parent"], order: "path")])

    /// A version of a file.
    public static let version = RecordType(
        "memory_file_version",
        fields: [
            Field("id", .text(maximumBytes: FileLimits.identifierBytes)), Field("number", .int),
            Field("file", .text(maximumBytes: FileLimits.identifierBytes)),
            Field("operation", .text(maximumBytes: 16)), Field("path", .text(maximumBytes: FileLimits.pathBytes)),
            Field("content", .text(maximumBytes: FileLimits.contentBytes)), Field("sha256", .text(maximumBytes: 64)),
            Field("size", .int), Field("created_at", .time), Field("author_kind", .text(maximumBytes: 32)),
            Field("author", .text(maximumBytes: FileLimits.authorBytes)), Field("redacted_at", .time),
            Field("redactor_kind", .text(maximumBytes: 32)),
            Field("redactor", .text(maximumBytes: FileLimits.authorBytes)),
        ], indexes: [Index(order: "number"), Index(equal: ["file"], order: "number")])

    /// Every type.
    public static let all = [folder, file, version]

    static func folderKey(_ id: String) -> Key { Key(folder.name, id) }
    static func fileKey(_ id: String) -> Key { Key(file.name, id) }
    static func versionKey(_ id: String) -> Key { Key(version.name, id) }
    static func directoryKey(_ path: FilePath) -> Key { fileKey(FileIdentifier.directory(path.text)) }

    /// Puts a directory. Its revision grows with every file that is made below it.
    static func put(directory path: FilePath) -> Write {
        .put(
            file.name,
            [
                .text(FileIdentifier.directory(path.text)), .text(path.text), .text(path.parent), .bool(true), .null,
                .null, .null, .null, .null, .null,
            ])
    }

    static func insert(_ new: MemoryFile, at path: FilePath, _ content: String) -> Write {
        .insert(
            file.name,
            [
                .text(new.id), .text(path.text), .text(path.parent), .bool(false), .text(content),
                .text(new.contentSHA256), .int(Int64(new.contentBytes)), .text(new.version), .time(new.createdAt),
                .time(new.updatedAt),
            ])
    }

    static func insert(_ new: FileVersion) -> Write {
        .insert(
            version.name,
            [
                .text(new.id), .next(version.name), .text(new.file), .text(new.operation.rawValue),
                new.path.map { .text($0) } ?? .null, new.content.map { .text($0) } ?? .null,
                new.contentSHA256.map { .text($0) } ?? .null, new.contentBytes.map { .int(Int64($0)) } ?? .null,
                .time(new.createdAt), new.createdBy.map { .text($0.kind.rawValue) } ?? .null,
                new.createdBy.map { .text($0.id) } ?? .null, .null, .null, .null,
            ])
    }

    /// What is below a directory.
    static func below(_ prefix: String) -> Filter {
        guard prefix != "/" else { return .all }
        // The slash is followed by the digit nought.
        return .and([.not(.less("path", .text(prefix))), .less("path", .text(prefix.dropLast() + "0"))])
    }

    static let isFile = Filter.equal("is_directory", .bool(false))
    /// Everything of a file but what it says.
    static let briefFile = ["path", "is_directory", "sha256", "size", "version", "created_at", "updated_at"]
    static let briefVersion = version.fields.map(\.name).filter { $0 != "content" }
}

extension Value {
    fileprivate var time: Int64? { if case .time(let time) = self { time } else { nil } }
    fileprivate var int: Int? { if case .int(let number) = self { Int(number) } else { nil } }
}

extension MemoryFolder {
    init(_ record: Record) throws(FileError) {
        let values = record.values
        guard let id = values[0].text, let name = values[2].text, let description = values[3].text,
            case .json(let json) = values[4], let createdAt = values[5].time, let updatedAt = values[6].time,
            case .object(let members)? = try? JSONValue(parsing: json)
        else { throw FileError(.corrupted, "a stored folder lacks a required field") }
        var metadata: [String: String] = [:]
        for case (let key, .string(let text)) in members { metadata[key] = text }
        self.init(
            id: id, name: name, description: description, metadata: metadata, createdAt: createdAt,
            updatedAt: updatedAt, archivedAt: values[7].time)
    }
}

extension Record {
    /// Whether a folder is being deleted.
    var isDeletedFolder: Bool { !values[8].isNull }
    /// The path of a file or directory.
    var path: String { values[1].text ?? "" }
    /// Whether this is a directory.
    var isDirectory: Bool { values[3] == .bool(true) }
}

extension MemoryFile {
    init(_ record: Record) throws(FileError) {
        let values = record.values
        guard let id = values[0].text, let path = values[1].text, let digest = values[5].text,
            let size = values[6].int, let version = values[7].text, let createdAt = values[8].time,
            let updatedAt = values[9].time
        else { throw FileError(.corrupted, "a stored file lacks a required field") }
        self.init(
            id: id, path: path, content: values[4].text, contentSHA256: digest, contentBytes: size, version: version,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}

extension FileVersion {
    init(_ record: Record) throws(FileError) {
        let values = record.values
        guard let id = values[0].text, let file = values[2].text,
            let operation = values[3].text.flatMap(Operation.init(rawValue:)), let createdAt = values[8].time
        else { throw FileError(.corrupted, "a stored version lacks a required field") }
        func author(_ place: Int) -> FileAuthor? {
            guard let kind = values[place].text, let id = values[place + 1].text else { return nil }
            return FileAuthor(FileAuthor.Kind(rawValue: kind), id)
        }
        self.init(
            id: id, file: file, operation: operation, path: values[4].text, content: values[5].text,
            contentSHA256: values[6].text, contentBytes: values[7].int, createdAt: createdAt, createdBy: author(9),
            redactedAt: values[11].time, redactedBy: author(12))
    }
}
