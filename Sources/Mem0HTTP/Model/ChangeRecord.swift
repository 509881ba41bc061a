import Access
import Memories
import Projects
import Records

/// Something that a request did to a memory.
struct MemoryEvent: Sendable {
    enum Kind: String, Sendable {
        case add = "ADD"
        case update = "UPDATE"
        case delete = "DELETE"

        init(_ change: MemoryChangeKind) {
            switch change {
            case .add: self = .add
            case .update: self = .update
            case .delete: self = .delete
            }
        }

        /// What webhooks call it.
        var webhookType: String { "memory_" + rawValue.lowercased() }
    }

    var kind: Kind
    var id: String
    var text: String
    var owner: Owner
}

extension Project {
    /// How long events are kept, in microseconds: 30 days.
    private static let eventLife: Int64 = 30 * 86_400 * 1_000_000
    /// The most results that an event lists.
    private static let listedResults = 1_000

    /// Writes down what a request did: the event, and whose the new memories are.
    ///
    /// It is a commit after those of the memories. When it fails the client hears of it; adding the same again is safe.
    /// - Returns: The event's id.
    /// - Throws: ``MemoryError`` `unavailable`, `outcomeUnknown`.
    func record(
        _ type: String, _ events: [MemoryEvent], metadata: [String: JSONValue] = [:], since start: Timestamp
    ) async throws(MemoryError) -> String {
        let id = PlainIdentifier.make()
        let end = now
        let owners = Set(events.map(\.owner))
        var writes = events.filter { $0.kind == .add }.map { ProjectStore.entry($0.id, of: $0.owner.user) }
        // No text is kept here: what is deleted is gone from the log as well.
        let results = events.prefix(Self.listedResults).map { event in
            JSONValue.object(["id": .string(event.id), "event": .string(event.kind.rawValue)])
        }
        let members: [String: JSONValue] = [
            "event_type": .string(type), "metadata": .object(metadata), "results": .array(results),
            "count": .int(Int64(events.count)), "started_at": .string(start.description),
            "latency": .double(Double(end.microseconds - start.microseconds) / 1_000),
        ]
        writes.append(
            ProjectDocument(
                .event, id, user: caller.user ?? (owners.count == 1 ? owners.first?.user : nil), members, at: end,
                expiresAt: Timestamp(microseconds: end.microseconds + Self.eventLife)
            ).put)
        try await documents.commit(writes, to: app)
        return id
    }

    /// The notifications that belong into the batch of a change, for every webhook of the project that wants them; nil
    /// when there is none.
    /// - Throws: ``MemoryError`` `unavailable`: a change that nobody could be told of is not made.
    func notifications() async throws(MemoryError) -> MemoryCompanions? {
        // Without a host that may be told there is nobody to ask for.
        guard !webhooks.isEmpty else { return nil }
        let known = try await documents.documents(.webhook, of: app).map(Webhook.init).filter(\.isActive)
        guard !known.isEmpty else { return nil }
        let app = app
        let clock = documents.clock
        return { change, id, text in
            let kind = MemoryEvent.Kind(change)
            let body = JSONValue.object([
                "event_details": .object([
                    "id": .string(id), "data": .object(["memory": .string(text)]), "event": .string(kind.rawValue),
                ])
            ])
            return known.filter { $0.eventTypes.contains(kind.webhookType) }.map { webhook in
                Delivery(id: PlainIdentifier.make(), webhook: webhook.id, body: body, of: app, at: clock()).enqueue
            }
        }
    }
}
