import MemoryAPI

/// Lists conversations.
enum SessionsListCommand: OperationCommand {
    static let operation: any Operation.Type = ListSessions.self
    static let words = "sessions list"
    static let columns = ["id", "status", "updated_at", "title"]
}

/// Shows what is known of a conversation.
enum SessionsShowCommand: OperationCommand {
    static let operation: any Operation.Type = GetSession.self
    static let words = "sessions show"
}

/// Begins a conversation.
enum SessionsCreateCommand: OperationCommand {
    static let operation: any Operation.Type = CreateSession.self
    static let words = "sessions create"
}

/// Ends a conversation for good.
enum SessionsEndCommand: OperationCommand {
    static let operation: any Operation.Type = EndSession.self
    static let words = "sessions end"
}

/// Removes a conversation for good.
enum SessionsPurgeCommand: OperationCommand {
    static let operation: any Operation.Type = PurgeSession.self
    static let words = "sessions purge"
}
