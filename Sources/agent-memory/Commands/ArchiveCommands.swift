import AgentMemory
import MemoryAPI

/// Moves old runs into the archive.
enum ArchiveRunsCommand: OperationCommand {
    static let operation: any Operation.Type = ArchiveRuns.self
    static let words = "archive runs"
    static let summary = "Move old runs of all owners into the archive, by age and status."
}

/// Moves one run into the archive.
enum ArchiveRunCommand: OperationCommand {
    static let operation: any Operation.Type = ArchiveRun.self
    static let words = "archive run"
    static let summary = "Move one run that is over into the archive."
}

/// Brings a run back from the archive.
enum ArchiveRestoreCommand: OperationCommand {
    static let operation: any Operation.Type = RestoreRun.self
    static let words = "archive restore"
}

/// Finds what was said in archived runs.
enum ArchiveSearchCommand: OperationCommand {
    static let operation: any Operation.Type = SearchArchive.self
    static let words = "archive search"
    static let summary = "Find what was said in archived runs, by words."
    static let positional = [Positional("query", takesRest: true)]
    static let report = AnswerReport(columns: ["score", "timestamp", "run", "sequence", "type", "text", "id"])
}
