public import Records

/// The current conversation of each session: its last messages, bounded in number and tokens, gone after a while.
///
/// Any number of agents and processes append to a session and follow it. What is read never exceeds the bounds; older
/// messages are deleted a little later, many at a time, so that appending is one commit.
public final class ShortTermMemory: Sendable {
    /// Where the messages are.
    public let records: any RecordStore
    /// What is kept.
    public let configuration: ShortTermConfiguration
    private static let type = MemoryRecords.bufferedMessage.name
    /// How many messages one commit deletes.
    private static let page = 200

    /// Prepares the record type; the store stays the caller's.
    /// - Throws: ``MemoryError`` `invalid` for a wrong option, `unavailable`.
    public init(
        _ records: any RecordStore, configuration: ShortTermConfiguration = ShortTermConfiguration()
    ) async throws(MemoryError) {
        try configuration.validate()
        do {
            try await records.prepare([MemoryRecords.bufferedMessage])
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.configuration = configuration
    }

    /// Appends messages, all or none, in one commit.
    /// - Parameters:
    ///   - messages: At most as many as the buffer holds, 100 at most; the order stays.
    ///   - scope: Must name a session.
    /// - Returns: The messages with their numbers.
    /// - Throws: ``MemoryError`` `invalid` (also for a message longer than all tokens of the buffer), `unavailable`.
    @discardableResult
    public func append(_ messages: [NewMessage], in scope: Scope) async throws(MemoryError) -> [BufferedMessage] {
        let session = try session(of: scope)
        let limit = min(100, configuration.maximumMessages)
        guard (1...limit).contains(messages.count) else {
            throw MemoryError(.invalid, "messages must be 1 to \(limit), not \(messages.count)")
        }
        let now = configuration.clock()
        var buffered: [BufferedMessage] = []
        for (place, message) in messages.enumerated() { buffered.append(try draft(message, place, now)) }
        let added = buffered.reduce(0) { $0 + $1.tokens }
        guard added <= configuration.maximumTokens else {
            throw MemoryError(
                .invalid, "the messages have \(added) tokens; the limit is \(configuration.maximumTokens)")
        }
        var writes = buffered.map { Write.insert(Self.type, $0.values(in: session)) }
        writes.append(.count(Self.messageCounter(session), Int64(buffered.count), atMost: nil))
        writes.append(.count(Self.tokenCounter(session), Int64(added), atMost: nil))
        let batch = Batch(scope.partition, id: .random(in: .min ... .max), writes)
        var result = await records.commit([batch])[0]
        if case .failure(let error) = result, error.code == .outcomeUnknown {
            // The same id: what was committed is not committed again.
            result = await records.commit([batch])[0]
        }
        let receipt: Receipt
        do {
            receipt = try result.get()
        } catch {
            throw MemoryError(error)
        }
        for place in buffered.indices { buffered[place].sequence = receipt.results[place] }
        let (count, tokens) = (receipt.results[buffered.count], receipt.results[buffered.count + 1])
        if count > Int64(configuration.maximumMessages + max(16, configuration.maximumMessages / 4))
            || tokens > Int64(configuration.maximumTokens + configuration.maximumTokens / 4)
        {
            try await trim(session, scope.partition)
        }
        return buffered
    }

    /// The conversation as it is: the newest messages within the bounds, oldest first.
    /// - Parameter limit: At most so many, 1 to 1,000; all by default.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    /// - Complexity: O(messages of the buffer).
    public func messages(in scope: Scope, limit: Int? = nil) async throws(MemoryError) -> [BufferedMessage] {
        let session = try session(of: scope)
        guard limit.map({ (1...1_000).contains($0) }) ?? true else {
            throw MemoryError(.invalid, "limit must be 1 to 1000, not \(limit ?? 0)")
        }
        let most = min(limit ?? configuration.maximumMessages, configuration.maximumMessages)
        return try await window(session, scope.partition, most).reversed()
    }

    /// Forgets a session's conversation, or all of the user's where the scope names no session.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`.
    public func clear(in scope: Scope) async throws(MemoryError) {
        try scope.validate()
        let filter = scope.session.map { Filter.equal("session", .text($0)) } ?? .all
        while try await delete(filter, in: scope.partition) > 0 {}
    }

    /// Deletes what has expired, of every user.
    /// - Returns: How many messages were deleted.
    /// - Throws: ``MemoryError`` `unavailable`.
    @discardableResult
    public func sweep() async throws(MemoryError) -> Int {
        var deleted = 0
        while true {
            let expired = Filter.atMost("expires_at", .time(configuration.clock().microseconds))
            var found: [Partition] = []
            do {
                found = try await records.survey(
                    Query(Self.type, expired, order: .field("expires_at"), limit: 1_000, fields: ["tokens"])
                ).partitions
            } catch {
                throw MemoryError(error)
            }
            var round = 0
            for partition in Set(found) { round += try await delete(expired, in: partition) }
            guard round > 0 else { return deleted }
            deleted += round
        }
    }

    /// Follows a conversation: every message that anybody appends from now on, in order, none twice.
    ///
    /// A reader that falls behind by more than the buffer misses what has left it: the numbers then have a gap.
    /// - Throws: ``MemoryError`` `invalid`, `unavailable`; the stream `unavailable`. It ends with the store.
    public func follow(_ scope: Scope) async throws(MemoryError) -> AsyncThrowingStream<BufferedMessage, any Error> {
        let session = try session(of: scope)
        let partition = scope.partition
        // Listening begins before the last number is read, so that nothing falls between.
        let hints = records.watch(partition)
        var last = try await window(session, partition, 1).first?.sequence ?? 0
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: BufferedMessage.self)
        let task = Task { [self] in
            do {
                for await _ in hints {
                    while true {
                        let new = try await newer(than: last, session, partition)
                        for message in new { continuation.yield(message) }
                        last = new.last?.sequence ?? last
                        if new.count < Self.page || Task.isCancelled { break }
                    }
                    if Task.isCancelled { break }
                }
                continuation.finish()
            } catch {
                if Task.isCancelled { continuation.finish() } else { continuation.finish(throwing: error) }
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

extension ShortTermMemory {
    private static func messageCounter(_ session: String) -> String { "buffer_messages/" + session }
    private static func tokenCounter(_ session: String) -> String { "buffer_tokens/" + session }

    private func session(of scope: Scope) throws(MemoryError) -> String {
        try scope.validate()
        guard let session = scope.session else { throw MemoryError(.invalid, "session is required") }
        return session
    }

    private func draft(
        _ message: NewMessage, _ place: Int, _ now: Timestamp
    ) throws(MemoryError) -> BufferedMessage {
        func check(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(MemoryError) {
            guard range.contains(text.utf8.count) else {
                throw MemoryError(
                    .invalid,
                    "messages[\(place)].\(name) has \(text.utf8.count) bytes; "
                        + "it must have \(range.lowerBound) to \(range.upperBound)")
            }
            guard !text.utf8.contains(0) else {
                throw MemoryError(.invalid, "messages[\(place)].\(name) must not contain U+0000")
            }
        }
        try check("role", message.role, 1...64)
        if let name = message.name { try check("name", name, 1...255) }
        try check("content", message.content, 0...MemoryBounds.contentBytes)
        try check("metadata", JSONValue.object(message.metadata).canonical, 0...MemoryBounds.metadataBytes)
        return BufferedMessage(
            sequence: 0, role: message.role, name: message.name, content: message.content, metadata: message.metadata,
            tokens: max(0, configuration.tokens(message.content)), createdAt: now,
            expiresAt: configuration.lifetime.map { seconds in
                Timestamp(microseconds: now.microseconds + Int64(seconds * 1_000_000))
            })
    }

    private func read(_ query: Query, _ partition: Partition) async throws(MemoryError) -> Page {
        do {
            return try await records.read(.query(query), in: partition)
        } catch {
            throw MemoryError(error)
        }
    }

    /// The newest messages within the bounds, newest first.
    private func window(
        _ session: String, _ partition: Partition, _ most: Int
    ) async throws(MemoryError) -> [BufferedMessage] {
        var query = Query(
            Self.type, .equal("session", .text(session)), order: .field("sequence"), isDescending: true, limit: most)
        let now = configuration.clock()
        var kept: [BufferedMessage] = []
        var tokens = 0
        repeat {
            let page = try await read(query, partition)
            for case .some(let record) in page.records {
                let message = try BufferedMessage(record)
                if let end = message.expiresAt, end <= now { continue }
                tokens += message.tokens
                guard tokens <= configuration.maximumTokens, kept.count < most else { return kept }
                kept.append(message)
            }
            query.after = page.next
        } while query.after != nil && kept.count < most
        return kept
    }

    private func newer(
        than last: Int64, _ session: String, _ partition: Partition
    ) async throws(MemoryError) -> [BufferedMessage] {
        let query = Query(
            Self.type, .and([.equal("session", .text(session)), .not(.atMost("sequence", .int(last)))]),
            order: .field("sequence"), limit: Self.page)
        var messages: [BufferedMessage] = []
        for case .some(let record) in try await read(query, partition).records {
            messages.append(try BufferedMessage(record))
        }
        return messages
    }

    /// Deletes what is older than the window.
    private func trim(_ session: String, _ partition: Partition) async throws(MemoryError) {
        guard let oldest = try await window(session, partition, configuration.maximumMessages).last else { return }
        let filter = Filter.and([.equal("session", .text(session)), .less("sequence", .int(oldest.sequence))])
        while try await delete(filter, in: partition) == Self.page {}
    }

    /// Deletes one page of what a filter accepts, with its counts; 0 when there was none. Messages that somebody else
    /// deletes meanwhile are left to them.
    private func delete(_ filter: Filter, in partition: Partition) async throws(MemoryError) -> Int {
        for _ in 0..<8 {
            let page = try await read(
                Query(Self.type, filter, limit: Self.page, fields: ["tokens"]), partition)
            let found = page.records.compactMap { $0 }
            guard !found.isEmpty else { return 0 }
            var sums: [String: (messages: Int64, tokens: Int64)] = [:]
            for record in found {
                guard case .text(let session) = record.values[0], case .int(let tokens) = record.values[6] else {
                    throw MemoryError(.corrupted, "a buffered message is damaged")
                }
                sums[session, default: (0, 0)].messages += 1
                sums[session, default: (0, 0)].tokens += tokens
            }
            var writes = found.map { Write.delete($0.key) }
            for (session, sum) in sums {
                writes.append(.count(Self.messageCounter(session), -sum.messages, atMost: nil))
                writes.append(.count(Self.tokenCounter(session), -sum.tokens, atMost: nil))
            }
            let batch = Batch(
                partition, id: .random(in: .min ... .max), guards: found.map { .matches($0.key, .all) }, writes)
            var result = await records.commit([batch])[0]
            if case .failure(let error) = result, error.code == .outcomeUnknown {
                result = await records.commit([batch])[0]
            }
            switch result {
            case .success: return found.count
            case .failure(let error) where error.code == .guardFailed: continue
            case .failure(let error): throw MemoryError(error)
            }
        }
        throw MemoryError(.conflict, "others delete the same messages; try again")
    }
}
