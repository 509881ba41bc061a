import MemoryAPI

/// Lists what agents worked on.
enum RunsListCommand: OperationCommand {
    static let operation: any Operation.Type = ListRuns.self
    static let words = "runs list"
    static let columns = ["id", "status", "agent", "session", "updated_at"]
}

/// Shows how a run stands.
enum RunsShowCommand: OperationCommand {
    static let operation: any Operation.Type = GetRun.self
    static let words = "runs show"
}

/// Finds a run of which only the id is known.
enum RunsFindCommand: OperationCommand {
    static let operation: any Operation.Type = FindRun.self
    static let words = "runs find"
    static let columns = ["id", "app", "user", "status", "agent", "session"]
}
