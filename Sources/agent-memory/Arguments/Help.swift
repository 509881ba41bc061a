import Records

/// Help texts, made from the specifications.
enum Help {
    /// The longest line.
    private static let width = 100
    /// The widest left column of a table; what is longer has a line of its own.
    private static let leftWidth = 34

    // MARK: Pages

    /// All there is.
    static func overview() -> String {
        let groups = CommandGroup.all.map { ($0.title, rows($0.commands)) }
        let left = groups.flatMap(\.1).map(\.0.count).max() ?? 0
        let sections = groups.map { "\($0):\n" + table($1, left: left) }
        return """
            agent-memory: the memory of AI agents, on any database

            usage: agent-memory COMMAND [OPTIONS]
                   agent-memory help COMMAND    what a command takes, and an example

            \(sections.joined(separator: "\n\n"))

            options of every command:
            \(table(options(globalOptions)))

            exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 unavailable, 6 limit
            """
    }

    /// The commands of a family.
    static func of(family: String, _ commands: [any Command.Type]) -> String {
        """
        usage: agent-memory \(family) ACTION [OPTIONS]

        \(capitalized(CommandGroup.families[family] ?? "")).

        \(table(commands.map(row)))

        agent-memory help \(family) ACTION shows what an action takes.
        """
    }

    /// One command.
    static func of(_ specification: CommandSpecification) -> String {
        var parts = ["usage: agent-memory \(specification.usage) [OPTIONS]", wrapped(specification.summary, width)]
        if !specification.details.isEmpty { parts.append(wrapped(inCommands(specification.details), width)) }
        let arguments = specification.argumentHelp
        if !arguments.isEmpty { parts.append("arguments:\n" + table(arguments.map { ($0.name, $0.help) })) }
        if let example = specification.example { parts.append("example:\n  " + example) }
        if !specification.options.isEmpty { parts.append("options:\n" + table(options(specification.options))) }
        let shared = options(specification.sharedOptions).map(\.0).joined(separator: ", ")
        parts.append(wrapped("options of every command, as in agent-memory help: " + shared, width))
        if !specification.operations.isEmpty { parts.append(exitCodes(specification.errors)) }
        return parts.joined(separator: "\n\n")
    }

    /// Commands for programs: `commands: [{name, usage, group, summary, options, operations, example?}]`.
    static func json(_ chosen: [any Command.Type]) -> [String: JSONValue] {
        let names = Set(chosen.map { $0.words })
        let commands = CommandGroup.all.flatMap { group in
            group.commands.filter { names.contains($0.words) }.map { command in
                members(command.specification, in: group)
            }
        }
        return ["commands": .array(commands)]
    }

    private static func members(_ specification: CommandSpecification, in group: CommandGroup) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(specification.name), "usage": .string("agent-memory " + specification.usage),
            "group": .string(group.title), "summary": .string(specification.summary),
            "options": .array(
                specification.allOptions.map { option in
                    .object([
                        "name": .string(option.name), "value": option.value.map { .string($0) } ?? .null,
                        "help": .string(option.help), "repeats": .bool(option.repeats),
                    ])
                }),
            "operations": .array(specification.operations.map { .string($0) }),
        ]
        members["example"] = specification.example.map { .string($0) }
        return .object(members)
    }

    // MARK: Rows

    /// Commands of the overview: those of a family are one row.
    private static func rows(_ commands: [any Command.Type]) -> [(String, String)] {
        var rows: [(String, String)] = []
        var told: Set<Substring> = []
        for command in commands {
            let family = command.words.prefix { $0 != " " }
            guard let about = CommandGroup.families[String(family)] else {
                rows.append(row(command))
                continue
            }
            guard told.insert(family).inserted else { continue }
            let actions = CommandGroup.family(String(family)).map { $0.words.dropFirst(family.count + 1) }
            rows.append(("\(family) ACTION", "\(about): \(actions.joined(separator: ", "))"))
        }
        return rows
    }

    private static func row(_ command: any Command.Type) -> (String, String) {
        let specification = command.specification
        return (specification.usage, specification.summary)
    }

    private static func options(_ options: [Option]) -> [(String, String)] {
        options.map { option in
            (
                "--\(option.name)\(option.value.map { " " + $0 } ?? "")\(option.repeats ? " …" : "")",
                inCommands(option.help)
            )
        }
    }

    /// What is said of operations, said of the commands that they are.
    private static func inCommands(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let name = word.prefix { $0 == "_" || $0.isLowercase }
            guard let command = CommandGroup.commandsOfOperations[String(name)] else { return String(word) }
            return "`\(command)`" + word.dropFirst(name.count)
        }.joined(separator: " ")
    }

    private static func exitCodes(_ errors: [(exitCode: Int32, code: String)]) -> String {
        var words: [Int32: [String]] = [0: ["done"], 1: ["failed"], 2: ["wrong usage"], 5: ["unavailable"]]
        for error in errors { words[error.exitCode, default: []].append(error.code) }
        let list = words.keys.sorted().map { "\($0) \(words[$0, default: []].joined(separator: " or "))" }
        return wrapped("exit codes: " + list.joined(separator: ", "), width)
    }

    // MARK: Layout

    private static func table(_ rows: [(String, String)], left wanted: Int? = nil) -> String {
        let left = min(leftWidth, wanted ?? rows.map(\.0.count).max() ?? 0)
        let indent = String(repeating: " ", count: left + 4)
        return rows.map { name, text in
            let lines = wrapped(text, width - left - 4).replacing("\n", with: "\n" + indent)
            if lines.isEmpty { return "  " + name }
            return name.count > left
                ? "  \(name)\n\(indent)\(lines)"
                : "  \(name)\(String(repeating: " ", count: left - name.count))  \(lines)"
        }.joined(separator: "\n")
    }

    /// The text in lines of at most so many characters, broken between words.
    private static func wrapped(_ text: String, _ width: Int) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
