package import Memories
package import Projects
import Records

/// Empties the outbox: each notification at least once, in no promised order, tried again for about a day.
package struct WebhookDelivery: Sendable {
    private let documents: ProjectStore
    private let hosts: WebhookHosts
    private let sender: any WebhookSender
    /// How often a notification is tried before it is given up.
    private static let attempts = 12
    /// How many notifications are sent at a time.
    private static let atOnce = 50
    /// The seconds before the second try; each further wait is twice as long, up to four hours.
    private static let firstWait: Int64 = 10
    private static let longestWait: Int64 = 4 * 3_600

    package init(_ documents: ProjectStore, hosts: WebhookHosts, sender: any WebhookSender = HTTPWebhookSender()) {
        self.documents = documents
        self.hosts = hosts
        self.sender = sender
    }

    /// Sends what is due.
    /// - Returns: How many notifications were tried.
    /// - Throws: ``MemoryError`` `unavailable`.
    @discardableResult
    package func deliver() async throws(MemoryError) -> Int {
        let due = try await documents.takeDeliveries(limit: Self.atOnce)
        // All at once, so that one address that does not answer holds up nobody else's.
        let failure = await withTaskGroup(of: MemoryError?.self) { group in
            for delivery in due { group.addTask { await attempt(delivery) } }
            var failure: MemoryError?
            for await error in group { failure = failure ?? error }
            return failure
        }
        if let failure { throw failure }
        return due.count
    }

    private func attempt(_ delivery: Delivery) async -> MemoryError? {
        do {
            try await send(delivery)
            return nil
        } catch {
            return error
        }
    }

    private func send(_ delivery: Delivery) async throws(MemoryError) {
        // The webhook as it is now: who deleted it, or moved it, means what is on its way as well.
        guard let document = try await documents.document(.webhook, delivery.webhook, of: delivery.app),
            case let webhook = Webhook(document), webhook.isActive, let url = hosts.address(webhook.url)
        else { return try await documents.finish(delivery) }
        let status = await sender.post(delivery.body.canonicalBytes, to: url)
        // Who is gone for good will not take it the next time either.
        let isTaken = status.map { (200..<300).contains($0) || $0 == 410 } ?? false
        if isTaken || delivery.attempts + 1 >= Self.attempts { return try await documents.finish(delivery) }
        let wait = min(Self.firstWait << Int64(min(delivery.attempts, 20)), Self.longestWait)
        try await documents.retry(delivery, afterSeconds: wait)
    }
}
