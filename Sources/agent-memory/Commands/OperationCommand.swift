import Access
import AgentMemory
import MemoryAPI

/// A command that is an operation of the catalogue: its help, its options and what they may be come from the operation's
/// specification. What the command line says in other words, each command says once.
protocol OperationCommand: Command {
    static var operation: any Operation.Type { get }
    /// Further operations that it may be, as ``choice(for:)`` says.
    static var alternatives: [any Operation.Type] { get }
    /// A sentence for the overview; the operation's title by default.
    static var summary: String { get }
    /// More than the sentence, for the command's own help; the operation's summary by default.
    static var details: String { get }
    /// The arguments that stand without an option, in order; those of the path by default.
    static var positional: [Positional] { get }
    /// Arguments that are always these, and no options.
    static var fixed: [String: JSONValue] { get }
    /// Parameters that are no options, because the command makes them of what it takes besides.
    static var withheld: Set<String> { get }
    /// Options of the command's own.
    static var ownOptions: [Option] { get }
    /// Parameters that are spelled in other words than their name and description.
    static var spellings: [String: OptionSpelling] { get }
    /// A command line to try; one of the operation's examples by default.
    static var example: String? { get }
    /// How answers are shown to people.
    static var report: AnswerReport { get }

    /// Adds what the command makes of its own words.
    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws
    /// The operation that arguments mean.
    static func choice(for members: [String: JSONValue]) -> any Operation.Type
    /// What the arguments are answered.
    static func answer(_ members: [String: JSONValue], _ context: CommandContext) async throws -> OperationAnswer
    /// Prints an answer.
    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws
}

extension OperationCommand {
    static var alternatives: [any Operation.Type] { [] }
    static var summary: String { operation.specification.title + "." }
    static var details: String { operation.specification.summary }
    static var positional: [Positional] { operation.specification.pathParameters.map { Positional($0) } }
    static var fixed: [String: JSONValue] { [:] }
    static var withheld: Set<String> { [] }
    static var ownOptions: [Option] { [] }
    static var spellings: [String: OptionSpelling] { [:] }
    static var example: String? { exampleLine }
    static var report: AnswerReport { AnswerReport() }

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {}

    static func choice(for members: [String: JSONValue]) -> any Operation.Type { operation }

    static func answer(_ members: [String: JSONValue], _ context: CommandContext) async throws -> OperationAnswer {
        let chosen = choice(for: members)
        return try await chosen.perform(
            members, by: .local, on: try await context.services(for: chosen.specification.domain),
            defaults: ScopeDefaults())
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        try await report.show(answer, context)
    }

    static func run(_ context: CommandContext) async throws { try await perform(context) }

    /// Does the operation once, and prints what it answers.
    static func perform(_ context: CommandContext) async throws {
        try await show(try await answer(try members(context), context), context)
    }

    /// The arguments that the words mean.
    static func members(_ context: CommandContext) throws -> [String: JSONValue] {
        var members = try OperationWords(Self.self).members(context.arguments)
        try complete(&members, context)
        let scope = context.scope
        switch operation.specification.reach {
        case .everybody:
            // Only what the command line says narrows: the environment names whom commands mean, not all there are.
            for name in ["app", "user"] { members[name] = context.arguments.value(name).map { .string($0) } }
        case .scope:
            members["agent"] = scope.agent.map { .string($0) }
            members["session"] = scope.session.map { .string($0) }
            fallthrough
        case .owner:
            members["app"] = .string(scope.app)
            members["user"] = .string(scope.user)
        }
        let parameters = choice(for: members).specification.parameters
        if let missing = parameters.first(where: { $0.isRequired && members[$0.name] == nil }) {
            throw UsageError(message: "--\(OperationOption(missing, spellings).name) is required")
        }
        return members
    }
}
