/// An argument of a command that stands without an option.
struct Positional: ExpressibleByStringLiteral {
    /// The parameter of the operation, or a name of the command's own.
    var parameter: String
    /// What stands for it in help.
    var placeholder: String
    /// What it is; nil for what the parameter says.
    var help: String?
    /// Whether all words that are left are its text, joined by spaces: as a person types a sentence.
    var takesRest: Bool
    var isOptional: Bool

    init(
        _ parameter: String, placeholder: String? = nil, help: String? = nil, takesRest: Bool = false,
        isOptional: Bool = false
    ) {
        self.parameter = parameter
        self.placeholder = placeholder ?? parameter.uppercased()
        self.help = help
        self.takesRest = takesRest
        self.isOptional = isOptional
    }

    init(stringLiteral parameter: String) { self.init(parameter) }

    /// What stands for it in a sentence.
    var word: String { placeholder.replacing("…", with: "") }

    /// How it stands in the usage line.
    var usage: String { isOptional ? "[\(placeholder)]" : placeholder }
}

extension [Positional] {
    /// How many words they take.
    var wordCount: ClosedRange<Int> {
        let needed = count { !$0.isOptional }
        return needed...(contains(where: \.takesRest) ? 10_000 : count)
    }

    /// The words of each that is there.
    func texts(_ words: [String]) -> [String: String] {
        var texts: [String: String] = [:]
        for (place, positional) in enumerated() where place < words.endIndex {
            texts[positional.parameter] = positional.takesRest ? words[place...].joined(separator: " ") : words[place]
        }
        return texts
    }
}
