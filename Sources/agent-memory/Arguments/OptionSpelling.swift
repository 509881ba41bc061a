import Memories
import Records

/// How a parameter of an operation is written as an option, where that is not simply its name with dashes.
struct OptionSpelling {
    /// The option's name; nil for the parameter's.
    var name: String?
    /// What stands for the value in help; nil for what the parameter's form says.
    var placeholder: String?
    /// A sentence for help; nil for the parameter's description.
    var help: String?
    /// What a flag means.
    var flag = true
    /// Whether the command may make it of its other words, so that it is not required.
    var isAlternative = false

    /// The spellings of all commands: the one place where the command line says something in other words.
    static let shared: [String: OptionSpelling] = [
        "topics": OptionSpelling(name: "topic"),
        "participants": OptionSpelling(name: "participant"),
        "expires_at": OptionSpelling(name: "expires"),
    ]
}

/// A parameter of an operation as an option.
struct OperationOption {
    /// What the option says yes, no or a value of.
    let parameter: any AnyParameter
    private let spelling: OptionSpelling

    init(_ parameter: any AnyParameter, _ spellings: [String: OptionSpelling]) {
        self.parameter = parameter
        spelling = spellings[parameter.name] ?? OptionSpelling.shared[parameter.name] ?? OptionSpelling()
    }

    /// The option's name without dashes.
    var name: String { spelling.name ?? parameter.name.replacing("_", with: "-") }

    /// Whether null clears what the parameter names.
    var isClearable: Bool { !parameter.isAbsent(.null) }

    /// The option, as help shows it.
    var option: Option {
        var help = spelling.help ?? ParameterText.sentence(parameter.schema)
        if let limits = ParameterText.limits(parameter.schema.form) { help += " (\(limits))" }
        if parameter.isRequired, !spelling.isAlternative { help += " (required)" }
        return Option(
            name: name, value: spelling.placeholder ?? ParameterText.placeholder(parameter.schema.form), help: help,
            repeats: repeats)
    }

    /// Whether each value is an element of a list.
    private var repeats: Bool {
        guard case .list(let element, _) = parameter.schema.form else { return false }
        // A vector is one thing: nobody types its numbers one by one.
        if case .number = element.form { return false }
        return true
    }

    /// What the texts that were given mean to the parameter.
    /// - Throws: ``MemoryError`` `invalid`, naming the option and the limit.
    func value(_ texts: [String]) throws(MemoryError) -> JSONValue {
        let json: JSONValue
        switch parameter.schema.form {
        case .boolean: json = .bool(spelling.flag)
        case .list(let element, _) where repeats:
            var elements: [JSONValue] = []
            for text in texts { elements.append(try ParameterText.value(text, element.form, "--" + name)) }
            json = .array(elements)
        case let form: json = try ParameterText.value(texts.last ?? "", form, "--" + name)
        }
        return try ParameterText.checked(json, parameter, as: "--" + name)
    }

    /// The option with a value of the parameter, as words of a command line.
    func words(_ value: JSONValue) -> [String] {
        switch value {
        case .bool(let flag): flag == spelling.flag ? ["--" + name] : []
        case .array(let elements) where repeats: elements.flatMap { ["--" + name, ParameterText.text($0)] }
        case let value: ["--" + name, ParameterText.text(value)]
        }
    }
}
