import Access
import HTTPServer
import Memories
import Records

extension Mem0Call {
    /// `POST /v2|v3/memories/`.
    func list(_ version: Mem0Route.Version) async throws(MemoryError) -> HTTPResponse {
        try await list(try selection(), isEnveloped: version == .v3)
    }

    /// `GET /v1/memories/`, with everything in the query.
    func listByQuery() async throws(MemoryError) -> HTTPResponse {
        var parts: [Mem0Filter] = []
        if let ids = try request.idFilter(query: true) { parts.append(ids) }
        parts += try queryFilters()
        let selection = try Selection(try scoped(.and(parts)), request, now: project.now)
        return try await list(selection, isEnveloped: try Paging(request).isExplicit)
    }

    /// `GET /v1/memories/{user|agent|app|run}/{id}/`.
    func list(of kind: EntityKind, _ name: String) async throws(MemoryError) -> HTTPResponse {
        try await list(
            try Selection(.entity(kind, .isIn([name])), request, now: project.now), isEnveloped: true)
    }

    /// `GET /memories`. Without an id it is everybody's, which is for who manages the server.
    func listHosted() async throws(MemoryError) -> HTTPResponse {
        let filter = try request.idFilter(query: true)
        if filter == nil { try caller.require(.admin) }
        try caller.require(.read)
        let limit = try request.integer("top_k") ?? 100
        guard (0...1_000).contains(limit) else { throw MemoryError(.invalid, "top_k must be 0 to 1000") }
        let found = try await project.memories(
            try Selection(filter ?? .all, request, now: project.now), limit: max(limit, 1))
        return Mem0Answer.object(["results": .array(found.prefix(limit).map { .object($0.members) })])
    }

    /// The filters that a query may hold beside ids.
    func queryFilters() throws(MemoryError) -> [Mem0Filter] {
        var parts: [Mem0Filter] = []
        if let text = request.http.queryValue("filters") {
            parts.append(try Mem0Filter(try PythonLiteral.parse(text, "filters")))
        }
        var metadata: [String: JSONValue] = [:]
        var categories: [JSONValue] = []
        for (name, value) in request.http.queryItems {
            if name == "metadata" {
                guard case .object(let members) = try PythonLiteral.parse(value, "metadata") else {
                    throw MemoryError(.invalid, "metadata must be an object")
                }
                metadata.merge(members) { $1 }
            } else if name.hasPrefix("metadata["), name.hasSuffix("]") {
                metadata[String(name.dropFirst(9).dropLast())] = .string(value)
            } else if name == "categories" {
                categories += value.split(separator: ",").map { .string(String($0)) }
            }
        }
        if !metadata.isEmpty { parts.append(try Mem0Filter(.object(["metadata": .object(metadata)]))) }
        if !categories.isEmpty { parts.append(try Mem0Filter(.object(["categories": .array(categories)]))) }
        if let words = request.http.queryValue("keywords") { parts.append(.text(words, ignoresCase: true)) }
        for (name, comparison) in [("start_date", Mem0Filter.Comparison.atLeast), ("end_date", .atMost)] {
            guard let text = request.http.queryValue(name) else { continue }
            parts.append(.time(.created, comparison, try Mem0Filter.period(name, .string(text))))
        }
        return parts
    }

    private func list(_ selection: Selection, isEnveloped: Bool) async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let paging = try Paging(request)
        let found = try await project.page(selection, paging)
        var results: [JSONValue] = []
        for memory in found.page { results.append(try chosen(memory.members)) }
        return isEnveloped
            ? Mem0Answer.page(results, count: found.count, paging, of: request.http)
            : Mem0Answer.json(.array(results))
    }
}
