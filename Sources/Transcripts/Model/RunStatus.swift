/// Where a run stands.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
    /// Accepted, not begun.
    case pending
    /// At work.
    case running
    /// Waiting, to go on as the same run.
    case paused
    /// Over with a checkpoint, to go on as a successor run.
    case suspended
    /// Over with a result.
    case completed
    /// Over with an error.
    case failed
    /// Over because somebody wanted it.
    case canceled

    /// Whether the run may still change: pending, running or paused.
    public var isActive: Bool { Self.active.contains(self) }

    /// The statuses of runs that may still change.
    public static let active: Set<RunStatus> = [.pending, .running, .paused]

    /// Whether a run of this status may get another: an active one any but `pending`, others none.
    func mayBecome(_ next: RunStatus) -> Bool { self == next || isActive && next != .pending }
}

/// What a run is doing: an open set.
public struct RunPhase: RawRepresentable, Sendable, Hashable {
    /// The phase's name, 1 to 64 UTF-8 bytes.
    public var rawValue: String

    /// The phase of this name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It has its input.
    public static let prompted = RunPhase(rawValue: "prompted")
    /// The planner decides what to do.
    public static let planning = RunPhase(rawValue: "planning")
    /// Tools are at work.
    public static let executingTools = RunPhase(rawValue: "executing_tools")
    /// The answer is being made.
    public static let synthesizing = RunPhase(rawValue: "synthesizing")
    /// It has completed.
    public static let completed = RunPhase(rawValue: "completed")
    /// It has failed.
    public static let failed = RunPhase(rawValue: "failed")
    /// It was canceled.
    public static let canceled = RunPhase(rawValue: "canceled")
}

/// Why a run is to stop: an open set.
public struct CancellationReason: RawRepresentable, Sendable, Hashable {
    /// The reason, 1 to 255 UTF-8 bytes.
    public var rawValue: String

    /// The reason of this name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Somebody asked for it.
    public static let userRequested = CancellationReason(rawValue: "user_requested")
    /// Its session ended.
    public static let sessionEnded = CancellationReason(rawValue: "session_ended")
    /// The engine stopped it by itself.
    public static let engineCanceled = CancellationReason(rawValue: "engine_canceled")
}

/// What a run ended with; written once.
public struct RunOutcome: Sendable, Hashable, Codable {
    /// The result, byte for byte.
    public var result: JSONText?
    /// A code of what went wrong.
    public var errorCode: String?
    /// A sentence about what went wrong.
    public var errorMessage: String?

    enum CodingKeys: String, CodingKey {
        case result
        case errorCode = "error_code"
        case errorMessage = "error_message"
    }

    /// An outcome; up to 1 MiB as JSON.
    public init(result: JSONText? = nil, errorCode: String? = nil, errorMessage: String? = nil) {
        self.result = result
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }
}

/// The checkpoint with which a run was suspended; written once.
public struct RunSuspension: Sendable, Hashable {
    /// The checkpoint's id, 1 to 255 UTF-8 bytes.
    public var id: String
    /// What the engine needs to go on, up to 4 MiB.
    public var data: [UInt8]

    /// A checkpoint.
    public init(id: String, data: [UInt8]) {
        self.id = id
        self.data = data
    }
}
