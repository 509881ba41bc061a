import AgentMemory
import MemoryAPI

/// Prints a conversation for reading.
enum TranscriptShowCommand: OperationCommand {
    static let operation: any Operation.Type = ExportSession.self
    static let words = "transcript show"
    static let fixed: [String: JSONValue] = ["format": .string("markdown")]
}

/// Writes a conversation to standard output.
enum TranscriptExportCommand: OperationCommand {
    static let operation: any Operation.Type = ExportSession.self
    static let words = "transcript export"
}

/// Reads a conversation from a file.
enum TranscriptImportCommand: OperationCommand {
    static let operation: any Operation.Type = ImportSession.self
    static let words = "transcript import"
    static let positional = ["document"]
}

/// Finds what was said.
enum TranscriptSearchCommand: OperationCommand {
    static let operation: any Operation.Type = SearchTranscripts.self
    static let words = "transcript search"
    static let positional = ["query"]
    static let columns = ["score", "timestamp", "session", "run", "sequence", "type", "text"]
}

/// Sums up the older turns of a conversation.
enum TranscriptSummarizeCommand: OperationCommand {
    static let operation: any Operation.Type = SummarizeSession.self
    static let words = "transcript summarize"
}
