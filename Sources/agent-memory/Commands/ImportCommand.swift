import AgentMemory
import Foundation

/// Reads memories from a file.
enum ImportCommand: Command {
    static let specification = CommandSpecification(
        name: "import", arguments: "PATH", count: 1...1,
        summary: "Read memories from a file: an export, or a data set of conversations.",
        options: [
            Option(name: "format", value: "F", help: "auto, jsonl, locomo, longmemeval or neutral (auto)"),
            Option(
                name: "by-conversation", value: nil,
                help: "make each conversation a user of its own instead of sessions of --user"),
        ])

    /// How many lines or turns are written at once.
    private static let chunk = 256

    static func run(_ context: CommandContext) async throws {
        let path = context.arguments.positional[0]
        let format = context.arguments.value("format") ?? "auto"
        let chosen = format == "auto" ? try detect(path) : format
        if chosen == "jsonl" { return try await importLines(path, context) }
        guard let known = ConversationFormat(rawValue: chosen) else {
            throw UsageError(message: "--format must be auto, jsonl, locomo, longmemeval or neutral")
        }
        try await importConversations(try known.read(path), context)
    }

    private static func detect(_ path: String) throws -> String {
        if FileReader.isFolder(path) { return "neutral" }
        let text = try DataFile.text(path)
        if text.first(where: { !$0.isWhitespace }) == "[" {
            return text.firstRange(of: "\"haystack_sessions\"") != nil ? "longmemeval" : "locomo"
        }
        return "jsonl"
    }

    private static func importLines(_ path: String, _ context: CommandContext) async throws {
        let lines = try DataFile.text(path).split(separator: "\n", omittingEmptySubsequences: false)
        let memory = try await context.memory()
        var total = ImportOutcome()
        var progress = ProgressBar("import", total: lines.count)
        var start = 0
        while start < lines.count {
            let end = min(start + chunk, lines.count)
            var parsed: [ArchiveLine] = []
            var number = start + 1
            for line in lines[start..<end] {
                if line.allSatisfy(\.isWhitespace) {
                    number += 1
                    continue
                }
                do {
                    parsed.append(try ArchiveLine(parsing: String(line)))
                } catch {
                    total.refused.append(.init(line: number, reason: error.message))
                }
                number += 1
            }
            let outcome = try await memory.memories.restore(parsed, in: context.scope, startingAt: start + 1)
            total.created += outcome.created
            total.existing += outcome.existing
            total.versions += outcome.versions
            total.refused += outcome.refused
            total.degraded.formUnion(outcome.degraded)
            start = end
            progress.show(end)
        }
        progress.finish()
        for refusal in total.refused { Terminal.note("line \(refusal.line): \(refusal.reason)") }
        report(total.created, total.existing, total.refused.count, users: [context.scope.user], total.degraded, context)
        if !total.refused.isEmpty { throw MemoryError(.invalid, "\(total.refused.count) lines were refused") }
    }

    private static func importConversations(_ conversations: [Conversation], _ context: CommandContext) async throws {
        let memory = try await context.memory()
        let isByConversation = context.arguments.isSet("by-conversation")
        var created = 0
        var existing = 0
        var degraded: Set<String> = []
        var done = 0
        var progress = ProgressBar("import", total: conversations.reduce(0) { $0 + $1.turns.count })
        for conversation in conversations {
            var scope = context.scope
            if isByConversation { scope.user = conversation.id }
            for group in conversation.turns.chunkedBySession(limit: chunk) {
                scope.session = isByConversation ? group[0].session : "\(conversation.id)/\(group[0].session)"
                let results = await memory.memories.add(
                    group.map { $0.memory(conversation: conversation.id) }, in: scope)
                for result in results {
                    let outcome = try result.get()
                    if outcome.isCreated { created += 1 } else { existing += 1 }
                    degraded.formUnion(outcome.degraded)
                }
                done += group.count
                progress.show(done)
            }
        }
        progress.finish()
        let users = isByConversation ? conversations.map(\.id) : [context.scope.user]
        report(created, existing, 0, users: users, degraded, context)
    }

    private static func report(
        _ created: Int, _ existing: Int, _ refused: Int, users: [String], _ degraded: Set<String>,
        _ context: CommandContext
    ) {
        if context.isJSON {
            Terminal.print([
                "created": .int(Int64(created)), "existing": .int(Int64(existing)), "refused": .int(Int64(refused)),
                "users": .array(users.map { .string($0) }), "degraded": .array(degraded.sorted().map { .string($0) }),
            ])
            return
        }
        Terminal.print(
            "\(created) added, \(existing) already there, for \(users.count == 1 ? "user" : "users") \(users.joined(separator: ", "))"
        )
        context.note(degraded: degraded)
    }
}

extension [Turn] {
    /// Runs of one session, each of at most `limit` turns.
    func chunkedBySession(limit: Int) -> [[Turn]] {
        var chunks: [[Turn]] = []
        for turn in self {
            if let last = chunks.last, last[0].session == turn.session, last.count < limit {
                chunks[chunks.count - 1].append(turn)
            } else {
                chunks.append([turn])
            }
        }
        return chunks
    }
}
