public import Records

/// One execution of an agent.
public struct Run: Sendable, Hashable {
    /// The id, 1 to 255 UTF-8 bytes.
    public var id: String
    /// Whose it is.
    public var owner: Owner
    /// The agent that works.
    public var agent: String
    /// The conversation it belongs to; nil for a run of its own.
    public var session: String?
    /// The turn of the conversation.
    public var turn: String?
    /// The run that called this one, and the tool call by which it did.
    public var parent: String?, parentToolCall: String?
    /// The suspended run that this one continues.
    public var predecessor: String?
    /// Where it stands.
    public var status: RunStatus
    /// What it is doing.
    public var phase: RunPhase?
    /// Names and values to list by.
    public var labels: [String: String]
    /// Anything else, as JSON.
    public var metadata: [String: JSONValue]
    /// Typed values to list by.
    public var attributes: [String: SearchAttribute]
    /// When it was recorded first.
    public var createdAt: Timestamp
    /// When it began to work; the first such moment stays.
    public var startedAt: Timestamp?
    /// When it was last changed.
    public var updatedAt: Timestamp
    /// When it was over.
    public var endedAt: Timestamp?
    /// What it ended with.
    public var outcome: RunOutcome?
    /// Why it is to stop; the first reason stays.
    public var cancellationReason: CancellationReason?
    /// The checkpoint's id, where it was suspended with one.
    public var suspensionID: String?
    /// The request that it was started by, where the caller gave its digest.
    public var requestDigest: [UInt8]?
    /// How often it was changed, from 1.
    public var revision: Int64
}

/// A run to start.
public struct NewRun: Sendable, Hashable {
    /// The id; nil makes one.
    public var id: String?
    /// The agent that works.
    public var agent: String
    /// The conversation it belongs to; nil for a run of its own.
    public var session: String?
    /// The turn of the conversation.
    public var turn: String?
    /// The active run, of the same session, that calls this one, and the tool call by which it does.
    public var parent: String?, parentToolCall: String?
    /// The suspended run, of the same session, agent and parent, that this one continues.
    public var predecessor: String?
    /// `pending` or `running`.
    public var status: RunStatus
    /// What it is doing.
    public var phase: RunPhase?
    /// Up to 64 labels.
    public var labels: [String: String]
    /// Up to 65,536 bytes of JSON.
    public var metadata: [String: JSONValue]
    /// Up to 64 typed values to list by.
    public var attributes: [String: SearchAttribute]
    /// When it began to work; nil is now for a running one.
    public var startedAt: Timestamp?
    /// A digest of the request, 1 to 64 bytes: a repeat with the same one is the same start whatever else it says.
    public var requestDigest: [UInt8]?

    /// A run; everything but the agent is optional.
    public init(
        id: String? = nil, agent: String, session: String? = nil, turn: String? = nil, parent: String? = nil,
        parentToolCall: String? = nil, predecessor: String? = nil, status: RunStatus = .running,
        phase: RunPhase? = nil, labels: [String: String] = [:], metadata: [String: JSONValue] = [:],
        attributes: [String: SearchAttribute] = [:], startedAt: Timestamp? = nil, requestDigest: [UInt8]? = nil
    ) {
        self.id = id
        self.agent = agent
        self.session = session
        self.turn = turn
        self.parent = parent
        self.parentToolCall = parentToolCall
        self.predecessor = predecessor
        self.status = status
        self.phase = phase
        self.labels = labels
        self.metadata = metadata
        self.attributes = attributes
        self.startedAt = startedAt
        self.requestDigest = requestDigest
    }
}

/// A change of a run; what is nil stays.
public struct RunUpdate: Sendable, Hashable {
    /// Where it stands.
    public var status: RunStatus?
    /// What it is doing.
    public var phase: RunPhase?
    /// The turn of the conversation.
    public var turn: String?
    /// All labels, metadata and attributes.
    public var labels: [String: String]?, metadata: [String: JSONValue]?, attributes: [String: SearchAttribute]?
    /// When it began to work; kept where there is one.
    public var startedAt: Timestamp?
    /// When it was over; nil is now.
    public var endedAt: Timestamp?
    /// What it ended with: only with a status that ends it.
    public var outcome: RunOutcome?
    /// Why it is to stop.
    public var cancellationReason: CancellationReason?
    /// The checkpoint: only with the status `suspended`.
    public var suspension: RunSuspension?

    /// A change of nothing, unless named.
    public init(
        status: RunStatus? = nil, phase: RunPhase? = nil, turn: String? = nil, labels: [String: String]? = nil,
        metadata: [String: JSONValue]? = nil, attributes: [String: SearchAttribute]? = nil,
        startedAt: Timestamp? = nil, endedAt: Timestamp? = nil, outcome: RunOutcome? = nil,
        cancellationReason: CancellationReason? = nil, suspension: RunSuspension? = nil
    ) {
        self.status = status
        self.phase = phase
        self.turn = turn
        self.labels = labels
        self.metadata = metadata
        self.attributes = attributes
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.cancellationReason = cancellationReason
        self.suspension = suspension
    }
}
