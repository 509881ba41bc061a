package import Access
package import HTTPServer
package import Memories
import MemoryAPI
package import MemoryFiles
package import MemoryHTTP
import Records

/// Anthropic's memory stores at `/v1/memory_stores…`: its client libraries work with this server's address as their base
/// URL and an access key as their API key. A memory store is a folder, a memory a file.
package struct MemoryStoreRoutes: RouteGroup {
    private let files: FileStore
    private let owners: OwnerFinder

    /// Routes over a store.
    /// - Parameters:
    ///   - files: The files of any owner; each request is about its own.
    ///   - defaults: The app and user of requests that name none.
    package init(_ files: FileStore, defaults: ScopeDefaults = ScopeDefaults()) {
        self.files = files
        owners = OwnerFinder(defaults: defaults)
    }

    package var dialects: [Dialect] {
        [
            Dialect(
                ["/v1/memory_stores", "/v1/memory_stores/*"],
                "Files: Anthropic's memory stores; its client libraries work by their base URL.")
        ]
    }

    package func name(of request: HTTPRequest) -> String? {
        guard request.path.hasPrefix("/v1/memory_stores") else { return nil }
        return request.pathSegments.prefix(2) == ["v1", "memory_stores"] ? "memory_stores" : nil
    }

    package func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse {
        AnthropicFailure(error).response(context)
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        do {
            let members = try await answer(request, context)
            return .json(members, headers: [("request-id", context.trace.traceID)])
        } catch {
            return AnthropicFailure(error).response(context)
        }
    }

    private func answer(_ request: HTTPRequest, _ context: RequestContext) async throws -> [String: JSONValue] {
        let path = Array(request.pathSegments.dropFirst(2))
        func files(_ permissions: Permission...) throws -> FileStore {
            try self.files.of(try owners.scope(request, context, permissions), context)
        }
        switch (request.method, path.count, path.dropFirst().first, path.dropFirst(3).first) {
        case ("POST", 0, _, _): return try await create(files(.write), request)
        case ("GET", 0, _, _): return try await list(files(.read), request)
        case ("GET", 1, _, _):
            _ = try RequestFields(queryOf: request)
            return try await files(.read).folder(path[0]).json
        case ("POST", 1, _, _): return try await update(path[0], files(.write), request)
        case ("DELETE", 1, _, _):
            _ = try RequestFields(queryOf: request)
            guard try await files(.delete).deleteFolder(path[0]) else {
                throw AnthropicFailure(status: 404, "not_found_error", "there is no such memory store")
            }
            return ["id": .string(path[0]), "type": .string("memory_store_deleted")]
        case ("POST", 2, "archive"?, _):
            _ = try RequestFields(bodyOf: request, [])
            return try await files(.write).archiveFolder(path[0]).json
        case ("POST", 2, "memories"?, _): return try await createMemory(path[0], files(.write), request)
        case ("GET", 2, "memories"?, _): return try await listMemories(path[0], files(.read), request)
        case ("GET", 3, "memories"?, _):
            let isFull = try Self.isFull(try RequestFields(queryOf: request, ["view"]), default: true)
            return try await files(.read).file(path[2], in: path[0]).json(in: path[0], withContent: isFull)
        case ("POST", 3, "memories"?, _): return try await updateMemory(path[2], path[0], files(.write), request)
        case ("DELETE", 3, "memories"?, _):
            let query = try RequestFields(queryOf: request, ["expected_content_sha256"])
            try await files(.delete).delete(
                path[2], expecting: try Self.digest(query.text("expected_content_sha256")), in: path[0])
            return ["id": .string(path[2]), "type": .string("memory_deleted")]
        case ("GET", 2, "memory_versions"?, _): return try await listVersions(path[0], files(.read), request)
        case ("GET", 3, "memory_versions"?, _):
            let isFull = try Self.isFull(try RequestFields(queryOf: request, ["view"]), default: true)
            return try await files(.read).version(path[2], in: path[0]).json(in: path[0], withContent: isFull)
        case ("POST", 4, "memory_versions"?, "redact"?):
            _ = try RequestFields(bodyOf: request, [])
            return try await files(.write, .delete).redact(version: path[2], in: path[0])
                .json(in: path[0], withContent: true)
        default:
            throw AnthropicFailure(status: 404, "not_found_error", "there is nothing at this path with this method")
        }
    }

    // MARK: Stores

    private func create(_ files: FileStore, _ request: HTTPRequest) async throws -> [String: JSONValue] {
        let body = try RequestFields(bodyOf: request, ["name", "description", "metadata"])
        var metadata: [String: String] = [:]
        for (key, value) in try body.object("metadata") ?? [:] { metadata[key] = try Self.text(value) }
        return try await files.createFolder(
            body.required("name"), description: body.text("description") ?? "", metadata: metadata
        ).json
    }

    private func update(_ id: String, _ files: FileStore, _ request: HTTPRequest) async throws -> [String: JSONValue] {
        let body = try RequestFields(bodyOf: request, ["name", "description", "metadata"])
        var change = FolderChange(name: try body.text("name"), description: try body.text("description"))
        for (key, value) in try body.object("metadata") ?? [:] {
            if value == .null {
                change.metadata.updateValue(nil, forKey: key)
            } else {
                change.metadata[key] = try Self.text(value)
            }
        }
        return try await files.updateFolder(id, change).json
    }

    private func list(_ files: FileStore, _ request: HTTPRequest) async throws -> [String: JSONValue] {
        let query = try RequestFields(
            queryOf: request, ["created_at[gte]", "created_at[lte]", "include_archived", "limit", "page"])
        let page = try await files.folders(
            FolderQuery(
                includesArchived: try query.bool("include_archived") ?? false,
                createdAtLeast: try query.time("created_at[gte]"), createdAtMost: try query.time("created_at[lte]"),
                limit: try query.integer("limit", in: 1...100, default: 20), after: try query.page("page")))
        return Self.page(page.elements.map { .object($0.json) }, page.next)
    }

    // MARK: Memories

    private func createMemory(
        _ folder: String, _ files: FileStore, _ request: HTTPRequest
    ) async throws -> [String: JSONValue] {
        let body = try RequestFields(bodyOf: request, ["path", "content"])
        guard body.has("content") else { throw MemoryError(.invalid, "content is required") }
        let isFull = try Self.isFull(try RequestFields(queryOf: request, ["view"]), default: false)
        return try await files.create(body.required("path"), body.text("content") ?? "", in: folder)
            .json(in: folder, withContent: isFull)
    }

    private func updateMemory(
        _ id: String, _ folder: String, _ files: FileStore, _ request: HTTPRequest
    ) async throws -> [String: JSONValue] {
        let body = try RequestFields(bodyOf: request, ["path", "content", "precondition"])
        let isFull = try Self.isFull(try RequestFields(queryOf: request, ["view"]), default: false)
        var expected: String?
        if let precondition = try body.object("precondition") {
            let fields = try RequestFields(precondition, ["type", "content_sha256"], "member of precondition")
            _ = try fields.word("type", ["content_sha256"])
            expected = try Self.digest(try fields.required("content_sha256"))
        }
        return try await files.update(
            id, content: body.text("content"), path: body.text("path"), expecting: expected, in: folder
        ).json(in: folder, withContent: isFull)
    }

    private func listMemories(
        _ folder: String, _ files: FileStore, _ request: HTTPRequest
    ) async throws -> [String: JSONValue] {
        let query = try RequestFields(queryOf: request, ["path_prefix", "depth", "limit", "page", "view"])
        let isFull = try Self.isFull(query, default: false)
        let prefix = try query.text("path_prefix") ?? "/"
        guard prefix.utf8.first == UInt8(ascii: "/"), prefix.utf8.last == UInt8(ascii: "/") else {
            throw MemoryError(.invalid, "path_prefix must begin and end with /")
        }
        let directory = prefix == "/" ? prefix : String(decoding: prefix.utf8.dropLast(), as: UTF8.self)
        let limit = try query.integer("limit", in: 1...100, default: 20)
        let page = try await files.list(
            FileQuery(
                directory: directory, isShallow: try query.integer("depth", in: 0...1, default: 0) == 1,
                includesContent: isFull, limit: isFull ? min(20, limit) : limit, after: try query.page("page")),
            in: folder)
        let elements = page.elements.map { entry in
            switch entry {
            case .file(let file): JSONValue.object(file.json(in: folder, withContent: isFull))
            case .directory(let path):
                JSONValue.object(["type": .string("memory_prefix"), "path": .string(path + "/")])
            }
        }
        return Self.page(elements, page.next)
    }

    // MARK: Versions

    private func listVersions(
        _ folder: String, _ files: FileStore, _ request: HTTPRequest
    ) async throws -> [String: JSONValue] {
        let query = try RequestFields(
            queryOf: request,
            [
                "api_key_id", "service_account_id", "session_id", "created_at[gte]", "created_at[lte]", "limit",
                "memory_id", "operation", "page", "view",
            ])
        let isFull = try Self.isFull(query, default: false)
        var authors: [FileAuthor] = []
        for (name, kind) in [
            ("api_key_id", FileAuthor.Kind.key), ("session_id", .session),
            ("service_account_id", FileAuthor.Kind(rawValue: "service_account_actor")),
        ] {
            if let id = try query.text(name) { authors.append(FileAuthor(kind, id)) }
        }
        // Nothing has two authors.
        guard authors.count < 2 else { return Self.page([], nil) }
        let operation = try query.word("operation", ["created", "modified", "deleted"])
        let limit = try query.integer("limit", in: 1...100, default: 20)
        let page = try await files.versions(
            VersionQuery(
                file: try query.text("memory_id"), operation: operation.flatMap(FileVersion.Operation.init(rawValue:)),
                author: authors.first, createdAtLeast: try query.time("created_at[gte]"),
                createdAtMost: try query.time("created_at[lte]"), includesContent: isFull,
                limit: isFull ? min(20, limit) : limit, after: try query.page("page")), in: folder)
        return Self.page(page.elements.map { .object($0.json(in: folder, withContent: isFull)) }, page.next)
    }

    // MARK: Parts

    private static func page(_ elements: [JSONValue], _ next: Cursor?) -> [String: JSONValue] {
        ["data": .array(elements), "next_page": PageText.json(next)]
    }

    private static func isFull(_ fields: RequestFields, default fallback: Bool) throws(MemoryError) -> Bool {
        try fields.word("view", ["basic", "full"]).map { $0 == "full" } ?? fallback
    }

    private static func text(_ value: JSONValue) throws(MemoryError) -> String {
        guard case .string(let text) = value else { throw MemoryError(.invalid, "metadata must have string values") }
        return text
    }

    private static func digest(_ text: String?) throws(MemoryError) -> String? {
        guard let text else { return nil }
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw MemoryError(.invalid, "a content SHA-256 has 64 lower-case hexadecimal digits") }
        return text
    }
}
