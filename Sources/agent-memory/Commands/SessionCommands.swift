import AgentMemory
import MemoryAPI

/// Lists conversations.
enum SessionsListCommand: OperationCommand {
    static let operation: any Operation.Type = ListSessions.self
    static let words = "sessions list"
    static let report = AnswerReport(columns: ["id", "status", "updated_at", "title"])
}

/// Shows what is known of a conversation.
enum SessionsShowCommand: OperationCommand {
    static let operation: any Operation.Type = GetSession.self
    static let words = "sessions show"
    static let summary = "Show what is known of a session."
}

/// Begins a conversation.
enum SessionsCreateCommand: OperationCommand {
    static let operation: any Operation.Type = CreateSession.self
    static let words = "sessions create"
}

/// Changes what is known of a conversation.
enum SessionsUpdateCommand: OperationCommand {
    static let operation: any Operation.Type = UpdateSession.self
    static let words = "sessions update"
    static let summary = "Change what is known of a session."
    static let details = "Of a session that has ended, too. What is not named stays as it is; --clear takes it away."
}

/// Ends a conversation for good.
enum SessionsEndCommand: OperationCommand {
    static let operation: any Operation.Type = EndSession.self
    static let words = "sessions end"
    static let summary = "End a session for good; it stays readable."
}

/// Removes a conversation for good.
enum SessionsPurgeCommand: OperationCommand {
    static let operation: any Operation.Type = PurgeSession.self
    static let words = "sessions purge"
    static let summary = "Remove an ended session for good, with everything in it."
}
