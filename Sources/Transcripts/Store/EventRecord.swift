import Records

extension Event {
    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<EventField>(record)
        let type = EventType(rawValue: try row.required(row.text(.type), .type))
        var changes: [StateChange] = []
        if case .json(let text) = row.value(.stateChanges) { changes = try [StateChange](text) }
        var author: String?
        if case .json(let text) = row.value(.participants) { author = JSONValue.strings(inList: text)?.first }
        self.init(
            id: try row.required(row.text(.id), .id), key: row.text(.key),
            sequence: try row.required(row.int(.sequence), .sequence), session: row.text(.sessionID),
            run: row.text(.runID), agent: row.text(.agent), turn: row.text(.turn), author: author,
            payload: try EventPayload(type, try row.required(row.bytes(.payload), .payload)),
            labels: try row.labels(.labels), stateChanges: changes,
            timestamp: try row.required(row.time(.occurredAt), .occurredAt),
            recordedAt: try row.required(row.time(.recordedAt), .recordedAt), stamp: record.stamp)
    }
}

/// An event ready to be written.
struct PreparedEvent: Sendable {
    var id: String
    /// The log it is appended to.
    var log: EventLog
    /// Everything but session, sequence and time of recording.
    var values: FieldValues<EventField>
    var changes: [StateChange]

    static func key(_ id: String) -> Key { Key(EventField.recordType, id) }

    /// The name of the counter that numbers a log.
    static func counter(session: String?, run: String?) -> String {
        if let session { return "transcript/session/" + session }
        return "transcript/run/" + (run ?? "")
    }

    /// The insertion into the log of a session, or of a run of its own.
    func insertion(session: String?, at time: Timestamp) -> Write {
        var values = values
        var run: String?
        if case .run(let id) = log { run = id }
        values[.sessionID] = .init(session)
        values[.runID] = .init(run)
        values[.sequence] = .next(Self.counter(session: session, run: run))
        values[.recordedAt] = .init(time)
        return values.insertion
    }

    /// Whether a stored event of the same id says the same; times, vectors and the words it is found by do not count.
    func isSame(as record: Record) throws(TranscriptError) -> Bool {
        let row = try StoredRow<EventField>(record)
        return Self.compared.allSatisfy { row.value($0) == values[$0] }
    }

    func isSame(as other: PreparedEvent) -> Bool {
        Self.compared.allSatisfy { other.values[$0] == values[$0] }
    }

    private static let compared: [EventField] = [
        .key, .type, .agent, .turn, .participants, .labels, .payload, .stateChanges,
    ]
}
