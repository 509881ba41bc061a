import MemoryAPI

/// Moves old runs into the archive.
enum ArchiveRunsCommand: OperationCommand {
    static let operation: any Operation.Type = ArchiveRuns.self
    static let words = "archive runs"
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
    static let positional = ["query"]
    static let columns = ["score", "timestamp", "run", "sequence", "type", "text"]
}
