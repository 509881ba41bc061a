import AgentMemory
import MemoryAPI

/// Lists what agents worked on.
enum RunsListCommand: OperationCommand {
    static let operation: any Operation.Type = ListRuns.self
    static let words = "runs list"
    static let report = AnswerReport(columns: ["id", "status", "agent", "session", "updated_at"])
}

/// Shows how a run stands.
enum RunsShowCommand: OperationCommand {
    static let operation: any Operation.Type = GetRun.self
    static let words = "runs show"
    static let summary = "Show how a run stands or ended."
}

/// Finds a run of which only the id is known.
enum RunsFindCommand: OperationCommand {
    static let operation: any Operation.Type = FindRun.self
    static let words = "runs find"
    static let summary = "Find out whose a run is, by its id alone."
    static let report = AnswerReport(columns: ["id", "app", "user", "status", "agent", "session"])
}

/// Lists the events of a run.
enum RunsEventsCommand: OperationCommand {
    static let operation: any Operation.Type = ListRunEvents.self
    static let words = "runs events"
    static let report = AnswerReport.events
}

/// Shows the newest event of a type.
enum RunsLatestCommand: OperationCommand {
    static let operation: any Operation.Type = LatestRunEvent.self
    static let words = "runs latest"
    static let summary = "Show the newest event of a type in a run."
    static let positional: [Positional] = ["run", "type"]
    static let report = AnswerReport.events(in: ["event"])
}

/// Shows a run with all its events.
enum RunsSnapshotCommand: OperationCommand {
    static let operation: any Operation.Type = ReadRunSnapshot.self
    static let words = "runs snapshot"
    static let summary = "Show a run and all its events, also from the archive."
    static let report = AnswerReport(columns: AnswerReport.events.columns, rows: ["events"], subject: "run")
}

/// Shows with what a run was suspended.
enum RunsCheckpointCommand: OperationCommand {
    static let operation: any Operation.Type = ReadRunCheckpoint.self
    static let words = "runs checkpoint"
    static let summary = "Show the checkpoint of a suspended run."
}

/// Records that an agent begins to work.
enum RunsStartCommand: OperationCommand {
    static let operation: any Operation.Type = StartRun.self
    static let words = "runs start"
    static let summary = "Record that an agent begins to work on something."
    static let positional: [Positional] = ["agent"]
    static let spellings = RunSpellings.events
    static let report = AnswerReport(rows: [], subject: "run")
}

/// Records how a run stands, whether it is known or not.
enum RunsPutCommand: OperationCommand {
    static let operation: any Operation.Type = UpsertRun.self
    static let words = "runs put"
    static let summary = "Record how a run stands, whether it is known or not."
    static let spellings = RunSpellings.events
    static let report = AnswerReport(rows: [], subject: "run")
}

/// Records how a run goes on, or how it ended.
enum RunsUpdateCommand: OperationCommand {
    static let operation: any Operation.Type = UpdateRun.self
    static let words = "runs update"
    static let summary = "Record how a run goes on, or how it ended."
    static let spellings = RunSpellings.events
    static let report = AnswerReport(rows: [], subject: "run")
}

/// Asks for a run to stop.
enum RunsCancelCommand: OperationCommand {
    static let operation: any Operation.Type = CancelRun.self
    static let words = "runs cancel"
    static let spellings = RunSpellings.events
    static let report = AnswerReport(rows: [], subject: "run")
}

/// Makes a run the child of another.
enum RunsLinkCommand: OperationCommand {
    static let operation: any Operation.Type = LinkRun.self
    static let words = "runs link"
    static let positional: [Positional] = ["run", "parent"]
    static let spellings = RunSpellings.events
    static let report = AnswerReport(rows: [], subject: "run")
}

/// Removes a run for good.
enum RunsPurgeCommand: OperationCommand {
    static let operation: any Operation.Type = PurgeRun.self
    static let words = "runs purge"
    static let summary = "Remove a run of its own that is over, for good."
}

/// What the commands on runs spell alike.
enum RunSpellings {
    static let events = [
        "events": OptionSpelling(name: "event", help: "an event that proves it, kept in the same commit")
    ]
}
