/// An option of a command.
struct Option {
    /// The name without dashes.
    var name: String
    /// What stands for the value in help; nil for a flag.
    var value: String?
    /// A sentence for help.
    var help: String
    /// Whether it may be given more than once.
    var repeats = false
}

/// A command: what it is called, what it takes, what it says of itself.
struct CommandSpecification {
    /// The words that choose it, such as `bench store`.
    var name: String
    /// The positional arguments, for help.
    var arguments: String
    /// How many positional arguments it takes.
    var count: ClosedRange<Int>
    /// A sentence for help.
    var summary: String
    /// Its options, the global ones apart.
    var options: [Option] = []
    /// More than the sentence, for its own help.
    var details = ""
    /// The global options that mean nothing to it.
    var withoutOptions: Set<String> = []
    /// What its positional arguments are, for its own help.
    var argumentHelp: [(name: String, help: String)] = []
    /// A command line to try.
    var example: String?
    /// The codes it may fail with, by exit code; those of every command apart.
    var errors: [(exitCode: Int32, code: String)] = []
    /// The names of the operations that it is.
    var operations: [String] = []

    /// Every option that it takes; its own come before global ones of the same name.
    var allOptions: [Option] { options + sharedOptions }

    /// The global options that it takes.
    var sharedOptions: [Option] {
        globalOptions.filter { option in
            !withoutOptions.contains(option.name) && !options.contains { $0.name == option.name }
        }
    }

    /// How it is called, without its options.
    var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}

/// The options of every command.
let globalOptions = [
    Option(
        name: "store", value: "URL",
        help: "where memories live: sqlite:PATH, memory:, or a postgres, mysql, mariadb, redis or mongodb URL "
            + "(AGENT_MEMORY_STORE; default a file in the data folder)"),
    Option(name: "app", value: "NAME", help: "the application (AGENT_MEMORY_APP; default \"default\")"),
    Option(name: "user", value: "ID", help: "whose memories (AGENT_MEMORY_USER; default the login name)"),
    Option(name: "agent", value: "ID", help: "narrow to one agent's memories"),
    Option(name: "session", value: "ID", help: "narrow to one session's memories"),
    Option(
        name: "embedder", value: "auto|none|FOLDER|URL",
        help: "the model (AGENT_MEMORY_EMBEDDER; default auto: the installed one)"),
    Option(name: "json", value: nil, help: "one JSON document on standard output, nothing else"),
    Option(name: "help", value: nil, help: "show help"),
]

/// Wrong usage: exit code 2.
struct UsageError: Error {
    var message: String
}
