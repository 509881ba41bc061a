import Memories
import MemoryHTTP
import Records
import StateHTTP
import Testing

/// The server's OpenAPI document has the calls, with what they really take.
@Suite("Descriptions of checkpoints and items") struct DescriptionTests {
    private let document = JSONValue.object(
        OpenAPIDocument(version: "1", needsKeys: true, dialects: StateRouteGroup.described).members)

    @Test(arguments: StateCall.allCases) func everyCallIsThere(_ call: StateCall) throws {
        let post = try #require(document.value(at: ["paths", call.path, "post"]))
        #expect(post.value(at: ["operationId"]) == .string(call.description.name))
        let content = try #require(post.value(at: ["requestBody", "content", "application/json"]))
        #expect(content.value(at: ["schema", "additionalProperties"]) == .bool(false))
        #expect(content.value(at: ["schema", "properties", "tenant"]) != nil)
        if let example = content.value(at: ["example"]) {
            try call.description.body.check(example, "example") { Description.schemas[$0] }
        }
        let statuses = try #require(post.value(at: ["responses"]))
        for status in ["200", "400", "401", "403", "500", "503"] { #expect(statuses.value(at: [status]) != nil) }
    }

    @Test func everyNameThatIsReferredToIsThere() throws {
        func names(_ value: JSONValue) -> Set<String> {
            switch value {
            case .array(let elements): return elements.reduce(into: []) { $0.formUnion(names($1)) }
            case .object(let members):
                let below = members.values.reduce(into: Set<String>()) { $0.formUnion(names($1)) }
                guard case .string(let name)? = members["$ref"] else { return below }
                return below.union([name])
            default: return []
            }
        }
        let referred = names(document)
        #expect(referred.isSuperset(of: ["StateValue", "CheckpointTuple", "KeyValueItem"].map { Self.place + $0 }))
        for name in referred {
            #expect(document.value(at: ["components", "schemas", String(name.dropFirst(Self.place.count))]) != nil)
        }
    }

    private static let place = "#/components/schemas/"

    /// The examples are what a reader tries first.
    @Test func theExamplesWork() async throws {
        let service = try await Service()
        var tried = 0
        for call in StateCall.allCases {
            guard let example = call.description.example else { continue }
            try await service.ask(call.path, example.canonical)
            tried += 1
        }
        #expect(tried == 7)
    }

    @Test("A member that a call does not have is refused, with those that it has", arguments: StateCall.allCases)
    func unknownMembers(_ call: StateCall) async throws {
        let answer = try await Service().post(call.path, #"{"colour":"red"}"#)
        guard case .string(let detail)? = answer["detail"] else { throw StoreError(.invalid, "no detail") }
        #expect(answer.status == 400 && answer.code == "invalid" && answer["title"] == .string("Bad Request"))
        #expect(detail.hasPrefix("unknown member colour; known are "))
        guard case .object(let properties, _) = call.description.body.form else {
            throw StoreError(.invalid, "no object")
        }
        for property in properties where property.name != "tenant" { #expect(detail.contains(property.name)) }
    }
}
