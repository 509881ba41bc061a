import Digests
import Records

/// A run with the bookkeeping that callers do not see.
struct StoredRun {
    var run: Run
    /// What it was started as: a repeat of the same is the same start.
    var identity: String

    static func key(_ id: String) -> Key { Key(RunField.recordType, id) }

    init(run: Run, identity: String) {
        self.run = run
        self.identity = identity
    }

    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<RunField>(record)
        identity = row.text(.identity) ?? ""
        var outcome: RunOutcome?
        if let bytes = row.bytes(.outcome) { outcome = try PayloadCoding.decode(bytes) }
        run = Run(
            id: try row.required(row.text(.id), .id),
            owner: Owner(
                app: try row.required(row.text(.app), .app), user: try row.required(row.text(.user), .user)),
            agent: try row.required(row.text(.agent), .agent), session: row.text(.session), turn: row.text(.turn),
            parent: row.text(.parent), parentToolCall: row.text(.parentToolCall), predecessor: row.text(.predecessor),
            status: try row.required(row.text(.status).flatMap(RunStatus.init), .status),
            phase: row.text(.phase).map(RunPhase.init), labels: try row.labels(.labels),
            metadata: try row.document(.metadata), attributes: try Self.attributes(row),
            createdAt: try row.required(row.time(.createdAt), .createdAt), startedAt: row.time(.startedAt),
            updatedAt: try row.required(row.time(.updatedAt), .updatedAt), endedAt: row.time(.endedAt),
            outcome: outcome, cancellationReason: row.text(.cancellationReason).map(CancellationReason.init),
            suspensionID: row.text(.suspensionID), requestDigest: row.bytes(.requestDigest),
            archivedAt: row.time(.archivedAt), revision: row.int(.version) ?? 1)
    }

    private static func attributes(_ row: StoredRow<RunField>) throws(TranscriptError) -> [String: SearchAttribute] {
        var attributes: [String: SearchAttribute] = [:]
        let types = try row.labels(.attributeTypes)
        for (name, document) in try row.document(.attributes) {
            guard let type = types[name], let attribute = SearchAttribute(document, type: type) else {
                throw TranscriptError(.corrupted, "a stored attribute is not of its type")
            }
            attributes[name] = attribute
        }
        return attributes
    }

    func values() throws(TranscriptError) -> FieldValues<RunField> {
        var values = FieldValues<RunField>()
        values[.id] = .text(run.id)
        values[.app] = .text(run.owner.app)
        values[.user] = .text(run.owner.user)
        values[.agent] = .text(run.agent)
        values[.session] = .init(run.session)
        values[.turn] = .init(run.turn)
        values[.parent] = .init(run.parent)
        values[.parentToolCall] = .init(run.parentToolCall)
        values[.predecessor] = .init(run.predecessor)
        values[.status] = .text(run.status.rawValue)
        values[.phase] = .init(run.phase?.rawValue)
        values[.labels] = .init(run.labels)
        values[.metadata] = .init(run.metadata)
        values[.attributes] = .init(run.attributes.mapValues(\.document))
        values[.attributeTypes] = .init(run.attributes.mapValues(\.type))
        values[.createdAt] = .init(run.createdAt)
        values[.startedAt] = .init(run.startedAt)
        values[.updatedAt] = .init(run.updatedAt)
        values[.endedAt] = .init(run.endedAt)
        if let outcome = run.outcome {
            let bytes = try PayloadCoding.encode(outcome)
            try Check.size(bytes.count, "outcome", Bounds.outcomeBytes)
            values[.outcome] = .bytes(bytes)
        }
        values[.cancellationReason] = .init(run.cancellationReason?.rawValue)
        values[.suspensionID] = .init(run.suspensionID)
        values[.requestDigest] = run.requestDigest.map { .bytes($0) } ?? .null
        values[.archivedAt] = .init(run.archivedAt)
        values[.version] = .int(run.revision)
        values[.identity] = .text(identity)
        return values
    }
}

extension NewRun {
    func validate() throws(TranscriptError) {
        try Check.identifier(id, "run")
        try Check.identifier(agent, "agent")
        try Check.identifier(session, "session")
        try Check.identifier(turn, "turn")
        try Check.identifier(parent, "parent run")
        try Check.text(parentToolCall, "parent tool call", maximumBytes: 1_024)
        try Check.identifier(predecessor, "predecessor run")
        guard status == .pending || status == .running else {
            throw TranscriptError(.invalid, "status of a new run must be pending or running")
        }
        if let id, [parent, predecessor].contains(id) {
            throw TranscriptError(.conflict, "a run is neither its own parent nor its own predecessor")
        }
        if let requestDigest, !(1...64).contains(requestDigest.count) {
            throw TranscriptError(.invalid, "request digest has \(requestDigest.count) bytes; 1 to 64 are allowed")
        }
        try RunUpdate(phase: phase, labels: labels, metadata: metadata, attributes: attributes).validate()
    }

    /// A digest of everything that makes it this start and no other; times, status and phase do not.
    var identity: String {
        identity(
            with: attributes.isEmpty ? [:] : ["attribute_types": .object(attributes.mapValues { .string($0.type) })])
    }

    /// The digest as earlier versions made it, which did not look at the types of attributes.
    var untypedIdentity: String { identity(with: [:]) }

    private func identity(with more: [String: JSONValue]) -> String {
        var members: [String: JSONValue] = [
            "agent": .string(agent), "labels": .object(labels.mapValues { .string($0) }),
            "metadata": .object(metadata), "attributes": .object(attributes.mapValues(\.document)),
        ]
        for (name, text) in [
            ("session", session), ("turn", turn), ("parent", parent), ("tool_call", parentToolCall),
            ("predecessor", predecessor),
        ] {
            members[name] = text.map { .string($0) }
        }
        members.merge(more) { $1 }
        return Digest.sha256Hex(JSONValue.object(members).canonical)
    }
}

extension RunUpdate {
    func validate() throws(TranscriptError) {
        if let phase {
            try Check.identifier(phase.rawValue, "phase")
            try Check.text(phase.rawValue, "phase", maximumBytes: 64)
        }
        try Check.identifier(turn, "turn")
        try Check.labels(labels ?? [:])
        try Check.metadata(metadata ?? [:])
        try SearchAttribute.validate(attributes ?? [:])
        try Check.identifier(cancellationReason?.rawValue, "cancellation reason")
        if let suspension {
            try Check.identifier(suspension.id, "suspension")
            try Check.size(suspension.data.count, "suspension", Bounds.suspensionBytes)
            guard status == .suspended else {
                throw TranscriptError(.invalid, "suspension needs the status suspended")
            }
        }
        guard outcome == nil && endedAt == nil || status?.isActive == false else {
            throw TranscriptError(.invalid, "outcome and end need a status that ends the run")
        }
    }
}
