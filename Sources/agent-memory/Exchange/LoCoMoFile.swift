import AgentMemory

/// LoCoMo (Maharana et al., 2024, "Evaluating Very Long-Term Conversational Memory of LLM Agents"): one JSON array of
/// samples with `conversation.session_N` turns and `qa` with `evidence`.
enum LoCoMoFile {
    static func read(_ path: String) throws(MemoryError) -> [Conversation] {
        let samples = try DataFile.json(path).array
        guard !samples.isEmpty, samples.allSatisfy({ $0["conversation"] != nil }) else {
            throw MemoryError(.invalid, "\(path): a list of samples with a conversation is expected")
        }
        return samples.enumerated().map { number, sample in conversation(sample, number) }
    }

    private static func conversation(_ sample: JSONValue, _ number: Int) -> Conversation {
        let id = sample["sample_id"]?.label ?? "conv-\(number + 1)"
        let talk = sample["conversation"]?.members ?? [:]
        let first = talk["speaker_a"]?.string
        var turns: [Turn] = []
        var session = 1
        while let lines = talk["session_\(session)"] {
            let time = talk["session_\(session)_date_time"]?.string.flatMap(time)
            for line in lines.array {
                let speaker = line["speaker"]?.string ?? ""
                turns.append(
                    Turn(
                        id: line["dia_id"]?.string ?? "D\(session):\(turns.count + 1)", session: "D\(session)",
                        time: time,
                        speaker: speaker, role: speaker == first ? "user" : "assistant",
                        text: line["text"]?.string ?? "", caption: line["blip_caption"]?.string))
            }
            session += 1
        }
        let known = Set(turns.map(\.id))
        let questions = (sample["qa"]?.array ?? []).enumerated().compactMap { index, row -> Question? in
            guard let text = row["question"]?.string, let category = category(row["category"]) else { return nil }
            let gold = (row["evidence"]?.strings ?? []).flatMap(identifiers).filter(known.contains)
            guard !gold.isEmpty else { return nil }
            let sessions = Set(gold.compactMap { $0.split(separator: ":").first.map(String.init) })
            return Question(
                id: "\(id)-q\(index)", text: text, category: category, gold: gold, goldSessions: sessions.sorted())
        }
        return Conversation(id: id, turns: turns, questions: questions)
    }

    /// Categories 1 to 4; the adversarial fifth is not scored.
    private static func category(_ value: JSONValue?) -> String? {
        switch value {
        case .int(1): "multi-hop"
        case .int(2): "temporal"
        case .int(3): "open-domain"
        case .int(4): "single-hop"
        default: nil
        }
    }

    /// Evidence as people typed it: `D8:6; D9:17`, `D:11:26`, `D30:05`.
    private static func identifiers(_ text: String) -> [String] {
        var found: [String] = []
        for part in text.split(whereSeparator: { " ,;".contains($0) }) {
            let numbers = part.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
            if part.first == "D", numbers.count == 2 { found.append("D\(numbers[0]):\(numbers[1])") }
        }
        return found
    }

    /// `1:56 pm on 8 May, 2023`.
    private static func time(_ text: String) -> Timestamp? {
        let halves = text.components(on: " on ")
        guard halves.count == 2, let day = FlexibleTime(halves[1]) else { return FlexibleTime(text)?.start }
        let words = halves[0].split(whereSeparator: { $0 == ":" || $0 == " " })
        guard words.count == 3, let hour = Int64(words[0]), let minute = Int64(words[1]) else { return day.start }
        let ofDay = hour % 12 + (words[2].lowercased() == "pm" ? 12 : 0)
        return Timestamp(microseconds: day.start.microseconds + (ofDay * 60 + minute) * 60_000_000)
    }
}

extension String {
    fileprivate func components(on separator: String) -> [String] {
        guard let range = firstRange(of: separator) else { return [self] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}
