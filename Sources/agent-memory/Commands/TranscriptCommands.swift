import AgentMemory
import MemoryAPI

/// Prints a conversation for reading.
enum TranscriptShowCommand: OperationCommand {
    static let operation: any Operation.Type = ExportSession.self
    static let words = "transcript show"
    static let summary = "Print a session for reading."
    static let fixed: [String: JSONValue] = ["format": .string("markdown")]
}

/// Lists the events of a conversation.
enum TranscriptListCommand: OperationCommand {
    static let operation: any Operation.Type = ListEvents.self
    static let words = "transcript list"
    static let report = AnswerReport.events
}

/// Shows the newest event of a type.
enum TranscriptLatestCommand: OperationCommand {
    static let operation: any Operation.Type = LatestEvent.self
    static let words = "transcript latest"
    static let summary = "Show the newest event of a type in a session."
    static let positional: [Positional] = ["session", "type"]
    static let report = AnswerReport.events(in: ["event"])
}

/// Shows one event in full.
enum TranscriptGetCommand: OperationCommand {
    static let operation: any Operation.Type = GetEvent.self
    static let words = "transcript get"
    static let summary = "Show one event in full."
}

/// Shows what was said around an event.
enum TranscriptWindowCommand: OperationCommand {
    static let operation: any Operation.Type = ReadEventWindow.self
    static let words = "transcript window"
    static let summary = "Show an event, and what came right before and after it."
    static let report = AnswerReport.events(in: ["before", "anchor", "after"])
}

/// Finds what was said.
enum TranscriptSearchCommand: OperationCommand {
    static let operation: any Operation.Type = SearchTranscripts.self
    static let words = "transcript search"
    static let summary = "Find what was said, in all sessions of the user."
    static let positional = [Positional("query", takesRest: true)]
    static let report = AnswerReport(
        columns: ["score", "timestamp", "session", "run", "sequence", "type", "text", "id"])
}

/// Shows a conversation as a model is given it.
enum TranscriptContextCommand: OperationCommand {
    static let operation: any Operation.Type = SessionContext.self
    static let words = "transcript context"
    static let summary = "Show a session as a model is given it."
    static let report = AnswerReport(columns: AnswerReport.events.columns, rows: ["events"], subject: "summary")
}

/// Sums up the older turns of a conversation.
enum TranscriptSummarizeCommand: OperationCommand {
    static let operation: any Operation.Type = SummarizeSession.self
    static let words = "transcript summarize"
    static let summary = "Sum up the older turns of a session; the originals stay."
    static let report = AnswerReport(subject: "summary")
}

/// Writes a conversation to standard output.
enum TranscriptExportCommand: OperationCommand {
    static let operation: any Operation.Type = ExportSession.self
    static let words = "transcript export"
    static let summary = "Write a session as a document: to keep, to move or to read."
}

/// Reads a conversation from a file.
enum TranscriptImportCommand: OperationCommand {
    static let operation: any Operation.Type = ImportSession.self
    static let words = "transcript import"
    static let summary = "Read a session from a document, or messages into one."
    static let positional = [Positional("document", placeholder: "FILE")]
}

extension AnswerReport {
    /// Events, a line each.
    static let events = AnswerReport(columns: ["sequence", "timestamp", "type", "text", "id"])

    /// Events in members of these names.
    static func events(in rows: [String]) -> AnswerReport { AnswerReport(columns: events.columns, rows: rows) }
}
