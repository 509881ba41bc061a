import AgentMemory
import MemoryAPI

/// Finds memories.
enum SearchCommand: OperationCommand {
    static let operation: any Operation.Type = SearchMemories.self
    static let words = "search"
    static let summary = "Find memories by words and by meaning, best first."
    static let details = ""
    static let positional = [Positional("query", takesRest: true)]
    static let spellings = [
        "deduplicate": OptionSpelling(
            name: "near-duplicates", help: "keep near duplicates of better results", flag: false),
        "explain": OptionSpelling(help: "show every signal behind each score"),
    ]

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        let hits = answer.members["results"]?.array ?? []
        for hit in hits {
            Terminal.print("\(number(hit["score"]))  \(MemoryLine.text(hit.members))")
            if let signals = hit["explanation"]?.members {
                Terminal.print("       " + explanation(signals, similarity: hit["similarity"]))
            }
        }
        context.note(degraded: answer.members["degraded"]?.strings ?? [])
        if hits.isEmpty { Terminal.note("nothing found for user \(context.scope.user) in \(context.scope.app)") }
    }

    private static func explanation(_ signals: [String: JSONValue], similarity: JSONValue?) -> String {
        func shown(_ name: String) -> String { number(signals[name]) }
        func isThere(_ name: String) -> Bool { (signals[name]?.double ?? 0) > 0 }
        var parts = [
            "words \(shown("lexical")) (bm25 \(shown("bm25")), coverage \(shown("coverage")), phrase \(shown("phrase")))",
            "meaning \(shown("semantic"))" + (similarity?.double == nil ? "" : " (cosine \(number(similarity)))"),
        ]
        if isThere("participant") { parts.append("names its participant") }
        if isThere("date") { parts.append("names its date") }
        if isThere("neighbours") { parts.append("neighbours \(shown("neighbours"))") }
        if signals["relevance"]?.double != 1 { parts.append("relevance × \(shown("relevance"))") }
        return parts.joined(separator: ", ")
    }

    /// A number with three digits after the point.
    private static func number(_ value: JSONValue?) -> String {
        let thousandths = Int(((value?.double ?? 0) * 1_000).rounded())
        let digits = String(abs(thousandths) % 1_000)
        return (thousandths < 0 ? "-" : "") + "\(abs(thousandths) / 1_000)."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
