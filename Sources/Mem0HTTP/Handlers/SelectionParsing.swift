import Access
import HTTPServer
import Memories
import Records

extension Mem0Call {
    /// The memories that a request names: by `filters`, ids, categories, metadata, keywords and dates. All must hold.
    /// - Parameter needsOwner: Whether it must say whose memories.
    /// - Throws: ``MemoryError`` `invalid`, naming what is wrong.
    func selection(
        _ dialect: Mem0Filter.Dialect = .platform, needsOwner: Bool = true
    ) throws(MemoryError) -> Selection {
        var parts: [Mem0Filter] = []
        if let filters = request.body["filters"], filters != .null { parts.append(try Mem0Filter(filters, dialect)) }
        if let ids = try request.idFilter() { parts.append(ids) }
        for name in ["categories", "metadata", "keywords", "memory_ids"] {
            guard let value = request.body[name], value != .null, value != .array([]), value != .object([:]) else {
                continue
            }
            parts.append(try Mem0Filter(.object([name: value])))
        }
        if let date = request.body["start_date"], date != .null {
            parts.append(.time(.created, .atLeast, try Mem0Filter.period("start_date", date)))
        }
        if let date = request.body["end_date"], date != .null {
            parts.append(.time(.created, .atMost, try Mem0Filter.period("end_date", date)))
        }
        return try Selection(try scoped(.and(parts), needsOwner: needsOwner), request, now: project.now)
    }

    /// Checks that a filter says whose memories are meant; a key for one user says so itself.
    func scoped(_ filter: Mem0Filter, needsOwner: Bool = true) throws(MemoryError) -> Mem0Filter {
        guard !needsOwner || filter.isScoped || caller.user != nil else {
            throw MemoryError(
                .invalid, "filters must name at least one of user_id, agent_id, app_id and run_id")
        }
        return filter
    }

    /// The members of a memory that the request wants; the id always.
    func chosen(_ members: [String: JSONValue]) throws(MemoryError) -> JSONValue {
        var names = try request.texts("fields") ?? []
        for (name, value) in request.http.queryItems where name == "fields" { names.append(value) }
        guard !names.isEmpty else { return .object(members) }
        return .object(members.filter { names.contains($0.key) || $0.key == "id" || $0.key == "score" })
    }
}
