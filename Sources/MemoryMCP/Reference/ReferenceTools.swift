import Access
import Memories
import MemoryAPI
import Records

/// The nine tools of the protocol's reference memory server, under its names and with its arguments and answers.
enum ReferenceTools {
    static let all: [any MCPTool] = [
        GraphTool(
            "create_entities", "Create entities", "Create multiple new entities in the knowledge graph", .adds,
            [entities], answer: list("entities", entity)
        ) { (graph, arguments) throws(MemoryError) in
            let known = Set(try await graph.contents().entities.map(\.name))
            var made: [JSONValue] = []
            for item in try arguments.required(entities) {
                let name = try item.required(Self.name)
                guard !known.contains(name), !made.contains(where: { $0.value(at: ["name"]) == .string(name) }) else {
                    continue
                }
                let type = try item.required(Self.type)
                try await graph.add(entity: name, type: type)
                let texts = try item.required(observations)
                for text in texts { try await graph.add(observation: text, of: name) }
                made.append(
                    KnowledgeGraph.Entity(id: "", name: name, type: type, observations: texts.map { ("", $0) }).json)
            }
            return ["entities": .array(made)]
        },
        GraphTool(
            "create_relations", "Create relations",
            "Create multiple new relations between entities in the knowledge graph. Relations should be in active "
                + "voice",
            .adds, [relations], answer: list("relations", relation)
        ) { (graph, arguments) throws(MemoryError) in
            let known = Set(try await graph.contents().relations.map(\.relation))
            var made: [JSONValue] = []
            for item in try arguments.required(relations) {
                let relation = try Self.relation(item)
                guard !known.contains(relation), !made.contains(relation.json) else { continue }
                try await graph.add(relation)
                made.append(relation.json)
            }
            return ["relations": .array(made)]
        },
        GraphTool(
            "add_observations", "Add observations", "Add new observations to existing entities in the knowledge graph",
            .adds, [additions],
            answer: list(
                "results",
                AnswerSchemas.answer([
                    .init("entityName", AnswerSchemas.text), .init("addedObservations", AnswerSchemas.texts),
                ]))
        ) { (graph, arguments) throws(MemoryError) in
            let known = try await graph.contents().entities
            var results: [JSONValue] = []
            for item in try arguments.required(additions) {
                let name = try item.required(entityName)
                guard let entity = known.first(where: { $0.name == name }) else {
                    throw MemoryError(.notFound, "there is no entity of this name")
                }
                var added: [String] = []
                for text in try item.required(contents)
                where !added.contains(text) && !entity.observations.contains(where: { $0.text == text }) {
                    try await graph.add(observation: text, of: name)
                    added.append(text)
                }
                results.append(
                    .object([
                        "entityName": .string(name), "addedObservations": .array(added.map { .string($0) }),
                    ]))
            }
            return ["results": .array(results)]
        },
        GraphTool(
            "delete_entities", "Delete entities",
            "Delete multiple entities and their associated relations from the knowledge graph", .destroys,
            [entityNames], answer: done
        ) { (graph, arguments) throws(MemoryError) in
            let names = Set(try arguments.required(entityNames))
            let contents = try await graph.contents()
            let entities = contents.entities.filter { names.contains($0.name) }
            try await graph.delete(
                entities.flatMap { $0.observations.map(\.id) + [$0.id] }
                    + contents.relations.filter { names.contains($0.relation.from) || names.contains($0.relation.to) }
                    .map(\.id))
            return message("Entities deleted successfully")
        },
        GraphTool(
            "delete_observations", "Delete observations",
            "Delete specific observations from entities in the knowledge graph", .destroys, [deletions], answer: done
        ) { (graph, arguments) throws(MemoryError) in
            let known = try await graph.contents().entities
            for item in try arguments.required(deletions) {
                let name = try item.required(entityName)
                let texts = Set(try item.required(observations))
                try await graph.delete(
                    known.filter { $0.name == name }.flatMap(\.observations).filter { texts.contains($0.text) }.map(
                        \.id))
            }
            return message("Observations deleted successfully")
        },
        GraphTool(
            "delete_relations", "Delete relations", "Delete multiple relations from the knowledge graph", .destroys,
            [relations], answer: done
        ) { (graph, arguments) throws(MemoryError) in
            let known = try await graph.contents().relations
            for item in try arguments.required(relations) {
                let relation = try Self.relation(item)
                try await graph.delete(known.filter { $0.relation == relation }.map(\.id))
            }
            return message("Relations deleted successfully")
        },
        GraphTool("read_graph", "Read graph", "Read the entire knowledge graph", .reads, [], answer: graph) {
            (graph, _) throws(MemoryError) in
            let contents = try await graph.contents()
            return contents.narrowed(
                to: Set(contents.entities.map(\.name)).union(
                    contents.relations.flatMap { [$0.relation.from, $0.relation.to] }))
        },
        GraphTool(
            "search_nodes", "Search nodes", "Search for nodes in the knowledge graph based on a query", .reads,
            [MemoryParameters.query], answer: graph
        ) { (graph, arguments) throws(MemoryError) in
            let names = try await graph.names(matching: try arguments.required(MemoryParameters.query))
            return try await graph.contents().narrowed(to: Set(names))
        },
        GraphTool(
            "open_nodes", "Open nodes", "Open specific nodes in the knowledge graph by their names", .reads, [names],
            answer: graph
        ) { (graph, arguments) throws(MemoryError) in
            try await graph.contents().narrowed(to: Set(try arguments.required(names)))
        },
    ]

    // Arguments.

    private static let name = Parameter.text("name", "The name of the entity", bytes: 1...255).required
    private static let type = Parameter.text("entityType", "The type of the entity", bytes: 1...255).required
    private static let observations = Parameter.texts(
        "observations", "An array of observation contents associated with the entity"
    ).required
    private static let entities = Parameter<[Arguments]>.objects(
        "entities", "The entities", [name, type, observations], count: 0...1_000
    ).required
    private static let from = Parameter.text("from", "The name of the entity where the relation starts", bytes: 1...255)
        .required
    private static let to = Parameter.text("to", "The name of the entity where the relation ends", bytes: 1...255)
        .required
    private static let relationType = Parameter.text("relationType", "The type of the relation", bytes: 1...255)
        .required
    private static let relations = Parameter<[Arguments]>.objects(
        "relations", "The relations", [from, to, relationType], count: 0...1_000
    ).required
    private static let entityName = Parameter.text("entityName", "The name of the entity", bytes: 1...255).required
    private static let contents = Parameter.texts("contents", "An array of observation contents to add").required
    private static let additions = Parameter<[Arguments]>.objects(
        "observations", "The observations", [entityName, contents], count: 0...1_000
    ).required
    private static let deletions = Parameter<[Arguments]>.objects(
        "deletions", "The observations to delete", [entityName, observations], count: 0...1_000
    ).required
    private static let entityNames = Parameter.texts("entityNames", "An array of entity names to delete").required
    private static let names = Parameter.texts("names", "An array of entity names to retrieve").required

    private static func relation(_ item: Arguments) throws(MemoryError) -> KnowledgeGraph.Relation {
        KnowledgeGraph.Relation(
            from: try item.required(from), to: try item.required(to), type: try item.required(relationType))
    }

    // Answers.

    private static let entity = AnswerSchemas.answer([
        .init("name", AnswerSchemas.text), .init("entityType", AnswerSchemas.text),
        .init("observations", AnswerSchemas.texts),
    ])
    private static let relation = AnswerSchemas.answer([
        .init("from", AnswerSchemas.text), .init("to", AnswerSchemas.text), .init("relationType", AnswerSchemas.text),
    ])
    private static let graph = AnswerSchemas.answer([
        .init("entities", JSONSchema(.list(entity, 0...(.max)))),
        .init("relations", JSONSchema(.list(relation, 0...(.max)))),
    ])
    private static let done = AnswerSchemas.answer([
        .init("success", JSONSchema(.boolean)), .init("message", AnswerSchemas.text),
    ])

    private static func list(_ name: String, _ element: JSONSchema) -> JSONSchema {
        AnswerSchemas.answer([.init(name, JSONSchema(.list(element, 0...(.max))))])
    }

    private static func message(_ text: String) -> [String: JSONValue] {
        ["success": .bool(true), "message": .string(text)]
    }
}

/// A tool over the knowledge graph.
struct GraphTool: MCPTool {
    typealias Run = @Sendable (KnowledgeGraph, Arguments) async throws(MemoryError) -> [String: JSONValue]

    let name: String
    private let title: String
    private let text: String
    private let effect: OperationSpecification.Effect
    private let parameters: [any AnyParameter]
    private let answer: JSONSchema
    private let run: Run

    init(
        _ name: String, _ title: String, _ text: String, _ effect: OperationSpecification.Effect,
        _ parameters: [any AnyParameter], answer: JSONSchema, run: @escaping Run
    ) {
        self.name = name
        self.title = title
        self.text = text
        self.effect = effect
        self.parameters = parameters
        self.answer = answer
        self.run = run
    }

    var permission: Permission {
        switch effect {
        case .reads: .read
        case .adds: .write
        case .destroys: .delete
        }
    }

    func declaration(_ defaults: ScopeDefaults) -> JSONValue {
        ToolForm.declaration(
            name: name, title: title, description: text, input: (parameters + defaults.parameters).schema(),
            output: answer, isReadOnly: effect == .reads, isDestructive: effect == .destroys,
            isIdempotent: effect != .destroys)
    }

    func call(
        _ arguments: [String: JSONValue], by caller: Caller, on services: Services, _ defaults: ScopeDefaults,
        progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(MemoryError) -> [String: JSONValue] {
        try caller.require(permission)
        let read = try Arguments(arguments, parameters + defaults.parameters)
        let scope = try caller.scope(read, defaults)
        return try await run(KnowledgeGraph(store: services.memories, scope: scope), read)
    }
}
