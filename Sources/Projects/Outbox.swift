package import Memories
package import Records

/// A notification on its way: at least once, until it was taken or given up.
package struct Delivery: Sendable {
    package var id: String
    /// The webhook that it is for.
    package var webhook: String
    /// What is sent.
    package var body: JSONValue
    /// How often it was tried.
    package var attempts: Int
    package var createdAt: Timestamp
    /// The project.
    package var app: String
    /// Where it waits: in the partition of the memory that it is about, because it is written with the memory's change.
    private(set) var partition: Partition?

    /// A delivery that is due at once.
    package init(id: String, webhook: String, body: JSONValue, of app: String, at time: Timestamp) {
        self.id = id
        self.webhook = webhook
        self.body = body
        attempts = 0
        createdAt = time
        self.app = app
    }

    /// Enters it into the outbox, in any partition.
    package var enqueue: Write {
        .put(
            ProjectRecords.delivery.name,
            [
                .text(id), .text(app), .text(webhook), .json(body.canonical), .int(0),
                .time(createdAt.microseconds), .time(createdAt.microseconds),
            ])
    }

    fileprivate init?(_ record: Record, _ partition: Partition) {
        let values = record.values
        guard values.count == ProjectRecords.delivery.fields.count, case .text(let id) = values[0],
            case .text(let app) = values[1], case .text(let webhook) = values[2], case .json(let text) = values[3],
            let body = try? JSONValue(parsing: text), case .int(let attempts) = values[4],
            case .time(let created) = values[5]
        else { return nil }
        self.id = id
        self.app = app
        self.webhook = webhook
        self.body = body
        self.attempts = Int(attempts)
        createdAt = Timestamp(microseconds: created)
        self.partition = partition
    }
}

extension ProjectStore {
    /// How long a server that took a delivery may be silent before another takes it, in microseconds.
    private static let lease: Int64 = 60_000_000

    /// Takes deliveries that are due, so that no other server sends them at the same time.
    /// - Throws: ``MemoryError`` `unavailable`.
    package func takeDeliveries(limit: Int) async throws(MemoryError) -> [Delivery] {
        let now = clock().microseconds
        let query = Query(
            ProjectRecords.delivery.name, .atMost("due_at", .time(now)), order: .field("due_at"), limit: limit)
        do throws(StoreError) {
            let found = try await records.survey(query)
            var taken: [Delivery] = []
            for case (let record?, let partition) in zip(found.page.records, found.partitions) {
                guard let delivery = Delivery(record, partition) else { continue }
                let claim = Batch(
                    partition, guards: [.matches(record.key, .equal("revision", .int(record.revision)))],
                    [.patch(record.key, [.set("due_at", .time(now + Self.lease)), .add("attempts", 1)])])
                // Whoever loses the race leaves it to the winner.
                if case .success = await records.commit([claim])[0] { taken.append(delivery) }
            }
            return taken
        } catch {
            throw MemoryError(error)
        }
    }

    /// Removes a delivery that arrived or is given up.
    /// - Throws: ``MemoryError`` `unavailable`: it will be sent again.
    package func finish(_ delivery: Delivery) async throws(MemoryError) {
        try await commit(delivery, .delete(Key(ProjectRecords.delivery.name, delivery.id)))
    }

    /// Tries a delivery again after so many seconds.
    /// - Throws: ``MemoryError`` `unavailable`: it will be sent again when its lease ends.
    package func retry(_ delivery: Delivery, afterSeconds seconds: Int64) async throws(MemoryError) {
        let due = clock().microseconds + seconds * 1_000_000
        try await commit(
            delivery, .patch(Key(ProjectRecords.delivery.name, delivery.id), [.set("due_at", .time(due))]))
    }

    private func commit(_ delivery: Delivery, _ write: Write) async throws(MemoryError) {
        guard let partition = delivery.partition else { return }  // It was never entered.
        do {
            try await records.commit(Batch(partition, [write]))
        } catch {
            throw MemoryError(error)
        }
    }
}
