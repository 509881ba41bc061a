import AgentMemory
import Copying

/// Copies a whole store into another.
enum CopyCommand: Command {
    static let specification = CommandSpecification(
        name: "copy", arguments: "", count: 0...0,
        summary: "Copy a whole store into an empty one, of any kind.",
        options: [
            Option(name: "from", value: "URL", help: "the store to read"),
            Option(name: "to", value: "URL", help: "the empty store to fill"),
        ], details: "What was interrupted goes on when it is run again.")

    static func run(_ context: CommandContext) async throws {
        guard let source = context.arguments.value("from") else { throw UsageError(message: "--from is missing") }
        guard let target = context.arguments.value("to") else { throw UsageError(message: "--to is missing") }
        let isShown = Terminal.isInteractive && !context.isJSON
        let outcome = try await Stores.copy(from: source, to: target) { progress in
            if isShown, progress.partitions % 50 == 0 {
                Terminal.note("copied \(progress.partitions) users, \(progress.records) records")
            }
        }
        let content = outcome.content
        if context.isJSON {
            Terminal.print([
                "written": .int(Int64(outcome.written.records)), "records": .int(Int64(content.total)),
                "partitions": .int(Int64(content.partitions)), "hash": .string(content.hash),
                "types": .object(content.records.mapValues { .int(Int64($0)) }),
            ])
        } else {
            let types = content.records.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            Terminal.print(
                "both stores hold \(content.total) records of \(content.partitions) users (\(types.joined(separator: ", ")))"
            )
            Terminal.print("logical hash \(content.hash)")
        }
    }
}
