import AgentMemory
import Foundation
import MemoryAPI

/// Adds memories from words or from standard input.
enum AddCommand: Command {
    static let specification = CommandSpecification(
        name: "add", arguments: "TEXT…", count: 1...10_000,
        summary: "Add a memory and print its id; - reads one memory per line from standard input.",
        options: [
            Option(name: "topic", value: "T", help: "a label", repeats: true),
            Option(name: "kind", value: "K", help: "fact, episode, preference or procedure"),
            Option(name: "type", value: "T", help: "short_term, long_term, episodic, semantic or procedural"),
            Option(name: "event-time", value: "ISO", help: "when it happened"),
            Option(name: "participant", value: "P", help: "who took part", repeats: true),
            Option(name: "location", value: "L", help: "where it happened"),
            Option(name: "metadata", value: "JSON", help: "your own data: a JSON object"),
            Option(name: "importance", value: "0…1", help: "how much it matters"),
            Option(name: "expires", value: "ISO", help: "from when it is forgotten"),
        ])

    static func run(_ context: CommandContext) async throws {
        let arguments = context.arguments
        let template = try template(arguments)
        let memory = try await context.memory()
        if arguments.positional == ["-"] {
            try await addLines(template, memory, context)
            return
        }
        var new = template
        new.content = arguments.positional.joined(separator: " ")
        let outcome = try await memory.memories.add(new, in: context.scope)
        show(outcome, context)
    }

    /// Adds each line as it comes, so that an id on standard output means that the memory is durable.
    private static func addLines(_ template: NewMemory, _ memory: AgentMemory, _ context: CommandContext) async throws {
        var failure: MemoryError?
        while let line = readLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            var new = template
            new.content = line
            do {
                show(try await memory.memories.add(new, in: context.scope), context)
            } catch {
                Terminal.note("agent-memory: \(error.message)")
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private static func show(_ outcome: AddOutcome, _ context: CommandContext) {
        if context.isJSON {
            Terminal.print(MemoryJSON.object(outcome))
        } else {
            Terminal.print(outcome.id)
            context.note(degraded: outcome.degraded)
        }
    }

    private static func template(_ arguments: ParsedArguments) throws -> NewMemory {
        var metadata: [String: JSONValue] = [:]
        if let text = arguments.value("metadata") {
            guard case .object(let members)? = try? JSONValue(parsing: text) else {
                throw UsageError(message: "--metadata must be a JSON object")
            }
            metadata = members
        }
        var importance: Double?
        if let text = arguments.value("importance") {
            guard let number = Double(text) else {
                throw UsageError(message: "--importance must be a number from 0 to 1")
            }
            importance = number
        }
        return NewMemory(
            "", topics: arguments.all("topic"), kind: try arguments.choice("kind", MemoryKind.self),
            type: try arguments.choice("type", MemoryType.self) ?? .longTerm,
            eventTime: try arguments.time("event-time"), participants: arguments.all("participant"),
            location: arguments.value("location"), metadata: metadata, importance: importance,
            expiresAt: try arguments.time("expires"))
    }
}
