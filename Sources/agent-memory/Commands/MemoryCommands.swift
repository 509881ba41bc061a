import AgentMemory
import MemoryAPI

/// Lists the newest memories.
enum ListCommand: Command {
    static let specification = CommandSpecification(
        name: "list", arguments: "", count: 0...0, summary: "List memories, newest first.",
        options: [
            Option(name: "limit", value: "N", help: "at most so many (100)"),
            Option(name: "kind", value: "K", help: "only this kind"),
            Option(name: "filter", value: "JSON", help: "a condition, as for search"),
        ])

    static func run(_ context: CommandContext) async throws {
        let arguments = context.arguments
        var filter = MemoryFilter(kinds: try arguments.choice("kind", MemoryKind.self).map { [$0] } ?? [])
        if let text = arguments.value("filter") { filter.condition = try MemoryFilter.condition(parsing: text) }
        let limit = try arguments.integer("limit", 1...10_000, default: 100)
        let page = try await context.memory().memories.list(in: context.scope, matching: filter, limit: limit)
        if context.isJSON {
            Terminal.print([
                "count": .int(Int64(page.memories.count)),
                "results": .array(page.memories.map { .object(MemoryJSON.object($0)) }), "degraded": .array([]),
            ])
            return
        }
        for memory in page.memories { Terminal.print(MemoryLine.text(memory)) }
        if page.next != nil { Terminal.note("there are more; use --limit") }
    }
}

/// Shows one memory.
enum GetCommand: Command {
    static let specification = CommandSpecification(
        name: "get", arguments: "ID", count: 1...1, summary: "Show one memory.")

    static func run(_ context: CommandContext) async throws {
        let memory = try await context.memory().get(context.arguments.positional[0], in: context.scope)
        MemoryReport.show(memory, context)
    }
}

/// Replaces what a memory says.
enum UpdateCommand: Command {
    static let specification = CommandSpecification(
        name: "update", arguments: "ID TEXT", count: 2...10_000, summary: "Replace what a memory says; its id stays.",
        options: [Option(name: "topic", value: "T", help: "replace the labels", repeats: true)])

    static func run(_ context: CommandContext) async throws {
        let words = context.arguments.positional
        let topics = context.arguments.all("topic")
        let update = MemoryUpdate(
            content: words.dropFirst().joined(separator: " "), topics: topics.isEmpty ? nil : topics)
        let outcome = try await context.memory().memories.update(words[0], update, in: context.scope)
        MemoryReport.show(outcome.memory, context, degraded: outcome.degraded)
    }
}

/// Deletes a memory.
enum DeleteCommand: Command {
    static let specification = CommandSpecification(
        name: "delete", arguments: "ID", count: 1...1, summary: "Delete a memory.")

    static func run(_ context: CommandContext) async throws {
        let id = context.arguments.positional[0]
        try await context.memory().delete(id, in: context.scope)
        if context.isJSON { Terminal.print(["id": .string(id), "deleted": .bool(true)]) }
    }
}

/// Deletes every memory of the scope.
enum ClearCommand: Command {
    static let specification = CommandSpecification(
        name: "clear", arguments: "", count: 0...0, summary: "Delete every memory of the user (or agent, or session).")

    static func run(_ context: CommandContext) async throws {
        let count = try await context.memory().clear(in: context.scope)
        if context.isJSON {
            Terminal.print(["deleted": .int(Int64(count))])
        } else {
            Terminal.print("\(count) deleted")
        }
    }
}

/// Shows every version of a memory.
enum HistoryCommand: Command {
    static let specification = CommandSpecification(
        name: "history", arguments: "ID", count: 1...1, summary: "Show every version of a memory, oldest first.")

    static func run(_ context: CommandContext) async throws {
        let id = context.arguments.positional[0]
        let versions = try await context.memory().memories.history(id, in: context.scope)
        if context.isJSON {
            Terminal.print([
                "id": .string(id), "count": .int(Int64(versions.count)),
                "results": .array(versions.map { .object(MemoryJSON.object($0)) }),
            ])
            return
        }
        for version in versions {
            Terminal.print(
                "\(version.revision)  \(version.recordedAt)  \(version.event)  \(Terminal.oneLine(version.content ?? ""))"
            )
        }
    }
}

/// Brings a softly deleted memory back.
enum RestoreCommand: Command {
    static let specification = CommandSpecification(
        name: "restore", arguments: "ID", count: 1...1, summary: "Bring a softly deleted memory back.")

    static func run(_ context: CommandContext) async throws {
        let memory = try await context.memory().memories.restore(context.arguments.positional[0], in: context.scope)
        MemoryReport.show(memory, context)
    }
}

/// The context block for a question.
enum AskCommand: Command {
    static let specification = CommandSpecification(
        name: "ask", arguments: "QUESTION", count: 1...1_000,
        summary: "Print the context block that an agent would be given for this question.",
        options: [Option(name: "budget", value: "TOKENS", help: "at most so many estimated tokens (1000)")])

    static func run(_ context: CommandContext) async throws {
        let question = context.arguments.positional.joined(separator: " ")
        let budget = try context.arguments.integer("budget", 64...1_000_000, default: 1_000)
        let block = try await context.memory().memories.context(for: question, budget: budget, in: context.scope)
        if context.isJSON {
            Terminal.print([
                "question": .string(question), "context": .string(block.text), "tokens": .int(Int64(block.tokens)),
                "count": .int(Int64(block.hits.count)),
                "results": .array(block.hits.map { .object(MemoryJSON.object($0, explains: false)) }),
                "degraded": .array(block.degraded.map { .string($0) }),
            ])
            return
        }
        if !block.text.isEmpty { Terminal.print(block.text) }
        context.note(degraded: block.degraded)
    }
}

/// One memory for people or programs.
enum MemoryReport {
    static func show(_ memory: Memory, _ context: CommandContext, degraded: [String] = []) {
        var members = MemoryJSON.object(memory)
        if context.isJSON {
            if !degraded.isEmpty { members["degraded"] = .array(degraded.map { .string($0) }) }
            return Terminal.print(members)
        }
        context.note(degraded: degraded)
        for name in members.keys.sorted() {
            guard let value = members[name], value != .null, value != .array([]), value != .object([:]) else {
                continue
            }
            if case .string(let text) = value {
                Terminal.print("\(name): \(Terminal.oneLine(text))")
            } else {
                Terminal.print("\(name): \(Terminal.oneLine(value.canonical))")
            }
        }
    }
}
