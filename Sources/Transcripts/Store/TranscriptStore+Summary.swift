import Records

extension TranscriptStore {
    /// Adds a summary of a session's older turns to its log. Nothing is removed: the originals stay, and are still found.
    ///
    /// A turn begins with a message of a person in which no tool answers. A call that a tool answers later is never cut
    /// from its answer: then more turns stay as they are. The same summary again is not added.
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
        guard let cut = Self.cut(context.events, keepingTurns: turns) else { return nil }
        let old = Array(context.events[..<cut])
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

    /// Where the older part of a conversation ends: at the beginning of a turn before which every call has all of its
    /// answers that there are; nil when there is no such turn.
    private static func cut(_ events: [Event], keepingTurns turns: Int) -> Int? {
        let starts = events.indices.filter { events[$0].beginsTurn }
        guard starts.count > turns else { return nil }
        var called: [String: Int] = [:]
        var lastAnswer: [Int: Int] = [:]
        for (place, event) in events.enumerated() {
            for id in event.answeredCalls { if let call = called[id] { lastAnswer[call] = place } }
            for id in event.calls { called[id] = place }
        }
        var cut = starts[starts.count - turns]
        while let call = lastAnswer.filter({ $0.key < cut && $0.value >= cut }).keys.min() {
            guard let start = starts.last(where: { $0 <= call }) else { return nil }
            cut = start
        }
        return cut
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
    /// Whether it is a person's message in which no tool answers.
    fileprivate var beginsTurn: Bool {
        guard case .userMessage = payload else { return false }
        return answeredCalls.isEmpty
    }

    /// The ids of the calls that it makes.
    fileprivate var calls: [String] {
        if case .toolCall(let call) = payload { return [call.id] }
        return parts.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
    }

    /// The ids of the calls that it answers.
    fileprivate var answeredCalls: [String] {
        if case .toolResult(let result) = payload { return [result.callID] }
        return parts.compactMap { if case .toolResult(let result) = $0 { result.callID } else { nil } }
    }

    private var parts: [ContentPart] {
        switch payload {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message): message.parts
        default: []
        }
    }
}
