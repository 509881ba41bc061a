public import Records

/// The texts at a path of a JSON value, as an index takes them.
///
/// `$` is the whole value; `a.b` goes into objects; `[0]`, `[-1]` and `[*]` into arrays, `*` into any members, and `{a,b}`
/// takes several. A string is itself, another scalar its JSON spelling, an array or object its canonical JSON; null and
/// what is missing give no text.
public struct FieldPathText: Sendable, Hashable {
    private enum Step: Hashable {
        case member(String)
        case element(Int)
        case elements
        case all
        case several([FieldPathText])
    }

    private let steps: [Step]

    /// Reads a path.
    /// - Throws: ``KeyValueError`` `invalid` for an empty or over-long path, or a bracket that is wrong.
    public init(_ path: String) throws(KeyValueError) {
        guard !path.isEmpty, path.utf8.count <= KeyValueBounds.indexPathBytes else {
            throw KeyValueError(.invalid, "an index field must have 1 to \(KeyValueBounds.indexPathBytes) bytes")
        }
        if path == "$" {
            steps = []
            return
        }
        var steps: [Step] = []
        var name = ""
        var rest = path[...]
        func finish() {
            if !name.isEmpty { steps.append(name == "*" ? .all : .member(name)) }
            name = ""
        }
        while let character = rest.popFirst() {
            switch character {
            case ".": finish()
            case "[":
                finish()
                let inner = try Self.take(upTo: "]", &rest)
                if inner == "*" {
                    steps.append(.elements)
                } else if let place = Int(inner) {
                    steps.append(.element(place))
                } else {
                    throw KeyValueError(.invalid, "an index field's brackets must hold an integer or *")
                }
            case "{":
                finish()
                var several: [FieldPathText] = []
                for part in try Self.take(upTo: "}", &rest).split(separator: ",") {
                    several.append(try FieldPathText(String(part.drop { $0 == " " })))
                }
                steps.append(.several(several))
            default: name.append(character)
            }
        }
        finish()
        self.steps = steps
    }

    private static func take(upTo end: Character, _ rest: inout Substring) throws(KeyValueError) -> String {
        guard let place = rest.firstIndex(of: end) else {
            throw KeyValueError(.invalid, "an index field's bracket is not closed")
        }
        defer { rest = rest[rest.index(after: place)...] }
        return String(rest[..<place])
    }

    /// The texts in a value, in its order.
    /// - Complexity: O(size of the value).
    public func texts(in value: JSONValue) -> [String] { Self.texts(in: value, steps[...]) }

    private static func texts(in value: JSONValue, _ steps: ArraySlice<Step>) -> [String] {
        guard let step = steps.first else {
            switch value {
            case .null: return []
            case .string(let text): return text.isEmpty ? [] : [text]
            default: return [value.canonical]
            }
        }
        let rest = steps.dropFirst()
        switch (step, value) {
        case (.member(let name), .object(let members)):
            return members[name].map { texts(in: $0, rest) } ?? []
        case (.element(let place), .array(let elements)):
            let index = place < 0 ? elements.count + place : place
            return elements.indices.contains(index) ? texts(in: elements[index], rest) : []
        case (.elements, .array(let elements)), (.all, .array(let elements)):
            return elements.flatMap { texts(in: $0, rest) }
        case (.all, .object(let members)):
            return members.sorted { $0.key.compareBytes($1.key) < 0 }.flatMap { texts(in: $0.value, rest) }
        case (.several(let paths), _):
            return paths.flatMap { path in Self.texts(in: value, path.steps[...] + rest) }
        default: return []
        }
    }
}
