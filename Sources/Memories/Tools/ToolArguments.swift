import Records

/// Typed access to a tool's arguments, as strict as its schema. Null reads as absent, and so does blank text where text
/// is optional: models fill in what they have nothing to say about.
struct ToolArguments {
    private let members: [String: JSONValue]

    /// - Throws: ``MemoryError`` `invalid`, naming the argument that the schema does not allow, or requires.
    init(_ arguments: JSONValue, _ declaration: ToolDeclaration) throws(MemoryError) {
        switch arguments {
        case .object(let members): self.members = members
        case .null: members = [:]
        default: throw MemoryError(.invalid, "the arguments must be a JSON object")
        }
        if let known = ToolSchema.closedProperties(declaration.inputSchema),
            let unknown = members.keys.sorted().first(where: { !known.contains($0) })
        {
            let names = known.isEmpty ? "there are none" : "known are " + known.sorted().joined(separator: ", ")
            throw MemoryError(.invalid, "unknown argument \(unknown.prefix(64)); \(names)")
        }
        for name in ToolSchema.required(declaration.inputSchema) where value(name) == nil {
            throw MemoryError(.invalid, "\(name) is required")
        }
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    /// An argument that the schema requires.
    func required(_ name: String) throws(MemoryError) -> String {
        guard let text = try text(name) else { throw MemoryError(.invalid, "\(name) is required") }
        return text
    }

    /// The text as it was given, blank or not.
    func text(_ name: String) throws(MemoryError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw MemoryError(.invalid, "\(name) must be a string") }
        return text
    }

    func texts(_ name: String) throws(MemoryError) -> [String]? {
        guard let value = value(name) else { return nil }
        let failure = MemoryError(.invalid, "\(name) must be a list of strings")
        guard case .array(let elements) = value else { throw failure }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw failure }
            texts.append(text)
        }
        return texts
    }

    func bool(_ name: String) throws(MemoryError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let bool) = value else { throw MemoryError(.invalid, "\(name) must be true or false") }
        return bool
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(MemoryError) -> Int? {
        let number: Int?
        switch value(name) {
        case nil: return nil
        case .int(let value): number = Int(value)
        // JSON Schema counts 5.0 among the integers.
        case .double(let value): number = Int(exactly: value)
        default: number = nil
        }
        guard let number else { throw MemoryError(.invalid, "\(name) must be an integer") }
        guard range.contains(number) else {
            throw MemoryError(.invalid, "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    func kind(_ name: String) throws(MemoryError) -> MemoryKind? {
        guard let text = try text(name) else { return nil }
        guard let kind = MemoryKind(rawValue: text) else {
            throw MemoryError(
                .invalid, "\(name) must be one of \(MemoryKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }

    func time(_ name: String) throws(MemoryError) -> FlexibleTime? {
        guard let text = try text(name)?.trimmed, !text.isEmpty else { return nil }
        guard let time = FlexibleTime(text) else {
            throw MemoryError(
                .invalid, "\(name) must be a time such as 2024-05-07T09:30:00Z, 2024-05-07, May 2024 or 2024")
        }
        return time
    }

    /// How an update treats a field: absent keeps it, blank clears it.
    func update<Field>(_ name: String, _ field: Field?) throws(MemoryError) -> FieldUpdate<Field> {
        if let field { return .set(field) }
        return try text(name) == nil ? .keep : .clear
    }
}
