import AgentMemory
import Foundation
import MemoryAPI

/// The words of a command line and the arguments of an operation, each made of the other.
struct OperationWords {
    private let operation: OperationSpecification
    private let positional: [Positional]
    private let fixed: [String: JSONValue]
    /// The parameters that are options, in the order of the operation.
    let options: [OperationOption]

    init(_ command: (some OperationCommand).Type) {
        operation = command.operation.specification
        positional = command.positional
        fixed = command.fixed
        let others = command.withheld.union(command.fixed.keys).union(command.positional.map(\.parameter))
        options = operation.parameters.filter { !others.contains($0.name) }
            .map { OperationOption($0, command.spellings) }
    }

    // MARK: Of words

    /// The arguments that words mean.
    /// - Throws: ``MemoryError`` `invalid`, ``UsageError``.
    func members(_ words: ParsedArguments) throws -> [String: JSONValue] {
        var members = fixed
        for (name, text) in positional.texts(words.positional) {
            guard let parameter = parameter(name) else { continue }
            if isDocument(name) {
                members[name] = .string(try Self.document(text))
            } else {
                let shown = positional.first { $0.parameter == name }?.word ?? name
                let value = try ParameterText.value(text, parameter.schema.form, shown)
                members[name] = try ParameterText.checked(value, parameter, as: shown)
            }
        }
        for option in options {
            let texts = words.all(option.name)
            if !texts.isEmpty { members[option.parameter.name] = try option.value(texts) }
        }
        for name in words.all(Self.clear) where !clearable.contains(where: { $0.name == name }) {
            throw UsageError(message: "--\(Self.clear) takes \(clearable.map(\.name).joined(separator: ", "))")
        }
        for option in clearable where words.all(Self.clear).contains(option.name) {
            guard members[option.parameter.name] == nil else {
                throw UsageError(message: "--\(option.name) is both given and cleared")
            }
            members[option.parameter.name] = .null
        }
        return members
    }

    private func parameter(_ name: String) -> (any AnyParameter)? { operation.parameters.first { $0.name == name } }

    private func isDocument(_ name: String) -> Bool { operation.rawBody?.parameter == name }

    /// The text of a file; `-` is standard input.
    private static func document(_ path: String) throws -> String {
        guard path == "-" else { return try DataFile.text(path) }
        guard let text = String(validating: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) else {
            throw MemoryError(.invalid, "standard input is not UTF-8")
        }
        return text
    }

    // MARK: For help

    /// The option that takes values away, of operations where null does.
    private static let clear = "clear"

    private var clearable: [OperationOption] { options.filter(\.isClearable) }

    /// The options, as help shows them.
    var help: [Option] {
        let names = clearable.map(\.name)
        let clear = Option(
            name: Self.clear, value: names.joined(separator: "|"), help: "take this away", repeats: true)
        return options.map(\.option) + (names.isEmpty ? [] : [clear])
    }

    /// The positional arguments, as the usage line shows them.
    var usage: String { positional.map(\.usage).joined(separator: " ") }

    /// The positional arguments and what each is.
    var argumentHelp: [(name: String, help: String)] {
        positional.map { positional in
            let schema = parameter(positional.parameter)?.schema
            var help = positional.help ?? schema.map(ParameterText.sentence) ?? ""
            if positional.help == nil, isDocument(positional.parameter) {
                help = "the file to read; - is standard input"
            } else if let limits = schema.flatMap({ ParameterText.limits($0.form) }) {
                help += " (\(limits))"
            }
            return (positional.usage, help)
        }
    }

    // MARK: Of arguments

    /// The command line of the first example of the operation that it can say; what the example leaves out stands as in
    /// the usage line.
    func line(_ command: String) -> String? {
        let sayable = Set(positional.map(\.parameter) + options.map(\.parameter.name))
        let examples = operation.examples.map { $0.arguments.filter { fixed[$0.key] == nil } }
        guard let arguments = examples.first(where: { sayable.isSuperset(of: $0.keys) }) else { return nil }
        var words = ["agent-memory", command]
        for positional in positional {
            if let value = arguments[positional.parameter], !isDocument(positional.parameter) {
                words.append(ShellWord.quoted(ParameterText.text(value)))
            } else if !positional.isOptional {
                words.append(positional.word)
            }
        }
        for option in options {
            guard let value = arguments[option.parameter.name] else { continue }
            words += option.words(value).map(ShellWord.quoted)
        }
        return words.joined(separator: " ")
    }
}

extension OperationCommand {
    /// The first example of the operation, as a command line.
    static var exampleLine: String? { OperationWords(Self.self).line(words) }

    static var specification: CommandSpecification {
        let operation = operation.specification
        let words = OperationWords(Self.self)
        var specification = CommandSpecification(
            name: Self.words, arguments: words.usage, count: positional.wordCount, summary: summary,
            options: words.help + ownOptions, details: details,
            withoutOptions: operation.reach == .scope ? [] : ["agent", "session"])
        specification.argumentHelp = words.argumentHelp
        specification.example = example
        specification.errors = operation.errors.map { (ErrorTable($0).exitCode, $0.rawValue) }
        specification.operations = ([Self.operation] + alternatives).map { $0.specification.name }
        return specification
    }
}
