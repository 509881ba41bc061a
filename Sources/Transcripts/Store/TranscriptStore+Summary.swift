import Records

extension TranscriptStore {
    /// Adds a summary of a session's older turns to its log. Nothing is removed: the originals stay, and are still found.
    ///
    /// A turn begins with a message of a person that is not merely answers of tools. The same summary again is not added.
    /// - Parameters:
    ///   - session: The session; it must be active.
    ///   - turns: How many of the newest turns are left as they are, at least 1.
    /// - Returns: The summary; nil when no turn is old enough.
    /// - Throws: ``TranscriptError`` `unavailable` also when the summarizer fails or says nothing, `notFound`,
    ///   `sessionEnded`, `invalid`.
    /// - Complexity: O(events since the last summary).
    public func summarize(
        _ session: String, in owner: Owner, keepingTurns turns: Int = 4,
        with summarizer: some Summarizer = ExtractiveSummarizer()
    ) async throws(TranscriptError) -> ConversationSummary? {
        guard turns >= 1 else { throw TranscriptError(.invalid, "turns must be at least 1, not \(turns)") }
        let context = try await conversation(of: session, in: owner)
        let starts = context.events.indices.filter { context.events[$0].beginsTurn }
        guard starts.count > turns else { return nil }
        let old = Array(context.events[..<starts[starts.count - turns]])
        guard let last = old.last else { return nil }
        let text: String
        do {
            text = try await summarizer.summary(of: old, after: context.summary?.text)
        } catch {
            throw TranscriptError(.unavailable, "the summarizer failed; nothing was changed", underlying: error)
        }
        guard !text.isEmpty else { throw TranscriptError(.unavailable, "the summarizer gave an empty summary") }
        let summary = ConversationSummary(text: text, through: last.sequence, summarizer: summarizer.identifier)
        let event = NewEvent(.custom(.summary, try PayloadCoding.encode(summary)), author: summarizer.identifier)
        try await append([event], to: .session(session), in: owner)
        return summary
    }

    /// A conversation as a model is given it: the newest summary, and every event after what it stands for.
    /// - Throws: ``TranscriptError`` `notFound`, `corrupted`, `limit` for more events than a snapshot may have,
    ///   `unavailable`.
    public func conversation(of session: String, in owner: Owner) async throws(TranscriptError) -> ConversationContext {
        var context = ConversationContext(summary: nil, events: [])
        if let event = try await latestEvent(of: .summary, in: .session(session), of: owner),
            case .custom(_, let bytes) = event.payload
        {
            context.summary = try PayloadCoding.decode(bytes)
        }
        var after = context.summary?.through
        repeat {
            let page = try await events(in: .session(session), of: owner, after: after, limit: Bounds.page)
            context.events += page.events.filter { $0.type != .summary }
            after = page.next
            guard context.events.count <= configuration.maximumSnapshotEvents else {
                throw TranscriptError(.limit, "the conversation has more events than maximumSnapshotEvents")
            }
        } while after != nil
        return context
    }
}

extension Event {
    /// Whether it is a person's message, and not merely answers of tools.
    fileprivate var beginsTurn: Bool {
        guard case .userMessage(let message) = payload else { return false }
        return message.parts.isEmpty || !message.parts.allSatisfy { if case .toolResult = $0 { true } else { false } }
    }
}
