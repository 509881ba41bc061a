import Access
import AgentMemory
import Foundation
import MemoryAPI

/// A command that is an operation of the catalogue: its help, its options and what they may be come from the operation's
/// specification.
protocol OperationCommand: Command {
    static var operation: any MemoryAPI.Operation.Type { get }
    /// The words that choose the command.
    static var words: String { get }
    /// The arguments that stand without an option, in order; those of the path by default.
    static var positional: [String] { get }
    /// Arguments that are always these, and no options.
    static var fixed: [String: JSONValue] { get }
    /// The members of a result that make its line, in order.
    static var columns: [String] { get }
}

extension OperationCommand {
    static var positional: [String] { operation.specification.pathParameters }
    static var fixed: [String: JSONValue] { [:] }
    static var columns: [String] { ["id"] }

    static var specification: CommandSpecification {
        let operation = operation.specification
        let options = optionParameters.map { parameter in
            let form = OptionForm(parameter.schema.form)
            var help = parameter.schema.description
            if let first = help.first, help.dropFirst().first?.isUppercase != true {
                help = first.lowercased() + help.dropFirst()
            }
            if help.hasSuffix(".") { help.removeLast() }
            return Option(
                name: OptionForm.name(parameter.name), value: form.placeholder,
                help: help + (parameter.isRequired ? " (required)" : ""), repeats: form.repeats)
        }
        return CommandSpecification(
            name: words, arguments: positional.map { isDocument($0) ? "FILE" : $0.uppercased() }.joined(separator: " "),
            count: positional.count...positional.count, summary: operation.title + ".", options: options,
            details: operation.summary, withoutOptions: operation.reach == .scope ? [] : ["agent", "session"])
    }

    /// The parameters that are options.
    private static var optionParameters: [any AnyParameter] {
        operation.specification.parameters.filter { !positional.contains($0.name) && fixed[$0.name] == nil }
    }

    private static func isDocument(_ name: String) -> Bool { operation.specification.rawBody?.parameter == name }

    static func run(_ context: CommandContext) async throws {
        let answer = try await operation.perform(
            try members(context), by: .local, on: try await context.services(), defaults: ScopeDefaults())
        try await show(answer, context)
    }

    /// The arguments of the operation.
    private static func members(_ context: CommandContext) throws -> [String: JSONValue] {
        var members = fixed
        let parameters = operation.specification.parameters
        for (name, text) in zip(positional, context.arguments.positional) {
            let form = parameters.first { $0.name == name }?.schema.form
            members[name] =
                isDocument(name) ? .string(try document(text)) : try ArgumentText.value(text, form, name)
        }
        for parameter in optionParameters {
            let option = OptionForm.name(parameter.name)
            let texts = context.arguments.all(option)
            guard let last = texts.last else {
                guard !parameter.isRequired else { throw UsageError(message: "--\(option) is required") }
                continue
            }
            switch parameter.schema.form {
            case .boolean: members[parameter.name] = .bool(true)
            case .list(let element, _):
                members[parameter.name] = .array(
                    try texts.map { text throws(MemoryError) in
                        try ArgumentText.value(text, element.form, "--" + option)
                    })
            case let form: members[parameter.name] = try ArgumentText.value(last, form, "--" + option)
            }
        }
        if operation.specification.reach == .everybody {
            // Only what the command line says narrows: the environment names whom commands mean, not all there are.
            for name in ["app", "user"] { members[name] = context.arguments.value(name).map { .string($0) } }
        } else {
            members["app"] = .string(context.scope.app)
            members["user"] = .string(context.scope.user)
        }
        return members
    }

    /// The text of a file; `-` is standard input.
    private static func document(_ path: String) throws -> String {
        let data: Data
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            guard let read = FileManager.default.contents(atPath: path) else {
                throw MemoryError(.notFound, "\(path) cannot be read")
            }
            data = read
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MemoryError(.invalid, "\(path) is not UTF-8")
        }
        return text
    }

    private static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        if let document = answer.document {
            if case .array(let omissions)? = answer.members["omissions"] {
                for case .string(let omission) in omissions { Terminal.note("left out: \(omission)") }
            }
            switch document.content {
            case .text(let text): Terminal.write(text)
            case .stream(let produce):
                try await produce { text in
                    Terminal.write(text)
                    return true
                }
            }
            return
        }
        guard case .array(let results)? = answer.members["results"] else { return show(answer.members) }
        for case .object(let result) in results {
            let fields = columns.map { text(result.value($0)) }
            Terminal.print(fields.joined(separator: "  "))
        }
        if let next = answer.members["next_cursor"], next != .null {
            Terminal.note("there are more; use --limit, or --cursor \(text(next))")
        }
    }

    private static func show(_ members: [String: JSONValue]) {
        for name in members.keys.sorted() {
            guard let value = members[name], value != .null, value != .array([]), value != .object([:]) else {
                continue
            }
            Terminal.print("\(name): \(text(value))")
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): Terminal.oneLine(text)
        case .some(let value): Terminal.oneLine(value.canonical)
        }
    }
}

extension [String: JSONValue] {
    /// The member of a name; of an event, `text` is what it says.
    fileprivate func value(_ name: String) -> JSONValue? {
        guard name == "text", self["text"] == nil else { return self[name] }
        guard case .object(let payload)? = self["payload"] else { return nil }
        guard case .array(let parts)? = payload["parts"] else { return payload["note"] ?? payload["text"] }
        let texts = parts.compactMap { part in
            if case .string(let text)? = part.value(at: ["text"]) { text } else { nil }
        }
        return .string(texts.joined(separator: " "))
    }
}

/// How a parameter is an option.
private struct OptionForm {
    /// What stands for the value in help; nil for a flag.
    var placeholder: String?
    var repeats = false

    static func name(_ parameter: String) -> String { parameter.replacing("_", with: "-") }

    init(_ form: JSONSchema.Form) {
        switch form {
        case .boolean: placeholder = nil
        case .integer: placeholder = "N"
        case .number: placeholder = "X"
        case .choice(let words): placeholder = words.joined(separator: "|")
        case .text(_, _, let format): placeholder = format == "date-time" ? "TIME" : "TEXT"
        case .list(let element, _):
            placeholder = OptionForm(element.form).placeholder ?? "JSON"
            repeats = true
        default: placeholder = "JSON"
        }
    }
}
