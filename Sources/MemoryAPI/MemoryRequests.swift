public import Memories
public import Records
import Retrieval

/// Reads requests from JSON, strictly: an unknown member, a wrong type or an unparsable time is refused by name.
public enum MemoryRequests {
    /// The members of a memory to add, as answers name them; `memory` is required.
    static let memoryMembers: Set<String> = [
        "memory", "topics", "kind", "type", "event_time", "participants", "location", "metadata", "importance",
        "relevance", "expires_at", "vector",
    ]

    /// A memory to add.
    /// - Throws: ``MemoryError`` `invalid`, naming the member.
    public static func newMemory(_ members: [String: JSONValue]) throws(MemoryError) -> NewMemory {
        let reader = MemberReader(members)
        try reader.allow(memoryMembers)
        guard let content = try reader.text("memory") else { throw MemoryError(.invalid, "memory is required") }
        return NewMemory(
            content, topics: try reader.texts("topics") ?? [], kind: try reader.kind("kind"),
            type: try reader.type("type") ?? .longTerm, eventTime: try reader.time("event_time"),
            participants: try reader.texts("participants") ?? [], location: try reader.text("location"),
            metadata: try reader.object("metadata") ?? [:], importance: try reader.number("importance"),
            relevance: try reader.number("relevance") ?? 1, expiresAt: try reader.time("expires_at"),
            vector: try reader.vector("vector"))
    }

    /// A change: what is absent stays, `null` clears.
    /// - Throws: ``MemoryError`` `invalid`, naming the member.
    public static func update(_ members: [String: JSONValue]) throws(MemoryError) -> MemoryUpdate {
        let reader = MemberReader(members)
        try reader.allow(memoryMembers)
        func field<T>(_ name: String, _ value: T?) -> FieldUpdate<T> {
            if let value { return .set(value) }
            return members[name] == .some(.null) ? .clear : .keep
        }
        func cleared(_ name: String) -> Bool { members[name] == .some(.null) }
        return MemoryUpdate(
            content: try reader.text("memory"), topics: try reader.texts("topics") ?? (cleared("topics") ? [] : nil),
            kind: try reader.kind("kind"), type: try reader.type("type"),
            eventTime: field("event_time", try reader.time("event_time")),
            participants: try reader.texts("participants") ?? (cleared("participants") ? [] : nil),
            location: field("location", try reader.text("location")),
            metadata: try reader.object("metadata") ?? (cleared("metadata") ? [:] : nil),
            importance: field("importance", try reader.number("importance")),
            relevance: try reader.number("relevance"), expiresAt: field("expires_at", try reader.time("expires_at")),
            vector: try reader.vector("vector"))
    }

    /// A search: `query` (required), `limit, mode, kind, topics, participants, after, before, filter, minimum_score,
    /// vector, deduplicate`.
    /// - Throws: ``MemoryError`` `invalid`, naming the member.
    public static func search(_ members: [String: JSONValue]) throws(MemoryError) -> MemorySearch {
        let reader = MemberReader(members)
        try reader.allow([
            "query", "limit", "mode", "kind", "type", "topics", "participants", "after", "before", "filter",
            "minimum_score", "vector", "deduplicate",
        ])
        guard let query = try reader.text("query") else { throw MemoryError(.invalid, "query is required") }
        var search = MemorySearch(query, filter: try filter(reader))
        if let limit = try reader.integer("limit") { search.limit = limit }
        if let mode = try reader.text("mode") {
            guard let known = SearchMode(rawValue: mode) else {
                throw MemoryError(.invalid, "mode must be lexical, vector or hybrid")
            }
            search.mode = known
        }
        if let score = try reader.number("minimum_score") { search.minimumScore = score }
        if let deduplicate = try reader.bool("deduplicate") { search.suppressesDuplicates = deduplicate }
        search.vector = try reader.vector("vector")
        return search
    }

    private static func condition(_ value: JSONValue?) throws(MemoryError) -> Filter {
        guard let value else { return .all }
        return try MemoryFilter.condition(value)
    }

    /// The members of a filter: `kind, type, topics, participants, after, before, filter`.
    static func filter(_ reader: MemberReader) throws(MemoryError) -> MemoryFilter {
        MemoryFilter(
            kinds: try reader.kind("kind").map { [$0] } ?? [], types: try reader.type("type").map { [$0] } ?? [],
            topics: try reader.texts("topics") ?? [], participants: try reader.texts("participants") ?? [],
            after: try reader.time("after"), before: try reader.endTime("before"),
            condition: try condition(reader.value("filter")))
    }
}
