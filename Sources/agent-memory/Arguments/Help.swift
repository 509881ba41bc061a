/// Help texts, made from the specifications.
enum Help {
    static func overview(_ commands: [any Command.Type]) -> String {
        let rows = commands.map { command in
            let specification = command.specification
            return ("\(specification.name) \(specification.arguments)", specification.summary)
        }
        return """
            agent-memory: the memory of AI agents, on any database

            usage: agent-memory COMMAND [OPTIONS]

            \(table(rows))

            options of every command:
            \(options(globalOptions))

            exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 unavailable, 6 limit
            """
    }

    static func of(_ specification: CommandSpecification) -> String {
        """
        usage: agent-memory \(specification.name) \(specification.arguments) [OPTIONS]

        \(specification.summary)\(specification.details.isEmpty ? "" : "\n\n" + specification.details)

        options:
        \(options(specification.allOptions))
        """
    }

    private static func options(_ options: [Option]) -> String {
        table(
            options.map { option in
                ("--\(option.name)\(option.value.map { " " + $0 } ?? "")\(option.repeats ? " …" : "")", option.help)
            })
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = min(34, rows.map(\.0.count).max() ?? 0)
        return rows.map { left, right in
            left.count > width
                ? "  \(left)\n  \(String(repeating: " ", count: width))  \(right)"
                : "  \(left)\(String(repeating: " ", count: width - left.count))  \(right)"
        }.joined(separator: "\n")
    }
}
