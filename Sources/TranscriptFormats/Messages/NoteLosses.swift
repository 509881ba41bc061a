extension MessageNotes {
    /// The members that are known by these notes only, so that no other format says them: their places, at most 8.
    var losses: [String] {
        var names: [String] = []
        for change in difference.changes {
            if let value = change.value { collect(value, change.path, &names) }
        }
        return names.count > 8 ? names.prefix(8) + ["others"] : names
    }

    private func collect(_ value: JSONTree, _ path: [JSONDifference.Step], _ names: inout [String]) {
        switch value {
        case .null, .bool(false), .string(""): return
        case .array(let elements):
            for (place, element) in elements.enumerated() { collect(element, path + [.element(place)], &names) }
        case .object(let members):
            for member in members { collect(member.value, path + [.member(member.name)], &names) }
        default:
            guard !isSpelling(path) else { return }
            let name = Self.name(path.prefix(4))
            if !names.contains(name) { names.append(name) }
        }
    }

    /// Members whose whole value the event says, too.
    private static let read: Set<String> = ["refusal", "custom", "function_call", "models_usage"]

    /// Members of contents, and of the message itself, that the event says in its own words.
    private static let spelled: Set<String> = [
        "type", "role", "content", "text", "source", "url", "data", "base64", "source_type", "media_type", "mime_type",
        "file_data", "filename", "title", "format", "thought", "status", "is_error", "refusal",
    ]

    /// Whether what is there is only said in another way.
    private func isSpelling(_ path: [JSONDifference.Step]) -> Bool {
        let names = path.compactMap { if case .member(let name) = $0 { name } else { nil } }
        guard let first = names.first, let last = names.last else { return true }
        if names.contains(where: Self.read.contains) { return true }
        if case .element? = path.last { return last == "content" }
        switch names.count {
        case 1: return Self.spelled.contains(last) || (last == "name" && dialect != "task") || last == "tool_call_id"
        default:
            if last == "type" || first == "response_metadata" && last == "model" { return true }
            return first == "content" && Self.spelled.contains(last)
        }
    }

    private static func name(_ path: some Sequence<JSONDifference.Step>) -> String {
        path.reduce(into: "") { text, step in
            switch step {
            case .member(let name): text += (text.isEmpty ? "" : ".") + name.prefix(bytes: 64)
            case .element(let place): text += "[\(place)]"
            }
        }
    }
}
