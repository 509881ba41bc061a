import Memories

/// The words of a command line, taken apart by a command's specification.
struct ParsedArguments {
    /// Positional arguments in order.
    private(set) var positional: [String] = []
    private var values: [String: [String]] = [:]

    /// Takes words apart. Options may stand anywhere; `--name=value` and `--name value` are the same; after `--`
    /// everything is positional.
    init(_ words: [String], _ specification: CommandSpecification) throws(UsageError) {
        let options = specification.allOptions
        var rest = words[...]
        var isLiteral = false
        while let word = rest.popFirst() {
            guard !isLiteral, word.hasPrefix("--") else {
                positional.append(word)
                continue
            }
            if word == "--" {
                isLiteral = true
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                throw UsageError(message: "\(specification.name) has no option --\(name)")
            }
            guard let placeholder = option.value else {
                guard parts.count == 1 else { throw UsageError(message: "--\(name) takes no value") }
                values[name] = ["true"]
                continue
            }
            let value: String
            if parts.count == 2 {
                value = String(parts[1])
            } else if let next = rest.popFirst() {
                value = next
            } else {
                throw UsageError(message: "--\(name) needs \(placeholder)")
            }
            guard option.repeats || values[name] == nil else { throw UsageError(message: "--\(name) is given twice") }
            values[name, default: []].append(value)
        }
        guard specification.count.contains(positional.count) || isSet("help") else {
            throw UsageError(message: "usage: agent-memory \(specification.name) \(specification.arguments)")
        }
    }

    func isSet(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func integer(_ name: String, _ range: ClosedRange<Int>, default fallback: Int) throws(UsageError) -> Int {
        guard let text = value(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(message: "--\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func time(_ name: String, isEnd: Bool = false) throws(UsageError) -> Timestamp? {
        guard let text = value(name) else { return nil }
        guard let time = FlexibleTime(text) else {
            throw UsageError(message: "--\(name) must be a time such as 2024-05-07T09:30:00Z or 2024-05-07")
        }
        return isEnd ? time.end : time.start
    }

    func choice<T: RawRepresentable & CaseIterable>(_ name: String, _: T.Type) throws(UsageError) -> T?
    where T.RawValue == String {
        guard let text = value(name) else { return nil }
        guard let choice = T(rawValue: text) else {
            throw UsageError(message: "--\(name) must be one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }
}
