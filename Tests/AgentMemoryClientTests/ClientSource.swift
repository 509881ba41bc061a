import Foundation
import Memories
import MemoryAPI

/// The Swift of the client's methods, requests and answers, made from the catalogue: a file an operation, and one for
/// each value that several share.
struct ClientSource {
    /// The text of each file by its name.
    private(set) var files: [String: String] = [:]
    /// The types that exist, by what they are made of.
    private var structs: [String: String] = [:]
    private var enums: Set<String> = []
    /// What the file at hand declares besides.
    private var declarations: [String] = []
    private var named: [String: JSONSchema] = [:]

    private typealias Property = JSONSchema.Property

    /// Names for lists of words that several operations take, or that have a type already.
    private static let words: [String: String] = [
        MemoryKind.allCases.map(\.rawValue).joined(separator: ","): "MemoryKind",
        MemoryType.allCases.map(\.rawValue).joined(separator: ","): "MemoryType",
        "lexical,vector,hybrid": "SearchMode", "active,ended": "SessionStatus", "updated_at,created_at": "SessionOrder",
        "pending,running,paused,suspended,completed,failed,canceled": "RunStatus",
        "completed,failed,canceled,suspended": "RunEndStatus", "running,paused": "RunProgress",
        "pending,running,paused": "FirstRunStatus", "pending,running": "StartRunStatus",
        "app,user,session,temporary": "StateScope",
        "json,yaml,markdown,openai,anthropic,langchain,autogen,crewai": "DocumentFormat",
        "json,yaml,openai,anthropic,langchain,autogen,crewai": "ImportFormat",
    ]
    /// Types that modules have which the client imports.
    private static let known: Set<String> = ["MemoryKind", "MemoryType", "SearchMode"]
    /// Names for objects, by their members.
    private static let objects = [
        "name,scope,value": "StateChange", "checkpoint,ended_at,outcome,status": "RunEnd",
        "created,id,sequence,timestamp": "AppendedEvent", "summarizer,text,through": "Summary",
        "conflicting_id,error": "Failure", "app_state_pending,changed,degraded,events,run": "RunChange",
        "app,session,state,temporary,user": "State",
    ]

    init() {
        for (name, schema) in AnswerSchemas.named { named[name] = schema }
        for operation in Catalogue.operations { add(operation) }
    }

    // MARK: Operations

    private mutating func add(_ operation: any MemoryAPI.Operation.Type) {
        let specification = operation.specification
        let name = "\(operation)"
        declarations = []
        var signature: [String] = []
        var docs: [String] = []
        var statements: [String] = []
        let ordered = specification.parameters.filter(\.isRequired) + specification.parameters.filter { !$0.isRequired }
        for parameter in ordered {
            let label = Self.camel(parameter.name)
            let type = type(of: parameter.schema, name + Self.pascal(parameter.name), isAnswer: false)
            if parameter.schema.isNullable, !parameter.isRequired {
                signature.append("\(label): FieldUpdate<\(type)> = .keep")
                statements.append("members[\"\(parameter.name)\"] = \(label).said")
            } else if parameter.isRequired {
                signature.append("\(label): \(type)")
                statements.append("members[\"\(parameter.name)\"] = \(label).json")
            } else {
                signature.append("\(label): \(type)? = nil")
                statements.append("members[\"\(parameter.name)\"] = \(label)?.json")
            }
            docs.append("  - \(label): \(Self.sentence(parameter.schema.description))")
        }
        if specification.takesIdempotencyKey {
            signature.append("idempotencyKey: String? = nil")
            docs.append("  - idempotencyKey: Sent again within a day, the request does nothing and hears the same.")
        }
        switch specification.reach {
        case .everybody:
            signature += ["app: String? = nil", "user: String? = nil"]
            docs += ["  - app: Narrows to one application.", "  - user: Narrows to one user of it."]
            statements += ["members[\"app\"] = app?.json", "members[\"user\"] = user?.json"]
        case .owner, .scope:
            signature.append("in scope: Scope")
            docs.append("  - scope: Whose.")
            statements.append("scope.add(to: &members, narrows: \(specification.reach == .scope))")
        }
        let (result, ending) = answer(of: specification, name)
        var text = Self.comment(specification.summary, indent: "    ")
        text += "    /// - Parameters:\n" + docs.map { Self.comment($0, indent: "    ", isItem: true) }.joined()
        let codes = (["invalid", "forbidden"] + specification.errors.map(\.rawValue) + ["unavailable"]).map {
            "`\($0)`"
        }
        text += Self.comment(
            "- Throws: ``MemoryError`` " + codes.joined(separator: ", ") + ".", indent: "    ", isItem: true)
        if result != nil, specification.effect != .reads { text += "    @discardableResult\n" }
        text += "    public func \(Self.lower(name))(\(signature.joined(separator: ", "))) async throws(MemoryError)"
        text += "\(result.map { " -> " + $0 } ?? "") {\n"
        text += "        var members: [String: JSONValue] = [:]\n"
        text += statements.map { "        \($0)\n" }.joined()
        var call = "Call(name: \"\(specification.name)\", method: \"\(specification.method)\", "
        call += "path: \"\(specification.path)\", members: members"
        if let body = specification.rawBody { call += ", rawBody: \"\(body.parameter)\"" }
        if specification.takesIdempotencyKey { call += ", idempotencyKey: idempotencyKey" }
        call += ", isRead: \(specification.effect == .reads))"
        text += "        let call = \(call)\n        \(ending)\n    }\n"
        files["\(name).swift"] = Self.file([text] + declarations)
    }

    private mutating func answer(
        of specification: OperationSpecification, _ name: String
    ) -> (type: String?, ending: String) {
        if specification.status == 204 { return (nil, "try await self.send(call)") }
        if !specification.documentTypes.isEmpty { return ("String", "return try await self.document(call)") }
        let type = type(of: specification.answer, name + "Answer", isAnswer: true)
        return (type, "return try await self.answer(call, as: \(type).self)")
    }

    // MARK: Types

    private mutating func type(of schema: JSONSchema, _ hint: String, isAnswer: Bool) -> String {
        switch schema.form {
        case .any, .constant, .tuple: return "JSONValue"
        case .boolean: return "Bool"
        case .integer: return "Int"
        case .number: return "Double"
        case .text(_, _, let format): return format == "date-time" ? "Timestamp" : "String"
        case .choice(let words): return isAnswer ? "String" : choice(words, hint)
        case .list(let element, _): return "[\(type(of: element, Self.singular(hint), isAnswer: isAnswer))]"
        case .object(let properties, let rest):
            guard properties.isEmpty else { return object(properties, hint, isAnswer: isAnswer) }
            if case .text? = rest?.form { return "[String: String]" }
            return "[String: JSONValue]"
        case .anyOf(let schemas):
            guard let properties = Self.merged(schemas) else { return "JSONValue" }
            return object(properties, hint, isAnswer: isAnswer)
        case .reference(let name, _):
            guard !name.hasPrefix("Filter"), name != "JSONValue", let schema = named[name] else { return "JSONValue" }
            let type = name == "InnerPart" ? "ContentPart" : name
            guard structs[type] == nil else { return type }
            // A value that several share has a file of its own; what it is made of goes with it.
            structs[type] = type
            let kept = declarations
            declarations = []
            switch (named[type] ?? schema).form {
            case .object(let properties, _): declare(type, properties, isAnswer: isAnswer)
            case .anyOf(let schemas): declare(type, Self.merged(schemas) ?? [], isAnswer: isAnswer)
            default: break
            }
            files["\(type).swift"] = Self.file(declarations)
            declarations = kept
            return type
        }
    }

    private mutating func choice(_ words: [String], _ hint: String) -> String {
        let name = Self.words[words.joined(separator: ",")] ?? hint
        guard !Self.known.contains(name), enums.insert(name).inserted else { return name }
        let cases = words.map { word in
            let name = Self.camel(word)
            return "        case \(name)" + (name == word ? "" : " = \"\(word)\"") + "\n"
        }
        declarations.append(
            "    /// One of a few words.\n    public enum \(name): String, Sendable, Hashable, Codable, CaseIterable, ClientValue {\n"
                + cases.joined() + "    }\n")
        return name
    }

    private mutating func object(_ properties: [Property], _ hint: String, isAnswer: Bool) -> String {
        let members = properties.map(\.name).sorted().joined(separator: ",")
        let name = Self.objects[members] ?? hint
        guard structs[name] == nil else { return name }
        structs[name] = name
        declare(name, properties, isAnswer: isAnswer)
        return name
    }

    private mutating func declare(_ name: String, _ properties: [Property], isAnswer: Bool) {
        var fields: [(property: Property, name: String, type: String, isOptional: Bool)] = []
        for property in properties.filter(\.isRequired) + properties.filter({ !$0.isRequired }) {
            let type = type(of: property.schema, name + Self.pascal(property.name), isAnswer: isAnswer)
            fields.append(
                (
                    property, Self.camel(property.name), type,
                    !property.isRequired || property.schema.isNullable
                ))
        }
        var text = "    /// \(isAnswer ? "What an answer says" : "A part of a request").\n"
        text += "    public struct \(name): Sendable, Hashable, Codable\(isAnswer ? "" : ", ClientObject") {\n"
        for field in fields {
            let description = field.property.schema.description
            text += Self.comment(description.isEmpty ? "`\(field.property.name)`" : description, indent: "        ")
            text += "        public var \(field.name): \(field.type)\(field.isOptional ? "?" : "")\n"
        }
        text += "\n        enum CodingKeys: String, CodingKey {\n"
        for field in fields {
            let plain = field.name.replacing("`", with: "")
            text +=
                "            case \(field.name)" + (plain == field.property.name ? "" : " = \"\(field.property.name)\"")
            text += "\n"
        }
        text += "        }\n"
        if !isAnswer {
            let arguments = fields.map { "\($0.name): \($0.type)\($0.isOptional ? "? = nil" : "")" }
            text += "\n        /// What is left out is not said.\n"
            text += "        public init(\(arguments.joined(separator: ", "))) {\n"
            text += fields.map { "            self.\($0.name) = \($0.name)\n" }.joined() + "        }\n"
        }
        declarations.append(text + "    }\n")
    }

    /// One object that can be each of several: a member is required where it is in all of them.
    private static func merged(_ schemas: [JSONSchema]) -> [Property]? {
        var merged: [Property] = []
        var counts: [String: Int] = [:]
        for schema in schemas {
            guard case .object(let properties, _) = schema.form, !properties.isEmpty else { return nil }
            for property in properties {
                if property.isRequired { counts[property.name, default: 0] += 1 }
                if let place = merged.firstIndex(where: { $0.name == property.name }) {
                    merged[place].schema = union(merged[place].schema, property.schema)
                } else {
                    merged.append(property)
                }
            }
        }
        for place in merged.indices { merged[place].isRequired = counts[merged[place].name] == schemas.count }
        return merged
    }

    private static func union(_ left: JSONSchema, _ right: JSONSchema) -> JSONSchema {
        switch (left.form, right.form) {
        case (.choice(let first), .choice(let second)):
            return JSONSchema(.choice(first + second.filter { !first.contains($0) }), left.description)
        case (.text, _), (_, .text):
            return JSONSchema(.text(0...(.max), pattern: nil, format: nil), left.description)
        case (.object, .object), (.anyOf, .object):
            guard
                let properties = merged(
                    [left, right].flatMap { schema in
                        if case .anyOf(let schemas) = schema.form { schemas } else { [schema] }
                    })
            else { return left }
            return JSONSchema(.object(properties, rest: nil), left.description)
        default: return left
        }
    }

    // MARK: Text

    private static func file(_ declarations: [String]) -> String {
        """
        // Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

        extension AgentMemoryClient {
        \(declarations.joined(separator: "\n"))}

        """
    }

    private static func comment(_ text: String, indent: String, isItem: Bool = false) -> String {
        var lines: [String] = []
        var line = ""
        let start = String(text.prefix { $0 == " " })
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count > 104 {
                lines.append(line)
                line = isItem ? start + "    " + word : String(word)
            } else {
                line += line.isEmpty ? start + word : " " + word
            }
        }
        lines.append(line)
        return lines.map { indent + "/// " + $0 + "\n" }.joined()
    }

    private static func sentence(_ text: String) -> String { text.isEmpty ? "As the operation says." : text }

    private static func camel(_ name: String) -> String {
        let parts = name.split(separator: "_")
        let joined = (parts.first.map(String.init) ?? "") + parts.dropFirst().map { $0.capitalized }.joined()
        return ["final", "default", "case", "in", "self", "operator"].contains(joined) ? "`\(joined)`" : joined
    }

    private static func pascal(_ name: String) -> String { name.split(separator: "_").map(\.capitalized).joined() }

    private static func lower(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    private static func singular(_ name: String) -> String {
        name.hasSuffix("ies") ? name.dropLast(3) + "y" : name.hasSuffix("s") ? String(name.dropLast()) : name
    }
}
