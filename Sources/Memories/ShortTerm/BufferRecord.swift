public import Records

extension MemoryRecords {
    /// A message of a conversation's buffer. Key: session and sequence.
    public static let bufferedMessage = RecordType(
        "buffered_message", keyCount: 2,
        fields: [
            Field("session", .text(maximumBytes: 255)), Field("sequence", .int), Field("role", .text(maximumBytes: 64)),
            Field("name", .text(maximumBytes: 255)), Field("content", .text(maximumBytes: MemoryBounds.contentBytes)),
            Field("metadata", .json), Field("tokens", .int), Field("created_at", .time), Field("expires_at", .time),
        ],
        indexes: [Index(equal: ["session"], order: "sequence"), Index(order: "expires_at", isGlobal: true)])
}

extension BufferedMessage {
    /// - Throws: ``MemoryError`` `corrupted`.
    init(_ record: Record) throws(MemoryError) {
        guard record.values.count == 9, case .int(let sequence) = record.values[1],
            case .text(let role) = record.values[2], case .text(let content) = record.values[4],
            case .int(let tokens) = record.values[6], case .time(let created) = record.values[7]
        else { throw MemoryError(.corrupted, "a buffered message is damaged") }
        self.sequence = sequence
        self.role = role
        self.content = content
        self.tokens = Int(tokens)
        createdAt = Timestamp(microseconds: created)
        if case .text(let name) = record.values[3] { self.name = name }
        if case .time(let time) = record.values[8] { expiresAt = Timestamp(microseconds: time) }
        metadata = [:]
        if case .json(let text) = record.values[5] {
            do throws(StoreError) {
                if case .object(let members) = try JSONValue(parsing: text) { metadata = members }
            } catch {
                throw MemoryError(.corrupted, "a buffered message is damaged", underlying: error)
            }
        }
    }

    /// The values for a session; the store assigns the sequence.
    func values(in session: String) -> [Value] {
        [
            .text(session), .next("buffer_sequence/" + session), .text(role), name.map { .text($0) } ?? .null,
            .text(content), metadata.isEmpty ? .null : .json(JSONValue.object(metadata).canonical),
            .int(Int64(tokens)), .time(createdAt.microseconds),
            expiresAt.map { .time($0.microseconds) } ?? .null,
        ]
    }
}
