package import Access
import Memories
import MemoryAPI
package import Records

/// The OpenAPI 3.1 document of a server, made from the catalogue.
package struct OpenAPIDocument: Sendable {
    let version: String
    private let defaults: ScopeDefaults
    private let needsKeys: Bool
    let dialects: [Dialect]
    private let dimensions: Int?

    /// - Parameters:
    ///   - needsKeys: Whether requests need a key.
    ///   - dialects: What the server speaks beside this, to be named on the page.
    ///   - dimensions: How many elements vectors have, those of the server's embedder; nil where any number will do.
    package init(
        version: String, defaults: ScopeDefaults = ScopeDefaults(), needsKeys: Bool = false, dialects: [Dialect] = [],
        dimensions: Int? = nil
    ) {
        self.version = version
        self.defaults = defaults
        self.needsKeys = needsKeys
        self.dialects = dialects
        self.dimensions = dimensions
    }

    package var bytes: [UInt8] { JSONValue.object(members).canonicalBytes }

    package var members: [String: JSONValue] {
        var schemas: [String: JSONValue] = ["Problem": Problem.schema.json(.full)]
        for (name, schema) in AnswerSchemas.named + dialects.flatMap(\.schemas) { schemas[name] = schema.json(.full) }
        var components: [String: JSONValue] = ["schemas": .object(schemas)]
        var document: [String: JSONValue] = [
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("AgentMemory"), "version": .string(version),
                "description": .string(
                    "The memory of AI agents: memories, transcripts of what was said and done, and conversations "
                        + "at hand."
                ),
            ]),
            "paths": .object(paths),
            "externalDocs": .object([
                "description": .string("The operations, and the other dialects of this server, for people."),
                "url": .string("/docs"),
            ]),
        ]
        if needsKeys {
            components["securitySchemes"] = .object([
                "key": .object(["type": .string("http"), "scheme": .string("bearer")])
            ])
            document["security"] = .array([.object(["key": .array([])])])
        }
        document["components"] = .object(components)
        return dimensions.map { count in document.mapValues { Self.fit($0, to: count) } } ?? document
    }

    /// The schemas with every property named `vector` of exactly so many elements: which embedder there is shows in no
    /// schema of the catalogue.
    private static func fit(_ value: JSONValue, to dimensions: Int) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map { fit($0, to: dimensions) })
        case .object(var members):
            members = members.mapValues { fit($0, to: dimensions) }
            if case .object(var properties)? = members["properties"],
                case .object(var vector)? = properties["vector"], vector["maxItems"] != nil
            {
                vector["minItems"] = .int(Int64(dimensions))
                vector["maxItems"] = .int(Int64(dimensions))
                properties["vector"] = .object(vector)
                members["properties"] = .object(properties)
            }
            return .object(members)
        default: return value
        }
    }

    private var paths: [String: JSONValue] {
        var paths: [String: [String: JSONValue]] = [:]
        for operation in Catalogue.operations {
            let specification = operation.specification
            paths[specification.path, default: [:]][specification.method.lowercased()] = .object(
                members(of: operation))
        }
        paths[WatchRoutes.path] = ["get": .object(watch)]
        for log in FollowRoutes.Log.allCases { paths[log.path] = ["get": .object(follow(log))] }
        for call in dialects.flatMap(\.calls) { paths[call.path] = ["post": .object(members(of: call))] }
        for (path, summary, type) in Self.serverPaths {
            var responses: [String: JSONValue] = [
                "200": .object([
                    "description": .string(summary),
                    "content": .object([
                        type: .object([
                            "schema": .object(
                                type == "application/json" ? ["type": .string("object")] : ["type": .string("string")])
                        ])
                    ]),
                ])
            ]
            if path == "/readyz" { responses["503"] = problem(503) }
            var get: [String: JSONValue] = [
                "operationId": .string("server_" + path.dropFirst().prefix { $0 != "." }),
                "summary": .string(summary), "responses": .object(responses), "tags": .array([.string("server")]),
            ]
            if needsKeys {
                if path == "/metrics" {
                    responses["401"] = problem(401)
                    responses["403"] = problem(403)
                    get["responses"] = .object(responses)
                } else {
                    get["security"] = .array([])
                }
            }
            paths[path] = ["get": .object(get)]
        }
        return paths.mapValues { .object($0) }
    }

    private static let serverPaths = [
        ("/livez", "Whether the process lives.", "application/json"),
        ("/readyz", "Whether the store answers.", "application/json"),
        ("/version", "The version.", "application/json"),
        ("/metrics", "Metrics in the Prometheus text format.", "text/plain"),
    ]

    private func members(of operation: any Operation.Type) -> [String: JSONValue] {
        let specification = operation.specification
        let inPath = Set(specification.pathParameters)
        let others = operation.parameters(defaults).filter { !inPath.contains($0.name) }
        var parameters = specification.parameters.filter { inPath.contains($0.name) }.map { parameter in
            JSONValue.object([
                "name": .string(parameter.name), "in": .string("path"), "required": .bool(true),
                "description": .string(parameter.schema.description), "schema": bare(parameter.schema),
            ])
        }
        var members: [String: JSONValue] = [
            "operationId": .string(specification.name), "summary": .string(specification.title),
            "description": .string(
                specification.summary
                    + (specification.isConditional
                        ? " With If-Match and the entity tag of an answer, only what was not changed meanwhile." : "")),
            "tags": .array([.string(specification.domain.rawValue)]),
        ]
        if let body = specification.rawBody {
            let types = body.mediaTypes.map { type in (type, JSONValue.object(["schema": Self.rawSchema(type)])) }
            members["requestBody"] = .object([
                "required": .bool(!body.mayBeEmpty), "content": .object(Dictionary(uniqueKeysWithValues: types)),
            ])
            parameters += others.filter { $0.name != body.parameter }.map(queryParameter)
        } else if specification.hasBody {
            var content: [String: JSONValue] = ["schema": others.schema(isNullable: true).json(.full)]
            let examples = specification.examples.map { example in
                (
                    example.title.replacing(" ", with: "-").lowercased(),
                    JSONValue.object(["value": .object(example.arguments.merging(exampleScope) { first, _ in first })])
                )
            }
            if !examples.isEmpty { content["examples"] = .object(Dictionary(uniqueKeysWithValues: examples)) }
            members["requestBody"] = .object([
                "required": .bool(true), "content": .object(["application/json": .object(content)]),
            ])
        } else {
            parameters += others.map(queryParameter)
        }
        if specification.takesIdempotencyKey {
            parameters.append(
                header(
                    "Idempotency-Key", "Sent again within a day, the request does nothing and hears the same.",
                    "^[!-~]{1,255}$"))
        }
        parameters.append(header("traceparent", "The distributed trace of the request (W3C Trace Context)."))
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        members["responses"] = .object(responses(of: specification))
        return members
    }

    private var exampleScope: [String: JSONValue] { ["app": .string("default"), "user": .string("alice")] }

    private func queryParameter(_ parameter: any AnyParameter) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(parameter.name), "in": .string("query"), "required": .bool(parameter.isRequired),
            "description": .string(parameter.schema.description),
        ]
        switch parameter.schema.form {
        case .reference, .object, .anyOf:
            members["content"] = .object(["application/json": .object(["schema": bare(parameter.schema)])])
        default: members["schema"] = bare(parameter.schema)
        }
        return .object(members)
    }

    /// The schema without its description, which the parameter has.
    private func bare(_ schema: JSONSchema) -> JSONValue {
        var schema = schema
        schema.description = ""
        return schema.json(.full)
    }

    private func header(_ name: String, _ description: String, _ pattern: String? = nil) -> JSONValue {
        var schema: [String: JSONValue] = ["type": .string("string")]
        schema["pattern"] = pattern.map { .string($0) }
        return .object([
            "name": .string(name), "in": .string("header"), "description": .string(description),
            "schema": .object(schema),
        ])
    }

    private func responses(of specification: OperationSpecification) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        var types = ["application/json": JSONValue.object(["schema": specification.answer.json(.full)])]
        if !specification.documentTypes.isEmpty {
            types = Dictionary(
                uniqueKeysWithValues: specification.documentTypes.map { type in
                    (type, .object(["schema": Self.rawSchema(type)]))
                })
        }
        let content = JSONValue.object(types)
        if specification.status == 204 {
            responses["204"] = .object(["description": .string("Done.")])
        } else {
            responses["200"] = .object(["description": .string("The answer."), "content": content])
            if specification.creates {
                responses["201"] = .object(["description": .string("Something new was made."), "content": content])
            }
        }
        var statuses = Self.commonFailures
        if needsKeys { statuses.insert(401) }
        for code in specification.errors { statuses.insert(ErrorTable(code).httpStatus) }
        if specification.isConditional { statuses.insert(412) }
        if specification.takesIdempotencyKey { statuses.insert(409) }
        for status in statuses { responses["\(status)"] = problem(status) }
        return responses
    }

    /// What a body of a media type is: any JSON, or text.
    private static func rawSchema(_ type: String) -> JSONValue {
        .object(type == "application/json" ? [:] : ["type": .string("string")])
    }

    private func members(of call: DialectCall) -> [String: JSONValue] {
        func content(_ schema: JSONSchema, _ example: JSONValue? = nil) -> JSONValue {
            var json: [String: JSONValue] = ["schema": schema.json(.full)]
            json["example"] = example
            let others = call.mediaTypes.map { ($0, JSONValue.object(["schema": .object([:])])) }
            return .object(
                Dictionary(uniqueKeysWithValues: [("application/json", .object(json))] + others))
        }
        var responses: [String: JSONValue] = [
            "200": .object(["description": .string("The answer."), "content": content(call.answer)])
        ]
        for status in Self.commonFailures.union(call.failures).union(needsKeys ? [401] : []) {
            responses["\(status)"] = problem(status)
        }
        return [
            "operationId": .string(call.name), "summary": .string(call.title), "description": .string(call.summary),
            "tags": .array([.string(call.tag)]),
            "parameters": .array([
                header("traceparent", "The distributed trace of the request (W3C Trace Context).")
            ]),
            "requestBody": .object(["required": .bool(true), "content": content(call.body, call.example)]),
            "responses": .object(responses),
        ]
    }

    /// What may go wrong with every request.
    private static let commonFailures: Set<Int> = [400, 403, 413, 429, 503, 504]

    private func problem(_ status: Int) -> JSONValue {
        .object([
            "description": .string(Problem.title(status)),
            "content": .object([
                "application/problem+json": .object([
                    "schema": .object(["$ref": .string("#/components/schemas/Problem")])
                ])
            ]),
        ])
    }

    private var watch: [String: JSONValue] {
        let parameters: [any AnyParameter] = [WatchRoutes.includesPresent] + defaults.parameters
        var responses: [String: JSONValue] = [
            "200": .object([
                "description": .string("Events: ready, saved with the memory, deleted with its id."),
                "content": .object(["text/event-stream": .object(["schema": .object(["type": .string("string")])])]),
            ])
        ]
        for status in [400, 403, 429, 503] + (needsKeys ? [401] : []) { responses["\(status)"] = problem(status) }
        return [
            "operationId": .string("memory_watch"), "summary": .string("Watch memories"),
            "description": .string(
                "What anybody does to the memories, as server-sent events, until the client leaves."),
            "tags": .array([.string("memories")]), "parameters": .array(parameters.map(queryParameter)),
            "responses": .object(responses),
        ]
    }

    private func follow(_ log: FollowRoutes.Log) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [
            "200": .object([
                "description": .string("Events: ready, event with the event, end where the log is over."),
                "content": .object(["text/event-stream": .object(["schema": .object(["type": .string("string")])])]),
            ])
        ]
        for status in [400, 403, 404, 429, 501, 503] + (needsKeys ? [401] : []) {
            responses["\(status)"] = problem(status)
        }
        let id = JSONValue.object([
            "name": .string(log.parameter.name), "in": .string("path"), "required": .bool(true),
            "description": .string(log.parameter.schema.description), "schema": bare(log.parameter.schema),
        ])
        let others = FollowRoutes.parameters + defaults.ownerParameters
        return [
            "operationId": .string(log.name), "summary": .string("Follow the events of a \(log.rawValue)"),
            "description": .string(
                "The events of a \(log.rawValue), those that are there and those that come, as server-sent "
                    + "events. Each has "
                    + "its sequence as id, so that a client that sends Last-Event-ID goes on where it was."),
            "tags": .array([.string("transcripts")]),
            "parameters": .array([id] + others.map(queryParameter)), "responses": .object(responses),
        ]
    }
}
