import AgentMemory

/// LongMemEval (Wu et al., 2024): one JSON array of questions, each with its own haystack of sessions.
enum LongMemEvalFile {
    static func read(_ path: String) throws(MemoryError) -> [Conversation] {
        let rows = try DataFile.json(path).array
        guard !rows.isEmpty, rows.allSatisfy({ $0["haystack_sessions"] != nil && $0["question_id"] != nil }) else {
            throw MemoryError(.invalid, "\(path): a list of questions with haystack_sessions is expected")
        }
        return rows.compactMap(conversation)
    }

    private static func conversation(_ row: JSONValue) -> Conversation? {
        guard let id = row["question_id"]?.label, let text = row["question"]?.string else { return nil }
        let sessions = row["haystack_sessions"]?.array ?? []
        let dates = row["haystack_dates"]?.array ?? []
        // Session ids tell the answer in this data set, so they are replaced by numbers.
        let names = row["haystack_session_ids"]?.strings ?? []
        let answers = Set(row["answer_session_ids"]?.strings ?? [])
        var turns: [Turn] = []
        var gold: [String] = []
        var goldSessions: [String] = []
        for (number, session) in sessions.enumerated() {
            let name = "S\(number + 1)"
            if number < names.count, answers.contains(names[number]) { goldSessions.append(name) }
            let time = number < dates.count ? dates[number].string.flatMap(time) : nil
            for (place, line) in session.array.enumerated() {
                let turn = "\(name):\(place + 1)"
                let role = line["role"]?.string ?? ""
                turns.append(
                    Turn(
                        id: turn, session: name, time: time, speaker: role, role: role,
                        text: line["content"]?.string ?? ""))
                if line["has_answer"] == .bool(true) { gold.append(turn) }
            }
        }
        let question = Question(
            id: id, text: text, category: row["question_type"]?.string ?? "all", gold: gold, goldSessions: goldSessions)
        return Conversation(id: id, turns: turns, questions: id.hasSuffix("_abs") ? [] : [question])
    }

    /// `2023/05/20 (Sat) 02:21`.
    private static func time(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard let day = words.first else { return nil }
        let date = day.split(separator: "/").joined(separator: "-")
        let clock = words.count > 1 ? words.last.map { "T" + $0 } ?? "" : ""
        return (FlexibleTime(date + clock) ?? FlexibleTime(date))?.start
    }
}
