import Memories
import Projects
import Records

/// Where a project's changes are told of.
struct Webhook: Sendable {
    var id: String
    var name: String
    var url: String
    var eventTypes: [String]
    var isActive: Bool
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// What it was read from.
    private var stored: ProjectDocument?

    /// What may be asked for. The last ones never happen here, where nothing is tagged or ingested.
    static let knownTypes: Set<String> = [
        "memory_add", "memory_update", "memory_delete", "memory_categorize", "ingest_job_started",
        "ingest_job_completed", "ingest_job_failed", "ingest_job_cancelled",
    ]

    init(id: String, name: String, url: String, eventTypes: [String], at time: Timestamp) {
        self.id = id
        self.name = name
        self.url = url
        self.eventTypes = eventTypes
        isActive = true
        createdAt = time
        updatedAt = time
    }

    init(_ document: ProjectDocument) {
        func text(_ name: String) -> String {
            if case .string(let text)? = document.members[name] { text } else { "" }
        }
        self.init(id: document.id, name: text("name"), url: text("url"), eventTypes: [], at: document.createdAt)
        if case .array(let types)? = document.members["event_types"] {
            eventTypes = types.compactMap { if case .string(let type) = $0 { type } else { nil } }
        }
        isActive = document.members["is_active"] != .bool(false)
        updatedAt = document.updatedAt
        stored = document
    }

    var document: ProjectDocument {
        var document = stored ?? ProjectDocument(.webhook, id, [:], at: createdAt)
        document.members = [
            "name": .string(name), "url": .string(url), "is_active": .bool(isActive),
            "event_types": .array(eventTypes.map { .string($0) }),
        ]
        document.updatedAt = updatedAt
        return document
    }

    func members(of app: String) -> [String: JSONValue] {
        document.members.merging([
            "webhook_id": .string(id), "project": .string(app), "owner": .string("local@localhost"),
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]) { $1 }
    }
}
