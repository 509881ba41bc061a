package import Memories
import Retrieval

/// The arguments that several operations share.
package enum MemoryParameters {
    package static let id = Parameter.memoryID("id", "The memory's id, from an answer of another call.").required
    package static let memory = Parameter.text(
        "memory", "What to remember: one self-contained statement.", bytes: 1...2_097_152, isBlankAllowed: false)
    package static let topics = Parameter.texts(
        "topics", "Short labels to find it by, such as 'food' or 'work'.", count: 0...64, bytes: 255)
    package static let kind = Parameter<MemoryKind>.choice(
        "kind",
        "fact: stable background. episode: something that happened at a time. preference: what somebody likes or wants. "
            + "procedure: how something is done.")
    package static let type = Parameter<MemoryType>.choice("type", "The role it plays; long_term when left out.")
    package static let eventTime = Parameter.time("event_time", "When it happened. " + timeForms)
    package static let participants = Parameter.texts(
        "participants", "Names of the people involved.", count: 0...64, bytes: 255)
    package static let location = Parameter.text("location", "Where it happened.", bytes: 0...1_024)
    package static let metadata = Parameter.object("metadata", "Your own data: a JSON object.", bytes: 65_536)
    package static let importance = Parameter.number("importance", "How much it matters.", 0...1)
    package static let relevance = Parameter.number("relevance", "How relevant it still is; 1 when left out.", 0...1)
    package static let expiresAt = Parameter.time("expires_at", "From when it is forgotten. " + timeForms)
    package static let vector = Parameter.vector("vector", "Your own embedding, of the model's dimensions.")

    package static let query = Parameter.text(
        "query", "A few telling words, names included.", bytes: 0...65_536
    ).required
    package static let after = Parameter.time(
        "after", "Leaves out what happened before this time; memories without a time stay. " + timeForms)
    package static let before = Parameter.time(
        "before",
        "Leaves out what happened after this time or, of a day, month or year, after its end; memories without a time "
            + "stay. " + timeForms)
    package static let onlyTopics = Parameter.texts(
        "topics", "Only memories with one of these topics.", count: 0...64, bytes: 255)
    package static let onlyParticipants = Parameter.texts(
        "participants", "Only memories with one of these people.", count: 0...64, bytes: 255)
    package static let onlyKind = Parameter<MemoryKind>.choice("kind", "Only memories of this kind.")
    package static let onlyType = Parameter<MemoryType>.choice("type", "Only memories of this role.")
    package static let filter = Parameter.condition(
        "filter",
        "A condition on metadata and fields, such as {\"source\": \"chat\", \"importance\": {\"gte\": 0.5}}; AND, OR and "
            + "NOT nest.")
    package static let expectedRevision = Parameter.integer(
        "expected_revision", "Fails with a conflict unless the memory has this revision.", 1...(.max))

    private static let timeForms =
        "ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an offset is given."

    /// What can be said of a new memory.
    static let ofMemory: [any AnyParameter] = [
        memory.required, topics, kind, type, eventTime, participants, location, metadata, importance, relevance,
        expiresAt, vector,
    ]

    /// What a list and a search can be narrowed by.
    static let ofFilter: [any AnyParameter] = [onlyKind, onlyType, onlyTopics, onlyParticipants, after, before, filter]

    /// The memory that arguments describe.
    static func newMemory(_ arguments: Arguments) throws(MemoryError) -> NewMemory {
        NewMemory(
            try arguments.required(memory), topics: arguments[topics] ?? [], kind: arguments[kind],
            type: arguments[type] ?? .longTerm, eventTime: arguments[eventTime]?.start,
            participants: arguments[participants] ?? [], location: arguments[location],
            metadata: arguments[metadata] ?? [:], importance: arguments[importance],
            relevance: arguments[relevance] ?? 1, expiresAt: arguments[expiresAt]?.start, vector: arguments[vector])
    }

    /// The filter that arguments describe.
    static func filter(_ arguments: Arguments) throws(MemoryError) -> MemoryFilter {
        var filter = MemoryFilter(
            kinds: arguments[onlyKind].map { [$0] } ?? [], types: arguments[onlyType].map { [$0] } ?? [],
            topics: arguments[onlyTopics] ?? [], participants: arguments[onlyParticipants] ?? [],
            after: arguments[after]?.start, before: arguments[before]?.end)
        if let condition = arguments[Self.filter] { filter.condition = try MemoryFilter.condition(condition) }
        return filter
    }
}
