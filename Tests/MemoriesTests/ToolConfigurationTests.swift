import Memories
import Records
import Testing

@Suite struct ToolConfigurationTests {
    /// A configuration, what it enables and what it exposes.
    struct Rule: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var configuration: ToolConfiguration
        var enabled: Set<ToolName>
        var exposed: Set<ToolName>

        init(
            _ name: String, _ configuration: ToolConfiguration, enabled: Set<ToolName>, exposed: Set<ToolName>
        ) {
            testDescription = name
            self.configuration = configuration
            self.enabled = enabled
            self.exposed = exposed
        }
    }

    private static let agentic: Set<ToolName> = [.add, .update, .search, .load]
    private static let auto: Set<ToolName> = [.add, .update, .delete, .search]

    static let rules = [
        Rule("agentic", ToolConfiguration(), enabled: agentic, exposed: agentic),
        Rule(
            "agentic, more", ToolConfiguration(enabled: [.delete: true, .clear: true]),
            enabled: Set(ToolName.allCases), exposed: Set(ToolName.allCases)),
        Rule(
            "agentic, less", ToolConfiguration(enabled: [.add: false]), enabled: [.update, .search, .load],
            exposed: [.update, .search, .load]),
        Rule(
            "agentic, hidden", ToolConfiguration(exposed: [.add: false, .update: false]), enabled: agentic,
            exposed: [.search, .load]),
        Rule(
            "exposing enables nothing", ToolConfiguration(exposed: [.clear: true]), enabled: agentic, exposed: agentic),
        Rule(
            "agentic ignores the auto list", ToolConfiguration(autoExposed: [.delete]), enabled: agentic,
            exposed: agentic),
        Rule("auto", ToolConfiguration(mode: .auto), enabled: auto, exposed: [.search]),
        Rule(
            "auto with load", ToolConfiguration(mode: .auto, enabled: [.load: true]), enabled: auto.union([.load]),
            exposed: [.search, .load]),
        Rule(
            "auto with clear", ToolConfiguration(mode: .auto, enabled: [.clear: true]), enabled: auto.union([.clear]),
            exposed: [.search]),
        Rule(
            "auto exposed", ToolConfiguration(mode: .auto, exposed: [.add: true]), enabled: auto,
            exposed: [.search, .add]),
        Rule(
            "auto exposed by list", ToolConfiguration(mode: .auto, autoExposed: [.add, .delete, .clear]), enabled: auto,
            exposed: [.search, .add, .delete]),
        Rule(
            "hiding wins", ToolConfiguration(mode: .auto, exposed: [.add: false, .search: false], autoExposed: [.add]),
            enabled: auto, exposed: []),
        Rule(
            "auto without search", ToolConfiguration(mode: .auto, enabled: [.search: false]),
            enabled: [.add, .update, .delete], exposed: []),
        Rule(
            "custom enables", ToolConfiguration(custom: [.clear: Echo()]), enabled: agentic.union([.clear]),
            exposed: agentic.union([.clear])),
        Rule(
            "custom in auto", ToolConfiguration(mode: .auto, custom: [.clear: Echo(), .load: Echo()]),
            enabled: Set(ToolName.allCases), exposed: [.search, .load]),
        Rule(
            "custom, switched off", ToolConfiguration(enabled: [.load: false], custom: [.load: Echo()]),
            enabled: [.add, .update, .search], exposed: [.add, .update, .search]),
    ]

    /// Answers its arguments and the scope it was given.
    struct Echo: MemoryTool {
        var declaration: ToolDeclaration {
            ToolDeclaration(
                name: "another_name", description: "Echoes.",
                inputSchema: .object([
                    "type": .string("object"), "additionalProperties": .bool(false),
                    "properties": .object(["text": .object(["type": .string("string")])]),
                ]))
        }

        func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
            if arguments == .object(["text": .string("fail")]) { throw MemoryError(.unavailable, "no echo") }
            return .object(["arguments": arguments, "user": .string(scope.user)])
        }
    }

    @Test(arguments: rules) func isEnabledAndExposed(_ rule: Rule) async throws {
        #expect(Set(ToolName.allCases.filter(rule.configuration.isEnabled)) == rule.enabled)
        #expect(Set(ToolName.allCases.filter(rule.configuration.isExposed)) == rule.exposed)
        let store = try await MemoryStoreFactory.all[0].makeStore()
        let tools = store.tools(for: .test, configuration: rule.configuration)
        #expect(tools.declarations.map(\.name) == rule.exposed.map(\.rawValue).sorted())
        #expect(tools.enabledNames.map(\.rawValue) == rule.enabled.map(\.rawValue).sorted())
        // What is not exposed cannot be called.
        for name in ToolName.allCases where !rule.exposed.contains(name) {
            let result = await tools.call(name.rawValue, arguments: .object([:]))
            #expect(result.isError)
            #expect(result.text.contains("there is no tool \(name.rawValue)"))
        }
    }

    @Test func aCustomToolStandsIn() async throws {
        let store = try await MemoryStoreFactory.all[0].makeStore()
        let tools = store.tools(for: .test, configuration: ToolConfiguration(custom: [.load: Echo()]))
        let declaration = try #require(tools.declarations.first { $0.name == "memory_load" })
        #expect(declaration.description == "Echoes.")
        let result = await tools.call("memory_load", arguments: #"{"text": "x"}"#)
        #expect(result == ToolResult(content: try JSONValue(parsing: #"{"arguments":{"text":"x"},"user":"user"}"#)))
        // Its schema and its errors are treated like those of the others.
        let unknown = await tools.call("memory_load", arguments: #"{"limit": 1}"#)
        #expect(unknown.isError)
        #expect(unknown.text.contains("memory load tool: unknown argument limit; known are text"))
        let failure = await tools.call("memory_load", arguments: #"{"text": "fail"}"#)
        #expect(failure.isError)
        #expect(failure.text.contains("memory load tool: no echo; try again later"))
    }
}
