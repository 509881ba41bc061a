import AgentMemory
import Foundation
import MemoryAPI

/// The composition root: flags, environment, commands, exit codes.
@main
enum AgentMemoryProgram {
    static let version = "0.1.0"

    /// Names of the interface whose work is still to come.
    static let planned = ["erase", "backup"]

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        StoreLocation.settleLibraries()
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Off the main actor, which every answer of a store would have to wake besides the thread that takes it.
    @concurrent static func run(_ words: [String]) async -> Int32 {
        if words == ["--version"] || words == ["version"] {
            Terminal.print("agent-memory \(version)")
            return 0
        }
        let isJSON = words.contains("--json")
        let places = commandWords(words)
        if let first = places.first, words[first] == "help" {
            return help(words[(first + 1)...].filter { !$0.hasPrefix("--") }, isJSON)
        }
        guard let (command, rest) = find(words, places) else {
            guard let first = places.first.map({ words[$0] }) else {
                _ = help([], isJSON)
                return words.contains("--help") ? 0 : 2
            }
            if words.contains("--help"), !CommandGroup.family(first).isEmpty { return help([first], isJSON) }
            return unknown(first)
        }
        do {
            let arguments = try ParsedArguments(rest, command.specification)
            if arguments.isSet("help") {
                show(Help.of(command.specification), [command], isJSON)
                return 0
            }
            let context = CommandContext(arguments, ProcessInfo.processInfo.environment)
            do {
                try await command.run(context)
            } catch {
                await context.close()
                throw error
            }
            await context.close()
            return 0
        } catch let error as UsageError {
            return fail(MemoryError(.invalid, error.message), isJSON)
        } catch let error as AnsweredFailure {
            Terminal.note("agent-memory: \(error.message)")
            return error.exitCode
        } catch let error as MemoryError {
            return fail(error, isJSON)
        } catch {
            return fail(MemoryError(MemoryError.Code(rawValue: "failed"), "\(error)"), isJSON)
        }
    }

    private static func fail(_ error: MemoryError, _ isJSON: Bool) -> Int32 {
        if isJSON { Terminal.print(MemoryJSON.object(error)) }
        Terminal.note("agent-memory: \(error.message)")
        return ErrorTable(error.code).exitCode
    }

    /// Shows what a command takes, what a family of commands is, or all there is.
    private static func help(_ words: [String], _ isJSON: Bool) -> Int32 {
        guard let first = words.first else {
            show(Help.overview(), CommandGroup.commands, isJSON)
            return 0
        }
        if let (command, _) = find(words, Array(words.indices)) {
            show(Help.of(command.specification), [command], isJSON)
            return 0
        }
        let family = CommandGroup.family(first)
        guard !family.isEmpty else { return unknown(first) }
        show(Help.of(family: first, family), family, isJSON)
        return 0
    }

    private static func show(_ text: String, _ commands: [any Command.Type], _ isJSON: Bool) {
        if isJSON { Terminal.print(Help.json(commands)) } else { Terminal.print(text) }
    }

    private static func unknown(_ word: String) -> Int32 {
        if planned.contains(word) {
            Terminal.note("agent-memory: \(word) is not part of this version")
            return 1
        }
        let family = CommandGroup.family(word)
        Terminal.note(
            family.isEmpty
                ? "agent-memory: unknown command \(word); see agent-memory help" : Help.of(family: word, family))
        return 2
    }

    /// Where the first words stand that are neither options nor their values: at most two.
    private static func commandWords(_ words: [String]) -> [Int] {
        var places: [Int] = []
        var index = 0
        while index < words.count, places.count < 2 {
            let word = words[index]
            if word.hasPrefix("--") {
                let name = word.dropFirst(2)
                // A global option before the command takes its value with it.
                if !name.contains("="), globalOptions.contains(where: { $0.name == name && $0.value != nil }) {
                    index += 1
                }
            } else {
                places.append(index)
            }
            index += 1
        }
        return places
    }

    /// The command whose words stand first, options apart.
    private static func find(_ words: [String], _ places: [Int]) -> (any Command.Type, [String])? {
        for count in [2, 1] where places.count >= count {
            let name = places.prefix(count).map { words[$0] }.joined(separator: " ")
            guard let command = CommandGroup.commands.first(where: { $0.words == name }) else { continue }
            var rest = words
            for index in places.prefix(count).reversed() { rest.remove(at: index) }
            return (command, rest)
        }
        return nil
    }
}
