import AgentMemory
import Foundation
import MemoryAPI

/// The composition root: flags, environment, commands, exit codes.
@main
enum AgentMemoryProgram {
    static let version = "0.1.0"

    static var commands: [any Command.Type] {
        [
            AddCommand.self, SearchCommand.self, ListCommand.self, GetCommand.self, UpdateCommand.self,
            DeleteCommand.self, ClearCommand.self, HistoryCommand.self, RestoreCommand.self, ImportCommand.self,
            ExportCommand.self, AskCommand.self,
            SessionsListCommand.self, SessionsShowCommand.self, SessionsCreateCommand.self, SessionsEndCommand.self,
            SessionsPurgeCommand.self, TranscriptShowCommand.self, TranscriptExportCommand.self,
            TranscriptImportCommand.self, TranscriptSearchCommand.self, TranscriptSummarizeCommand.self,
            RunsListCommand.self, RunsShowCommand.self, RunsFindCommand.self, ArchiveRunsCommand.self,
            ArchiveRestoreCommand.self, ArchiveSearchCommand.self, ServeCommand.self, MCPCommand.self,
            MCPInstallCommand.self,
            KeysCreateCommand.self, KeysListCommand.self,
            KeysRotateCommand.self, KeysRevokeCommand.self, AuditListCommand.self, AuditVerifyCommand.self,
            VerifyCommand.self, WatchCommand.self, CopyCommand.self,
            MigrateStatusCommand.self, MigrateUpCommand.self,
            MigrateDownCommand.self, DoctorCommand.self, BenchRetrievalCommand.self, BenchStoreCommand.self,
            BenchUsersCommand.self, BenchEventsCommand.self, BenchCheckpointsCommand.self, BenchEmbeddingCommand.self,
        ]
    }

    /// Names of the interface whose work is still to come.
    static let planned = ["erase", "backup"]

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Off the main actor, which every answer of a store would have to wake besides the thread that takes it.
    @concurrent static func run(_ words: [String]) async -> Int32 {
        if words == ["--version"] || words == ["version"] {
            Terminal.print("agent-memory \(version)")
            return 0
        }
        guard let (command, rest) = find(words) else {
            let first = words.first { !$0.hasPrefix("--") }
            if let first, planned.contains(first) {
                Terminal.note("agent-memory: \(first) is not part of this version")
                return 1
            }
            if words.isEmpty || words.contains("--help") || first == "help" {
                Terminal.print(Help.overview(commands))
                return words.isEmpty ? 2 : 0
            }
            let more = commands.map { $0.specification.name }.filter { $0.hasPrefix((first ?? "") + " ") }
            Terminal.note(
                more.isEmpty
                    ? "agent-memory: unknown command \(first ?? ""); see agent-memory --help"
                    : "agent-memory: \(first ?? "") what? " + more.joined(separator: ", "))
            return 2
        }
        let isJSON = words.contains("--json")
        do {
            let arguments = try ParsedArguments(rest, command.specification)
            if arguments.isSet("help") {
                Terminal.print(Help.of(command.specification))
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
        } catch let error as VerificationFailure {
            Terminal.note("agent-memory: \(error.message)")
            return 1
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

    /// The command whose words stand first, options apart.
    private static func find(_ words: [String]) -> (any Command.Type, [String])? {
        var names: [Int] = []
        var index = 0
        while index < words.count, names.count < 2 {
            let word = words[index]
            if word.hasPrefix("--") {
                let name = word.dropFirst(2)
                // A global option before the command takes its value with it.
                if !name.contains("="), globalOptions.contains(where: { $0.name == name && $0.value != nil }) {
                    index += 1
                }
            } else {
                names.append(index)
            }
            index += 1
        }
        for count in [2, 1] where names.count >= count {
            let name = names.prefix(count).map { words[$0] }.joined(separator: " ")
            guard let command = commands.first(where: { $0.specification.name == name }) else { continue }
            var rest = words
            for index in names.prefix(count).reversed() { rest.remove(at: index) }
            return (command, rest)
        }
        return nil
    }
}
