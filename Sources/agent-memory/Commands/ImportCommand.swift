import Access
import AgentMemory
import MemoryAPI
import Synchronization

/// Reads memories from a file.
enum ImportCommand: OperationCommand {
    static let operation: any Operation.Type = ImportMemories.self
    static let words = "import"
    static let summary = "Read memories from a file: an export, or a data set of conversations."
    static let positional = [Positional("document", placeholder: "PATH", help: "the file, or the folder of a data set")]
    static let ownOptions = [
        Option(
            name: "format", value: "auto|jsonl|locomo|longmemeval|neutral", help: "what the file is (auto)"),
        Option(
            name: "by-conversation", value: nil,
            help: "make each conversation a user of its own instead of sessions of --user"),
    ]

    /// How many turns are written at once.
    private static let chunk = 256

    static func run(_ context: CommandContext) async throws {
        let path = context.arguments.positional[0]
        let format = context.arguments.value("format") ?? "auto"
        let chosen = format == "auto" ? try detect(path) : format
        if chosen == "jsonl" { return try await perform(context) }
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

    static func answer(_ members: [String: JSONValue], _ context: CommandContext) async throws -> OperationAnswer {
        let progress = ImportProgress()
        let answer = try await operation.perform(
            members, by: .local, on: try await context.services(for: .memories), defaults: ScopeDefaults(),
            progress: { progress.show($0, of: $1) })
        progress.finish()
        return answer
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        let members = answer.members
        func number(_ name: String) -> Int { members[name]?.double.map { Int($0) } ?? 0 }
        let refused = members["refused"]?.array ?? []
        for refusal in refused {
            Terminal.note("line \(AnswerReport.text(refusal["line"])): \(AnswerReport.text(refusal["reason"]))")
        }
        tell(
            number("created"), number("existing"), refused.count, users: [context.scope.user],
            Set(members["degraded"]?.strings ?? []), context)
        if !refused.isEmpty {
            throw AnsweredFailure(
                message: "\(refused.count) lines were refused", exitCode: ErrorTable(.invalid).exitCode)
        }
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
        tell(created, existing, 0, users: users, degraded, context)
    }

    private static func tell(
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

/// The progress of an import, told from wherever the operation is.
private final class ImportProgress: Sendable {
    private let bar = Mutex<ProgressBar?>(nil)

    func show(_ done: Int, of total: Int) {
        bar.withLock { bar in
            var shown = bar ?? ProgressBar("import", total: total)
            shown.show(done)
            bar = shown
        }
    }

    func finish() { bar.withLock { $0?.finish() } }
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
