import Access
import HTTPServer
import Memories
import Projects
import Records

extension Mem0Call {
    private static let webhookLimit = 100

    /// `GET /api/v1/webhooks/projects/{project}/`
    func webhooks(_ name: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.read)
        try project.check(name)
        let found = try await project.documents.documents(.webhook, of: project.app).map(Webhook.init)
        return Mem0Answer.json(.array(found.map { .object($0.members(of: project.app)) }))
    }

    /// `POST /api/v1/webhooks/projects/{project}/`
    func createWebhook(_ name: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.write)
        try project.check(name)
        guard let url = try request.text("url") else { throw MemoryError(.invalid, "url is required") }
        let webhook = Webhook(
            id: PlainIdentifier.make(), name: try request.text("name") ?? "", url: try allowed(url),
            eventTypes: try eventTypes() ?? ["memory_add", "memory_update", "memory_delete"], at: project.now)
        guard try await project.documents.count(.webhook, of: project.app) < Self.webhookLimit else {
            throw MemoryError(.limit, "a project has at most \(Self.webhookLimit) webhooks")
        }
        try await project.documents.commit([webhook.document.put], to: project.app)
        return Mem0Answer.object(webhook.members(of: project.app), status: 201)
    }

    /// `PUT /api/v1/webhooks/{id}/`
    func updateWebhook(_ id: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.write)
        var webhook = try await existing(id)
        if let name = try request.text("name") { webhook.name = name }
        if let url = try request.text("url") { webhook.url = try allowed(url) }
        if let types = try eventTypes() { webhook.eventTypes = types }
        if let isActive = try request.bool("is_active") { webhook.isActive = isActive }
        webhook.updatedAt = project.now
        try await project.documents.replace(webhook.document, of: project.app)
        return Mem0Answer.message("Webhook updated successfully")
    }

    /// `DELETE /api/v1/webhooks/{id}/`. What is on its way to it is given up.
    func deleteWebhook(_ id: String) async throws(MemoryError) -> HTTPResponse {
        try project.requireWholeProject(.write)
        try await project.documents.commit([try await existing(id).document.delete], to: project.app)
        return Mem0Answer.message("Webhook deleted successfully")
    }

    private func existing(_ id: String) async throws(MemoryError) -> Webhook {
        guard let document = try await project.documents.document(.webhook, id, of: project.app) else {
            throw MemoryError(.notFound, "Webhook not found!")
        }
        return Webhook(document)
    }

    private func allowed(_ url: String) throws(MemoryError) -> String {
        guard project.webhooks.address(url) != nil else {
            throw MemoryError(
                .invalid,
                "url: this server calls no webhooks at this address; its operator allows hosts with "
                    + "agent-memory serve --allow-webhooks HOST")
        }
        return url
    }

    private func eventTypes() throws(MemoryError) -> [String]? {
        guard let types = try request.texts("event_types") else { return nil }
        guard !types.isEmpty, types.allSatisfy(Webhook.knownTypes.contains) else {
            throw MemoryError(
                .invalid, "event_types must be some of \(Webhook.knownTypes.sorted().joined(separator: ", "))")
        }
        return types
    }
}
