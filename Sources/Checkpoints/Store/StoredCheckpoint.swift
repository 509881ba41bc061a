import Records

/// A checkpoint's record, decoded, without its channels' values.
struct StoredCheckpoint {
    var tenant: String
    var thread: String
    var namespace: String
    var id: String
    var parent: String?
    var createdAt: Int64
    var isRetained: Bool
    var metadata: String
    var versions: [ChannelVersion]
    var incremental: [String]
    var stateType: String
    var cipher: String?
    var state: [UInt8]
    var byteCount: Int64
    var revision: Int64

    /// The fields without state and metadata, for those who only follow the chain.
    static let chainFields = ["parent", "created_at", "is_retained", "versions", "incremental", "byte_count"]

    /// - Throws: ``CheckpointError`` `corrupted` when the record lacks a required field.
    init(_ record: Record) throws(CheckpointError) {
        let values = record.values
        guard case .text(let namespace) = values[0], case .text(let id) = values[1],
            case .time(let createdAt) = values[6], case .bool(let isRetained) = values[7],
            case .bytes(let packed) = values[9], let versions = Self.versions(of: packed)
        else { throw CheckpointError(.corrupted, "a stored checkpoint lacks a required field") }
        self.namespace = namespace
        self.id = id
        tenant = values[2].text ?? ""
        thread = values[3].text ?? ""
        parent = values[4].text
        self.createdAt = createdAt
        self.isRetained = isRetained
        if case .json(let json) = values[8] { metadata = json } else { metadata = "{}" }
        self.versions = versions
        if let packed = values[10].bytes {
            guard let names = ScalarCoding.values(of: packed[...]) else {
                throw CheckpointError(.corrupted, "a stored checkpoint's channels are damaged")
            }
            incremental = names.compactMap(\.text)
        } else {
            incremental = []
        }
        stateType = values[11].text ?? ""
        cipher = values[12].text
        state = values[13].bytes ?? []
        byteCount = values[14].integer ?? 0
        revision = record.revision
    }

    /// Versions as bytes: name and version in turn, sorted by name.
    static func bytes(of versions: [ChannelVersion]) -> [UInt8] {
        ScalarCoding.bytes(of: versions.flatMap { [.text($0.channel), $0.version.value] })
    }

    private static func versions(of bytes: [UInt8]) -> [ChannelVersion]? {
        guard let values = ScalarCoding.values(of: bytes[...]), values.count.isMultiple(of: 2) else { return nil }
        var versions: [ChannelVersion] = []
        versions.reserveCapacity(values.count / 2)
        for place in stride(from: 0, to: values.count, by: 2) {
            guard let channel = values[place].text, let version = Version(values[place + 1]) else { return nil }
            versions.append(ChannelVersion(channel, version))
        }
        return versions
    }

    /// The value's record.
    func values(tenant: String, thread: String, run: String?) -> [Value] {
        [
            .text(namespace), .text(id), .text(tenant), .text(thread), Value(parent), Value(run), .time(createdAt),
            .bool(isRetained), .json(metadata), .bytes(Self.bytes(of: versions)),
            incremental.isEmpty ? .null : .bytes(ScalarCoding.bytes(of: incremental.map { .text($0) })),
            .text(stateType), Value(cipher), .bytes(state), .int(byteCount),
        ]
    }
}

/// What a head says.
struct StoredHead {
    var namespace: String
    var latest: String?
    var lastWritten: String?
    var removals: Int64
    var createdAt: Int64
    var activeAt: Int64?
    var revision: Int64

    /// - Throws: ``CheckpointError`` `corrupted` when the record lacks a required field.
    init(_ record: Record) throws(CheckpointError) {
        guard case .text(let namespace) = record.values[0] else {
            throw CheckpointError(.corrupted, "a stored namespace has no name")
        }
        self.namespace = namespace
        latest = record.values[CheckpointRecords.Head.latest].text
        lastWritten = record.values[CheckpointRecords.Head.lastWritten].text
        removals = record.values[CheckpointRecords.Head.removals].integer ?? 0
        createdAt = record.values[CheckpointRecords.Head.createdAt].integer ?? 0
        activeAt = record.values[CheckpointRecords.Head.activeAt].integer
        revision = record.revision
    }

    /// Whether tasks may have written after this checkpoint: ids grow, so later ones have no writes yet.
    func mayHaveWrites(_ id: String) -> Bool { lastWritten.map { id.compareBytes($0) <= 0 } ?? false }
}
