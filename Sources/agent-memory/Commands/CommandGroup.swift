import MemoryAPI

/// A heading of the overview, and the commands under it.
struct CommandGroup {
    var title: String
    var commands: [any Command.Type]

    /// Every command, in the order in which people read them.
    static let all = [
        CommandGroup(
            title: "memories",
            commands: [
                AddCommand.self, SearchCommand.self, AskCommand.self, ListCommand.self, CountCommand.self,
                GetCommand.self, UpdateCommand.self, HistoryCommand.self, DeleteCommand.self, RestoreCommand.self,
                ClearCommand.self, WatchCommand.self, ExportCommand.self, ImportCommand.self,
            ]),
        CommandGroup(
            title: "conversations",
            commands: [
                SessionsListCommand.self, SessionsShowCommand.self, SessionsCreateCommand.self,
                SessionsUpdateCommand.self, SessionsEndCommand.self, SessionsPurgeCommand.self,
                TranscriptShowCommand.self, TranscriptAppendCommand.self, TranscriptListCommand.self,
                TranscriptLatestCommand.self, TranscriptGetCommand.self, TranscriptWindowCommand.self,
                TranscriptSearchCommand.self, TranscriptContextCommand.self, TranscriptSummarizeCommand.self,
                TranscriptExportCommand.self, TranscriptImportCommand.self,
                StateShowCommand.self, StateSetCommand.self, StateUnsetCommand.self,
                BufferShowCommand.self, BufferAppendCommand.self, BufferClearCommand.self,
            ]),
        CommandGroup(
            title: "what agents worked on",
            commands: [
                RunsListCommand.self, RunsShowCommand.self, RunsFindCommand.self, RunsEventsCommand.self,
                RunsLatestCommand.self, RunsSnapshotCommand.self, RunsCheckpointCommand.self, RunsStartCommand.self,
                RunsAppendCommand.self, RunsUpdateCommand.self, RunsPutCommand.self, RunsLinkCommand.self,
                RunsCancelCommand.self, RunsPurgeCommand.self,
                ArchiveRunCommand.self, ArchiveRunsCommand.self, ArchiveRestoreCommand.self, ArchiveSearchCommand.self,
            ]),
        CommandGroup(
            title: "serving agents",
            commands: [
                ServeCommand.self, MCPCommand.self, MCPInstallCommand.self,
                KeysCreateCommand.self, KeysListCommand.self, KeysRotateCommand.self, KeysRevokeCommand.self,
                AuditListCommand.self, AuditVerifyCommand.self, VerifyCommand.self,
            ]),
        CommandGroup(
            title: "the store",
            commands: [
                DoctorCommand.self, CopyCommand.self, MigrateStatusCommand.self, MigrateUpCommand.self,
                MigrateDownCommand.self,
            ]),
        CommandGroup(
            title: "measuring",
            commands: [
                BenchRetrievalCommand.self, BenchStoreCommand.self, BenchUsersCommand.self, BenchEventsCommand.self,
                BenchCheckpointsCommand.self, BenchEmbeddingCommand.self,
            ]),
    ]

    /// Commands that share their first word, and what they are about.
    static let families = [
        "sessions": "conversations and what is known of them",
        "transcript": "what was said in sessions",
        "state": "named values that sessions and users share",
        "buffer": "the newest messages of a session, at hand",
        "runs": "the work of agents, step by step",
        "archive": "old runs, moved out of the store",
        "keys": "access keys of the server",
        "audit": "who did what, in a log that shows tampering",
        "migrate": "the store's tables and indexes",
        "bench": "speed and quality, measured here",
    ]

    static let commands = all.flatMap(\.commands)

    /// The commands of operations, by the operations' names.
    static let commandsOfOperations: [String: String] = {
        var names: [String: String] = [:]
        for case let command as any OperationCommand.Type in commands where command.fixed.isEmpty {
            names[command.operation.specification.name] = command.words
        }
        return names
    }()

    /// The commands of a family.
    static func family(_ word: String) -> [any Command.Type] {
        families[word] == nil ? [] : commands.filter { $0.words.hasPrefix(word + " ") }
    }
}
