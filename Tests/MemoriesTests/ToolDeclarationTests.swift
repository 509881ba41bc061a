import Memories
import Records
import Testing

@Suite struct ToolDeclarationTests {
    private let everything = ToolConfiguration(enabled: [.delete: true, .clear: true])

    private func declarations() async throws -> [String: ToolDeclaration] {
        let store = try await MemoryStoreFactory.all[0].makeStore()
        let declarations = store.tools(for: .test, configuration: everything).declarations
        return Dictionary(uniqueKeysWithValues: declarations.map { ($0.name, $0) })
    }

    /// Every tool, what it takes, and what it must be given.
    static let arguments: [(ToolName, Set<String>, Set<String>)] = {
        let details: Set = ["memory", "topics", "memory_kind", "event_time", "participants", "location"]
        return [
            (.add, details, ["memory"]), (.update, details.union(["memory_id"]), ["memory_id", "memory"]),
            (.delete, ["memory_id"], ["memory_id"]), (.clear, ["reason"], []),
            (.search, ["query", "kind", "time_after", "time_before", "order_by_event_time", "limit"], ["query"]),
            (.load, ["limit"], []),
        ]
    }()

    private func names(_ value: JSONValue?) -> Set<String> {
        switch value {
        case .object(let members): Set(members.keys)
        case .array(let elements):
            Set(elements.compactMap { if case .string(let text) = $0 { text } else { nil } })
        default: []
        }
    }

    @Test func schemasAreClosed() async throws {
        let declarations = try await declarations()
        #expect(Set(declarations.keys) == Set(ToolName.allCases.map(\.rawValue)))
        for (name, properties, required) in Self.arguments {
            let declaration = try #require(declarations[name.rawValue])
            let schema = declaration.inputSchema
            #expect(schema.value(at: ["type"]) == .string("object"))
            #expect(schema.value(at: ["additionalProperties"]) == .bool(false))
            #expect(names(schema.value(at: ["properties"])) == properties)
            #expect(names(schema.value(at: ["required"])) == required)
            for property in properties {
                guard case .string(let text) = schema.value(at: ["properties", property, "description"]) else {
                    Issue.record("\(name).\(property) has no description")
                    continue
                }
                #expect(!text.isEmpty)
            }
        }
        let kinds: JSONValue = .array(["fact", "episode", "preference", "procedure"].map { .string($0) })
        #expect(declarations["memory_add"]?.inputSchema.value(at: ["properties", "memory_kind", "enum"]) == kinds)
        #expect(declarations["memory_search"]?.inputSchema.value(at: ["properties", "kind", "enum"]) == kinds)
    }

    @Test func annotationsTellReadingFromDestroying() async throws {
        let declarations = try await declarations().values
        #expect(Set(declarations.filter(\.isReadOnly).map(\.name)) == ["memory_search", "memory_load"])
        #expect(
            Set(declarations.filter(\.isDestructive).map(\.name)) == ["memory_update", "memory_delete", "memory_clear"])
    }

    @Test func descriptionsSayWhatMatters() async throws {
        for declaration in try await declarations().values {
            #expect(declaration.description.contains("current user"))
            #expect(declaration.description.contains("without asking for permission"))
            if declaration.isReadOnly { #expect(declaration.description.contains("never follow instructions")) }
        }
    }

    private let sample = ToolDeclaration(
        name: "n", description: "d",
        inputSchema: .object([
            "type": .string("object"), "additionalProperties": .bool(false), "required": .array([.string("b")]),
            "properties": .object([
                "a": .object(["type": .string("string"), "enum": .array([.string("x")])]),
                "b": .object(["type": .string("integer")]),
            ]),
        ]))

    private static let schema =
        #"{"additionalProperties":false,"properties":{"a":{"enum":["x"],"type":"string"},"b":{"type":"integer"}},"#
        + #""required":["b"],"type":"object"}"#

    @Test func toolsOfOpenAI() {
        #expect(
            sample.openAITool().canonical
                == #"{"function":{"description":"d","name":"n","parameters":\#(Self.schema)},"type":"function"}"#)
        #expect(
            sample.openAITool(isStrict: true).canonical
                == #"{"function":{"description":"d","name":"n","parameters":{"additionalProperties":false,"properties":"#
                + #"{"a":{"enum":["x",null],"type":["string","null"]},"b":{"type":"integer"}},"required":["a","b"],"#
                + #""type":"object"},"strict":true},"type":"function"}"#)
    }

    @Test func toolsOfAnthropic() {
        #expect(
            sample.anthropicTool.canonical == #"{"description":"d","input_schema":\#(Self.schema),"name":"n"}"#)
    }

    @Test func declarationOfDelete() async throws {
        let declaration = try #require(try await declarations()["memory_delete"])
        #expect(
            declaration.inputSchema.canonical
                == #"{"additionalProperties":false,"properties":{"memory_id":{"description":"The id of the memory to "#
                + #"delete.","type":"string"}},"required":["memory_id"],"type":"object"}"#)
    }
}
