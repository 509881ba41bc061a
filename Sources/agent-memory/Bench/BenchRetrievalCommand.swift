import AgentMemory
import Foundation

/// Measures quality on a data set: each conversation is a user of its own, and only what was said is indexed.
enum BenchRetrievalCommand: Command {
    static let specification = CommandSpecification(
        name: "bench retrieval", arguments: "", count: 0...0, summary: "Measure retrieval quality on a data set.",
        options: [
            Option(name: "data", value: "PATH", help: "the data set: a file, or a folder in the neutral form"),
            Option(name: "format", value: "F", help: "locomo, longmemeval, beam or neutral (by the path)"),
            Option(name: "granularity", value: "G", help: "turn or session (turn)"),
            Option(name: "run-file", value: "OUT", help: "write the ranked turns of each query, a JSON line each"),
            Option(name: "mode", value: "M", help: "lexical, vector or hybrid (hybrid)"),
        ])

    static func run(_ context: CommandContext) async throws {
        guard let path = context.arguments.value("data") else {
            throw UsageError(message: "bench retrieval needs --data")
        }
        let format =
            try context.arguments.choice("format", ConversationFormat.self)
            ?? (FileReader.isFolder(path) ? .neutral : .locomo)
        let granularity = context.arguments.value("granularity") ?? "turn"
        guard ["turn", "session"].contains(granularity) else {
            throw UsageError(message: "--granularity must be turn or session")
        }
        let mode = try context.arguments.choice("mode", SearchMode.self) ?? .hybrid
        let conversations = try format.read(path)
        let folder = NSTemporaryDirectory() + "agent-memory-retrieval-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let url = context.arguments.value("store") ?? "sqlite:\(folder)/store.db"
        let memory = try await AgentMemory.open(
            url, configuration: AgentMemory.Configuration(embedder: try context.embedderChoice()))
        let ingest = try await Stopwatch.seconds { try await Self.ingest(conversations, memory) }
        var score = RetrievalScore()
        var lines: [String] = []
        var times = Measurements()
        var degraded: Set<String> = []
        var progress = ProgressBar("questions", total: conversations.reduce(0) { $0 + $1.questions.count })
        var done = 0
        for conversation in conversations {
            let scope = Scope(app: "bench", user: conversation.id)
            let sessions = Dictionary(
                conversation.turns.map { ($0.id, $0.session) }, uniquingKeysWith: { first, _ in first })
            for question in conversation.questions {
                let isSession = granularity == "session"
                let search = self.search(question, mode, limit: isSession ? 1_000 : 100)
                let start = DispatchTime.now().uptimeNanoseconds
                let answer = try await memory.memories.search(search, in: scope)
                times.add(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
                degraded.formUnion(answer.degraded)
                let turns = answer.hits.compactMap { $0.memory.metadata["turn"]?.string }
                lines.append(
                    JSONValue.object([
                        "query_id": .string(question.id), "ranked": .array(turns.map { .string($0) }),
                    ]).canonical)
                if isSession {
                    score.add(turns.compactMap { sessions[$0] }, question.goldSessions, question.category)
                } else {
                    score.add(turns, question.gold, question.category)
                }
                done += 1
                progress.show(done)
            }
        }
        progress.finish()
        await memory.close()
        if let output = context.arguments.value("run-file") {
            try lines.map { $0 + "\n" }.joined().write(toFile: output, atomically: true, encoding: .utf8)
        }
        var members = score.members
        members["granularity"] = .string(granularity)
        members["ingest_seconds"] = .double(ingest.rounded(places: 2))
        members["search_ms"] = .object([
            "p50": .double(times.percentile(0.5).rounded(places: 2)),
            "p95": .double(times.percentile(0.95).rounded(places: 2)),
        ])
        members["degraded"] = .array(degraded.sorted().map { .string($0) })
        if context.isJSON { return Terminal.print(members) }
        Terminal.print(score.text)
        Terminal.print(
            "ingest \(ingest.rounded(places: 1)) s, search p50 \(times.percentile(0.5).rounded(places: 2)) ms, p95 \(times.percentile(0.95).rounded(places: 2)) ms"
        )
        context.note(degraded: degraded)
    }

    private static func search(_ question: Question, _ mode: SearchMode, limit: Int) -> MemorySearch {
        var filter = MemoryFilter()
        if let sessions = question.haystackSessions {
            filter.condition = .isIn("session_id", sessions.map { .text($0) })
        }
        return MemorySearch(question.text, limit: limit, mode: mode, filter: filter, suppressesDuplicates: false)
    }

    private static func ingest(_ conversations: [Conversation], _ memory: AgentMemory) async throws {
        var progress = ProgressBar("ingest", total: conversations.reduce(0) { $0 + $1.turns.count })
        var done = 0
        for conversation in conversations {
            for group in conversation.turns.chunkedBySession(limit: 256) {
                let scope = Scope(app: "bench", user: conversation.id, session: group[0].session)
                for result in await memory.memories.add(
                    group.map { $0.memory(conversation: conversation.id) }, in: scope)
                {
                    _ = try result.get()
                }
                done += group.count
                progress.show(done)
            }
        }
        progress.finish()
    }
}
