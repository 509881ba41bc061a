import AgentMemory
import MemoryAPI

/// Finds memories.
enum SearchCommand: Command {
    static let specification = CommandSpecification(
        name: "search", arguments: "QUERY", count: 1...1_000, summary: "Find memories by words and by meaning.",
        options: [
            Option(name: "limit", value: "N", help: "at most so many results (10)"),
            Option(name: "kind", value: "K", help: "only this kind"),
            Option(name: "topic", value: "T", help: "only with one of these topics", repeats: true),
            Option(name: "after", value: "ISO", help: "only events from this time on"),
            Option(name: "before", value: "ISO", help: "only events up to this time"),
            Option(
                name: "filter", value: "JSON",
                help: "a condition, such as {\"source\": \"chat\", \"importance\": {\"gte\": 0.5}}"),
            Option(name: "mode", value: "M", help: "lexical, vector or hybrid (hybrid)"),
            Option(name: "minimum-score", value: "0…1", help: "leave weaker results out (0)"),
            Option(name: "explain", value: nil, help: "show every signal behind each score"),
        ])

    static func run(_ context: CommandContext) async throws {
        let arguments = context.arguments
        let question = arguments.positional.joined(separator: " ")
        var filter = MemoryFilter(
            kinds: try arguments.choice("kind", MemoryKind.self).map { [$0] } ?? [], topics: arguments.all("topic"),
            after: try arguments.time("after"), before: try arguments.time("before", isEnd: true))
        if let text = arguments.value("filter") { filter.condition = try MemoryFilter.condition(parsing: text) }
        var search = MemorySearch(
            question, limit: try arguments.integer("limit", 1...1_000, default: 10),
            mode: try arguments.choice("mode", SearchMode.self) ?? .hybrid, filter: filter)
        if let text = arguments.value("minimum-score") {
            guard let score = Double(text) else {
                throw UsageError(message: "--minimum-score must be a number from 0 to 1")
            }
            search.minimumScore = score
        }
        let answer = try await context.memory().memories.search(search, in: context.scope)
        if context.isJSON {
            Terminal.print(MemoryJSON.object(answer, query: question, explains: arguments.isSet("explain")))
            return
        }
        for hit in answer.hits {
            Terminal.print("\(number(hit.score))  \(MemoryLine.text(hit.memory))")
            if arguments.isSet("explain") { Terminal.print("       " + explanation(hit)) }
        }
        context.note(degraded: answer.degraded)
        if answer.hits.isEmpty { Terminal.note("nothing found for user \(context.scope.user) in \(context.scope.app)") }
    }

    private static func explanation(_ hit: MemoryHit) -> String {
        let signals = hit.explanation
        var parts = [
            "words \(number(signals.lexical)) (bm25 \(number(signals.bm25)), coverage \(number(signals.coverage)), phrase \(number(signals.phrase)))",
            "meaning \(number(signals.semantic))" + (signals.similarity.map { " (cosine \(number($0)))" } ?? ""),
        ]
        if signals.participant > 0 { parts.append("names its participant") }
        if signals.date > 0 { parts.append("names its date") }
        if signals.neighbours > 0 { parts.append("neighbours \(number(signals.neighbours))") }
        if signals.relevance != 1 { parts.append("relevance × \(number(signals.relevance))") }
        return parts.joined(separator: ", ")
    }

    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 1_000).rounded())
        let digits = String(abs(hundredths) % 1_000)
        return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 1_000)."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// A memory as a line for people.
enum MemoryLine {
    static func text(_ memory: Memory) -> String {
        var line = ""
        if let time = memory.eventTime { line += "[\(time.description.prefix(10))] " }
        if !memory.participants.isEmpty { line += memory.participants.joined(separator: ", ") + ": " }
        line += memory.content
        if !memory.topics.isEmpty { line += "  #" + memory.topics.joined(separator: " #") }
        return Terminal.oneLine(line) + "  (\(memory.id))"
    }
}
