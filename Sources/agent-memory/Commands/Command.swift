import AgentMemory
import Foundation
import MemoryAPI
import TranscriptArchives
import Transcripts

/// What a command runs with: the parsed words, the environment, and the store, opened when first asked for.
final class CommandContext {
    let arguments: ParsedArguments
    let environment: [String: String]
    private var opened: AgentMemory?

    init(_ arguments: ParsedArguments, _ environment: [String: String]) {
        self.arguments = arguments
        self.environment = environment
    }

    var isJSON: Bool { arguments.isSet("json") }

    /// The scope that flags and environment name.
    var scope: Scope {
        Scope(
            app: arguments.value("app") ?? environment["AGENT_MEMORY_APP"] ?? "default",
            user: arguments.value("user") ?? environment["AGENT_MEMORY_USER"] ?? NSUserName(),
            agent: arguments.value("agent"), session: arguments.value("session"))
    }

    /// The store's URL.
    var storeURL: String {
        if let url = arguments.value("store") ?? environment["AGENT_MEMORY_STORE"] { return url }
        return "sqlite:" + dataFolder + "/memory.db"
    }

    private var dataFolder: String {
        if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") { return folder + "/agent-memory" }
        return NSHomeDirectory() + "/.local/share/agent-memory"
    }

    /// Which embedder flags and environment choose.
    func embedderChoice() throws(MemoryError) -> AgentMemory.EmbedderChoice {
        let text = arguments.value("embedder") ?? environment["AGENT_MEMORY_EMBEDDER"] ?? "auto"
        return try AgentMemory.EmbedderChoice(parsing: text, apiKey: environment["AGENT_MEMORY_EMBEDDER_KEY"])
    }

    /// The opened memory. The folder of the default store is made, readable by its owner only.
    func memory() async throws(MemoryError) -> AgentMemory {
        if let opened { return opened }
        if arguments.value("store") == nil, environment["AGENT_MEMORY_STORE"] == nil {
            do {
                try FileManager.default.createDirectory(
                    atPath: dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw MemoryError(.unavailable, "\(dataFolder) cannot be made", underlying: error)
            }
        }
        let archive = archiveFolder.map { FileRunArchive(folder: $0) }
        let memory = try await AgentMemory.open(
            storeURL,
            configuration: AgentMemory.Configuration(
                embedder: try embedderChoice(), transcripts: TranscriptStoreConfiguration(archive: archive)))
        opened = memory
        return memory
    }

    /// Where runs are archived: what `AGENT_MEMORY_ARCHIVE` names, beside the default store, or nowhere. A folder of one
    /// machine is no default for a store that several may use.
    private var archiveFolder: String? {
        if let folder = environment["AGENT_MEMORY_ARCHIVE"], !folder.isEmpty { return folder }
        let isDefaultStore = arguments.value("store") == nil && environment["AGENT_MEMORY_STORE"] == nil
        return isDefaultStore ? dataFolder + "/archive" : nil
    }

    /// Everything that operations work on.
    func services() async throws(MemoryError) -> Services {
        let memory = try await memory()
        return Services(
            memories: memory.memories, transcripts: try await memory.transcripts(),
            shortTerm: try await memory.shortTerm())
    }

    /// What operations on a domain work on.
    func services(for domain: OperationSpecification.Domain) async throws(MemoryError) -> Services {
        let memory = try await memory()
        var services = Services(memories: memory.memories)
        switch domain {
        case .memories: break
        case .transcripts, .archive: services.transcripts = try await memory.transcripts()
        case .shortTerm: services.shortTerm = try await memory.shortTerm()
        }
        return services
    }

    /// Closes what was opened.
    func close() async { await opened?.close() }

    /// Says on standard error what an answer lacks.
    func note(degraded: some Sequence<String>) {
        for part in degraded.sorted() where !isJSON {
            Terminal.note("degraded: \(part) — no model is installed or it failed; `make install` installs one")
        }
    }
}

/// A command of the program.
protocol Command: SendableMetatype {
    /// The words that choose it, such as `bench store`.
    static var words: String { get }
    static var specification: CommandSpecification { get }
    static func run(_ context: CommandContext) async throws
}

extension Command {
    static var words: String { specification.name }
}

/// A failure that is told after the answer was printed: nothing more goes to standard output.
struct AnsweredFailure: Error {
    var message: String
    var exitCode: Int32 = 1
}
