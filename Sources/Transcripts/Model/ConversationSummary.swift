/// What stands for the older part of a conversation. The events it stands for stay where they are.
public struct ConversationSummary: Sendable, Hashable, Codable {
    /// What was said, in short.
    public var text: String
    /// The last event it stands for; it stands for all before it, too.
    public var through: Int64
    /// What made it.
    public var summarizer: String

    /// A summary.
    public init(text: String, through: Int64, summarizer: String) {
        self.text = text
        self.through = through
        self.summarizer = summarizer
    }
}

extension EventType {
    /// A summary of what is before it.
    public static let summary = EventType(rawValue: "summary")
}

/// A conversation as a model is given it: a summary of the older part, and the newer part as it was.
public struct ConversationContext: Sendable, Hashable {
    /// The newest summary; nil where there is none.
    public var summary: ConversationSummary?
    /// The events after what it stands for, oldest first.
    public var events: [Event]
}

/// Makes summaries: a model, or ``ExtractiveSummarizer``.
public protocol Summarizer: Sendable {
    /// Its name, as summaries keep it.
    var identifier: String { get }
    /// What events say, in short.
    /// - Parameter earlier: What was said before them, in short.
    func summary(of events: [Event], after earlier: String?) async throws -> String
}
