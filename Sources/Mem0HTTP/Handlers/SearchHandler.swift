import Access
import HTTPServer
import Memories
import Records
import Retrieval

extension Mem0Call {
    /// `POST /v1|v2|v3/memories/search/`.
    func search(_ version: Mem0Route.Version) async throws(MemoryError) -> HTTPResponse {
        let hits = try await find(try selection(), explains: version == .v3)
        switch version {
        case .v3: return Mem0Answer.object(["results": .array(hits)])
        case .v2: return Mem0Answer.json(.array(hits))
        case .v1:
            guard request.body["output_format"] == .string("v1.1") else { return Mem0Answer.json(.array(hits)) }
            return Mem0Answer.object(["results": .array(hits), "relations": .array([])])
        }
    }

    /// `POST /search`.
    func searchHosted() async throws(MemoryError) -> HTTPResponse {
        let explains = try request.bool("explain") ?? false
        return Mem0Answer.object([
            "results": .array(try await find(try selection(.selfHosted), explains: explains, as: "score_details"))
        ])
    }

    private func find(
        _ selection: Selection, explains: Bool, as name: String = "score_breakdown"
    ) async throws(MemoryError) -> [JSONValue] {
        try caller.require(.read)
        guard let query = try request.text("query"), query.contains(where: { !$0.isWhitespace }) else {
            throw MemoryError(.invalid, "query is required and must not be blank")
        }
        let limit = try request.integer("top_k", "limit") ?? 10
        guard (1...1_000).contains(limit) else { throw MemoryError(.invalid, "top_k must be 1 to 1000, not \(limit)") }
        var threshold = 0.0
        switch request.body["threshold"] {
        case nil, .null: break
        case .int(let number): threshold = Double(number)
        case .double(let number): threshold = number
        default: throw MemoryError(.invalid, "threshold must be a number from 0 to 1")
        }
        var hits: [(memory: Mem0Memory, hit: MemoryHit)] = []
        for owner in try await project.owners(for: selection.filter) {
            hits += try await find(query, selection, of: owner, limit: limit, threshold: threshold)
        }
        hits.sort {
            $0.hit.score == $1.hit.score
                ? $0.memory.memory.id.compareBytes($1.memory.memory.id) < 0 : $0.hit.score > $1.hit.score
        }
        var results: [JSONValue] = []
        for (memory, hit) in hits.prefix(limit) {
            var members = memory.members
            members["score"] = .double(hit.score)
            if explains {
                members[name] = .object([
                    "semantic": .double(hit.explanation.semantic), "bm25": .double(hit.explanation.bm25),
                    "entity": .double(hit.explanation.participant),
                ])
            }
            results.append(try chosen(members))
        }
        return results
    }

    /// The best of one owner. Where the index cannot decide a filter, it is decided among the 1,000 best.
    private func find(
        _ query: String, _ selection: Selection, of owner: Owner, limit: Int, threshold: Double
    ) async throws(MemoryError) -> [(memory: Mem0Memory, hit: MemoryHit)] {
        let narrowed = selection.narrowed(for: owner)
        // Two memories that say almost the same are two results: a client asked for the best so many.
        let search = MemorySearch(
            query, limit: narrowed.isExact ? limit : 1_000, filter: MemoryFilter(condition: narrowed.filter),
            minimumScore: threshold, suppressesDuplicates: false)
        let answer = try await project.store.search(search, in: try project.scope(of: owner))
        return answer.hits.lazy.map { (Mem0Memory($0.memory), $0) }.filter { selection.accepts($0.0) }
    }
}
