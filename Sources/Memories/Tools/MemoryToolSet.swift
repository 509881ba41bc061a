public import Records

/// The tools of one agent on one scope. The scope is settled when the set is made; no argument can change it.
public struct MemoryToolSet: Sendable {
    /// Whose memories.
    public let scope: Scope
    /// What the model is told, sorted by name: the exposed tools.
    public let declarations: [ToolDeclaration]
    /// Every tool that may run, exposed or not, sorted by name.
    public let enabledNames: [ToolName]
    private let tools: [String: (tool: any MemoryTool, declaration: ToolDeclaration)]

    init(_ store: MemoryStore, _ scope: Scope, _ configuration: ToolConfiguration) {
        self.scope = scope
        let names = ToolName.allCases.sorted { $0.rawValue < $1.rawValue }
        enabledNames = names.filter(configuration.isEnabled)
        var tools: [String: (tool: any MemoryTool, declaration: ToolDeclaration)] = [:]
        for name in names where configuration.isExposed(name) {
            let tool = configuration.custom[name] ?? name.tool(over: store)
            var declaration = tool.declaration
            // A replacement answers to the name it replaces, whatever it calls itself.
            declaration.name = name.rawValue
            tools[name.rawValue] = (tool, declaration)
        }
        self.tools = tools
        declarations = names.compactMap { tools[$0.rawValue]?.declaration }
    }

    /// Calls an exposed tool as a model asked for it. A failure is a result too, with a message that begins with the
    /// tool's name (`memory add tool: `) and says what to do about it.
    ///
    /// Arguments that the tool's schema does not allow are refused by name.
    public func call(_ name: String, arguments: JSONValue) async -> ToolResult {
        guard let (tool, declaration) = tools[name], let known = ToolName(rawValue: name) else {
            let names = declarations.map(\.name).joined(separator: ", ")
            let message = "there is no tool \(name.prefix(64)); there are: \(names.isEmpty ? "none" : names)"
            return ToolResult(MemoryError(.invalid, message), prefix: "memory tools: ")
        }
        do {
            // Also before a custom tool, which may not look at the scope itself.
            try scope.validate()
            try ToolSchema.check(arguments, declaration.inputSchema)
            return ToolResult(content: try await tool.call(arguments, in: scope))
        } catch {
            return ToolResult(error, prefix: known.errorPrefix)
        }
    }

    /// Calls an exposed tool with arguments as JSON text; blank text is an empty object.
    public func call(_ name: String, arguments text: String) async -> ToolResult {
        if text.trimmed.isEmpty { return await call(name, arguments: .object([:])) }
        guard let arguments = try? JSONValue(parsing: text) else {
            let prefix = ToolName(rawValue: name)?.errorPrefix ?? "memory tools: "
            return ToolResult(MemoryError(.invalid, "the arguments are not JSON"), prefix: prefix)
        }
        return await call(name, arguments: arguments)
    }
}

extension MemoryStore {
    /// The tools of an agent on a scope. A scope that is not one makes every call answer an error that names the part.
    public func tools(
        for scope: Scope, configuration: ToolConfiguration = ToolConfiguration()
    ) -> MemoryToolSet {
        MemoryToolSet(self, scope, configuration)
    }
}
