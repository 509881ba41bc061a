import AgentMemory

/// The neutral form: a folder with `corpus.jsonl` and, for measuring, `queries.jsonl`.
enum NeutralFolder {
    static func read(_ path: String) throws(MemoryError) -> [Conversation] {
        var order: [String] = []
        var conversations: [String: Conversation] = [:]
        for row in try DataFile.lines(path + "/corpus.jsonl") {
            guard let conversation = row["conv"]?.label, let id = row["id"]?.label, let session = row["session"]?.label
            else {
                throw MemoryError(.invalid, "\(path)/corpus.jsonl: every row needs conv, id and session")
            }
            if conversations[conversation] == nil {
                order.append(conversation)
                conversations[conversation] = Conversation(id: conversation, turns: [], questions: [])
            }
            conversations[conversation]?.turns.append(
                Turn(
                    id: id, session: session, time: row["timestamp"]?.string.flatMap { FlexibleTime($0)?.start },
                    speaker: row["speaker"]?.string ?? "", role: row["role"]?.string ?? "",
                    text: row["text"]?.string ?? "", caption: row["caption"]?.string))
        }
        if FileReader.contents(path + "/queries.jsonl") != nil {
            for row in try DataFile.lines(path + "/queries.jsonl") where row["scored"] == .bool(true) {
                guard let id = row["qid"]?.label, let conversation = row["conv"]?.label,
                    let text = row["question"]?.string
                else {
                    throw MemoryError(.invalid, "\(path)/queries.jsonl: every row needs qid, conv and question")
                }
                let haystack = row["haystack_sessions"].flatMap { $0 == .null ? nil : $0.array.compactMap(\.label) }
                conversations[conversation]?.questions.append(
                    Question(
                        id: id, text: text, category: row["category"]?.label ?? "all",
                        gold: row["gold"]?.array.compactMap(\.label) ?? [],
                        goldSessions: row["gold_sessions"]?.array.compactMap(\.label) ?? [], haystackSessions: haystack)
                )
            }
        }
        return order.compactMap { conversations[$0] }
    }
}
