package import Access
package import Blocks
package import HTTPServer
package import Memories
import MemoryAPI
package import MemoryHTTP
import Records

/// Blocks at `/v1/blocks…` and `/v1/agents/{agent}/core-memory/…`, as Letta's client library asks for them. Errors are
/// `{"detail": …}`. An agent is any name: there is none to make first.
package struct BlockRoutes: RouteGroup {
    private let blocks: BlockStore
    private let owners: OwnerFinder

    /// Routes over a store.
    /// - Parameters:
    ///   - blocks: The blocks of any owner; each request is about its own.
    ///   - defaults: The app and user of requests that name none.
    package init(_ blocks: BlockStore, defaults: ScopeDefaults = ScopeDefaults()) {
        self.blocks = blocks
        owners = OwnerFinder(defaults: defaults)
    }

    package var dialects: [Dialect] {
        [
            Dialect(
                ["/v1/blocks", "/v1/blocks/*", "/v1/agents/{agent}/core-memory/*"],
                "Blocks: Letta's core memory; its client library works by its base URL for blocks and agents' blocks.")
        ]
    }

    package func name(of request: HTTPRequest) -> String? {
        guard request.path.hasPrefix("/v1/blocks") || request.path.hasPrefix("/v1/agents/") else { return nil }
        let path = Self.path(request)
        guard path.count >= 2, path[0] == "v1" else { return nil }
        if path[1] == "blocks" { return "blocks" }
        return path[1] == "agents" && path.count >= 4 && path[3] == "core-memory" ? "agent_blocks" : nil
    }

    /// The segments; the client library ends some paths in a slash.
    private static func path(_ request: HTTPRequest) -> [String] {
        let segments = request.pathSegments
        return segments.last == "" ? segments.dropLast() : segments
    }

    package func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse {
        Failure(error).response
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        do {
            let value = try await answer(request, context)
            return HTTPResponse(
                headers: [("Content-Type", "application/json")], body: value.canonicalBytes + [0x0a])
        } catch {
            return Failure(error).response
        }
    }

    private func answer(_ request: HTTPRequest, _ context: RequestContext) async throws -> JSONValue {
        let path = Self.path(request)
        func blocks(_ permissions: Permission...) throws -> BlockStore {
            try self.blocks.owned(by: try owners.scope(request, context, permissions).partition.name)
        }
        if path[1] == "agents" {
            return try await agentAnswer(path[2], Array(path.dropFirst(4)), request, blocks)
        }
        switch (request.method, path.count, path.dropFirst(2).first, path.dropFirst(3).first) {
        case ("GET", 2, _, _): return try await list(blocks(.read), request)
        case ("POST", 2, _, _):
            let fields = try RequestFields(bodyOf: request, Self.names)
            return .object(try await blocks(.write).create(try Self.new(fields)).json)
        case ("GET", 3, "count"?, _): return .int(Int64(try await blocks(.read).count()))
        case ("GET", 3, let id?, _): return .object(try await blocks(.read).block(id).json)
        case ("PATCH", 3, let id?, _):
            return .object(try await blocks(.write).update(id, try Self.change(request)).json)
        case ("DELETE", 3, let id?, _):
            try await blocks(.delete).delete(id)
            return .null
        case ("GET", 4, let id?, "agents"?):
            let store = try blocks(.read)
            let query = try RequestFields(queryOf: request, Self.pages)
            var agents: [JSONValue] = []
            for agent in try Self.page(try await store.agents(of: id), query, \.self) {
                agents.append(try await Self.state(agent, store))
            }
            return .array(agents)
        default: throw Failure.nothing
        }
    }

    /// A call below `/v1/agents/{agent}/core-memory`.
    private func agentAnswer(
        _ agent: String, _ path: [String], _ request: HTTPRequest, _ blocks: (Permission...) throws -> BlockStore
    ) async throws -> JSONValue {
        switch (request.method, path.count, path.first, path.dropFirst().first) {
        case ("GET", 0, _, _):
            return .object(["blocks": .array(try await blocks(.read).blocks(of: agent).map { .object($0.json) })])
        case ("GET", 1, "blocks"?, _): return try await agentList(agent, blocks(.read), request)
        case ("GET", 2, "blocks"?, let label?):
            return .object(try await blocks(.read).block(labelled: label, of: agent).json)
        case ("PATCH", 2, "blocks"?, let label?):
            let store = try blocks(.read, .write)
            let change = try Self.change(request)
            return .object(try await store.update(store.block(labelled: label, of: agent).id, change).json)
        case ("PATCH", 3, "blocks"?, "attach"?):
            let store = try blocks(.read, .write)
            try await store.attach(path[2], to: agent)
            return try await Self.state(agent, store)
        case ("PATCH", 3, "blocks"?, "detach"?):
            let store = try blocks(.read, .write)
            try await store.detach(path[2], from: agent)
            return try await Self.state(agent, store)
        case ("GET", 1, "tools"?, _):
            _ = try blocks(.read)
            return .array(BlockTools.declarations)
        case ("POST", 1, "tools"?, _):
            let fields = try RequestFields(bodyOf: request, ["name", "arguments"])
            let result = try await BlockTools(blocks(.read, .write), agent: agent).call(
                fields.required("name"), .object(fields.object("arguments") ?? [:]))
            return .object(["content": .string(result.content), "is_error": .bool(result.isError)])
        case ("GET", 1, "prompt"?, _):
            let query = try RequestFields(queryOf: request, ["line_numbers"])
            return .object([
                "prompt": .string(
                    try await blocks(.read).prompt(of: agent, numbersLines: query.bool("line_numbers") ?? false))
            ])
        default: throw Failure.nothing
        }
    }

    // MARK: Lists

    private func list(_ blocks: BlockStore, _ request: HTTPRequest) async throws -> JSONValue {
        let query = try RequestFields(
            queryOf: request,
            [
                "label", "label_search", "value_search", "description_search", "tags", "match_all_tags", "limit",
                "after", "before", "order", "order_by", "connected_to_agents_count_gt",
                "connected_to_agents_count_lt", "connected_to_agents_count_eq", "templates_only",
            ])
        _ = try query.word("order_by", ["created_at"])
        // There are no templates.
        if try query.bool("templates_only") == true { return .array([]) }
        var counts = 0...Int(Int32.max)
        var isEmpty = false
        func narrow(_ range: ClosedRange<Int>) {
            if range.overlaps(counts) { counts = counts.clamped(to: range) } else { isEmpty = true }
        }
        if let count = try query.integer("connected_to_agents_count_eq") { narrow(count...count) }
        if let count = try query.integer("connected_to_agents_count_gt") { narrow(min(count, 1 << 30) + 1...(1 << 31)) }
        if let count = try query.integer("connected_to_agents_count_lt") { narrow(-1...max(-1, count - 1)) }
        if isEmpty || counts.upperBound < 0 { return .array([]) }
        let found = try await blocks.blocks(
            BlockQuery(
                label: try query.text("label"), labelContains: try query.text("label_search"),
                valueContains: try query.text("value_search"),
                descriptionContains: try query.text("description_search"), tags: try query.texts("tags") ?? [],
                needsAllTags: try query.bool("match_all_tags") ?? false,
                agentCounts: counts == 0...Int(Int32.max) ? nil : counts, after: try query.text("after"),
                before: try query.text("before"), isDescending: try query.word("order", ["asc", "desc"]) != "asc",
                limit: try query.integer("limit", in: 1...1_000, default: 50)))
        return .array(found.map { .object($0.json) })
    }

    private func agentList(_ agent: String, _ blocks: BlockStore, _ request: HTTPRequest) async throws -> JSONValue {
        let query = try RequestFields(queryOf: request, Self.pages)
        return .array(try Self.page(try await blocks.blocks(of: agent), query, \.id).map { .object($0.json) })
    }

    private static let pages: Set<String> = ["limit", "after", "before", "order", "order_by"]

    /// A page of what is short enough to be read whole: an agent has few blocks.
    private static func page<Element>(
        _ elements: [Element], _ query: RequestFields, _ id: (Element) -> String
    ) throws -> ArraySlice<Element> {
        _ = try query.word("order_by", ["created_at"])
        var elements = try query.word("order", ["asc", "desc"]) == "desc" ? elements.reversed() : elements
        func place(_ name: String) throws -> Int? {
            guard let text = try query.text(name) else { return nil }
            guard let place = elements.firstIndex(where: { id($0) == text }) else {
                throw Failure(status: 404, detail: "\(name) is not in this list")
            }
            return place
        }
        if let before = try place("before") { elements.removeLast(elements.count - before) }
        if let after = try place("after") { elements.removeFirst(after + 1) }
        return elements.prefix(try query.integer("limit", in: 1...1_000, default: 50))
    }

    // MARK: Parts

    private static let names: Set<String> = [
        "label", "value", "limit", "description", "read_only", "metadata", "tags",
    ]

    private static func new(_ fields: RequestFields) throws(MemoryError) -> NewBlock {
        NewBlock(
            try fields.required("label"), clean(try fields.required("value")),
            limit: try fields.integer("limit") ?? Block.standardLimit, description: try fields.text("description"),
            isReadOnly: try fields.bool("read_only") ?? false, metadata: try fields.object("metadata") ?? [:],
            tags: try fields.texts("tags") ?? [])
    }

    private static func change(_ request: HTTPRequest) throws(MemoryError) -> BlockChange {
        let fields = try RequestFields(bodyOf: request, names)
        return BlockChange(
            label: try fields.text("label"), value: try fields.text("value").map(clean),
            limit: try fields.integer("limit"),
            description: fields.has("description") ? .some(try fields.text("description")) : nil,
            isReadOnly: try fields.bool("read_only"), metadata: try fields.object("metadata"),
            tags: try fields.texts("tags"))
    }

    /// What Letta does with U+0000, which no store holds.
    private static func clean(_ text: String) -> String {
        text.utf8.contains(0) ? String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\0" })) : text
    }

    /// What is known of an agent: its name and its blocks.
    private static func state(_ agent: String, _ store: BlockStore) async throws -> JSONValue {
        let blocks = JSONValue.array(try await store.blocks(of: agent).map { .object($0.json) })
        return .object([
            "id": .string(agent), "name": .string(agent), "blocks": blocks, "memory": .object(["blocks": blocks]),
            "tools": .array([]), "sources": .array([]), "tags": .array([]),
        ])
    }

    /// Errors as Letta's server tells them.
    private struct Failure: Error {
        var status: Int
        var detail: String

        static let nothing = Failure(status: 404, detail: "there is nothing at this path with this method")

        init(status: Int, detail: String) {
            self.status = status
            self.detail = detail
        }

        init(_ error: any Error) {
            switch error {
            case let error as Failure: self = error
            case let error as MemoryError: self.init(status: ErrorTable(error.code).httpStatus, detail: error.message)
            case let error as BlockError:
                let status =
                    switch error.code {
                    case .invalid: 400
                    case .notFound: 404
                    case .conflict: 409
                    case .readOnly: 403
                    case .unsupported: 501
                    case .unavailable, .outcomeUnknown, .closed: 503
                    default: 500
                    }
                self.init(status: status, detail: error.message)
            default: self.init(status: 500, detail: "the request failed")
            }
        }

        var response: HTTPResponse {
            var headers: [(String, String)] = []
            if status == 409 { headers.append(("x-should-retry", "false")) }
            if status == 429 || status == 503 { headers.append(("Retry-After", "1")) }
            return .json(["detail": .string(detail)], status: status, headers: headers)
        }
    }
}

extension Block {
    fileprivate var json: [String: JSONValue] {
        [
            "id": .string(id), "label": .string(label), "value": .string(value), "limit": .int(Int64(limit)),
            "description": JSONValue(description), "read_only": .bool(isReadOnly), "metadata": .object(metadata),
            "tags": .array(tags.map { .string($0) }), "is_template": .bool(false), "hidden": .null,
            "created_by_id": .null, "last_updated_by_id": .null, "project_id": .null, "template_name": .null,
        ]
    }
}
