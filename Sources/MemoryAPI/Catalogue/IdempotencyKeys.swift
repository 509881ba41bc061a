package import Access
internal import Digests
package import Memories
package import Records

/// Remembers for a day what a request with an `Idempotency-Key` was answered, so that sending it again does nothing and
/// hears the same. Of what belongs to a session or run it remembers only what names it, for it must go with that.
package struct IdempotencyKeys: Sendable {
    /// A key and what it was sent with.
    package struct Request: Sendable {
        /// Names caller, operation and key.
        fileprivate let id: String
        fileprivate let digest: [UInt8]

        /// - Throws: ``MemoryError`` `invalid` for a key that is not 1 to 255 visible ASCII characters.
        package init(
            key: String, caller: Caller, operation: String, members: [String: JSONValue]
        ) throws(MemoryError) {
            guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw MemoryError(.invalid, "Idempotency-Key must be 1 to 255 visible ASCII characters")
            }
            id = Digest.sha256Hex("\(caller.name)\n\(operation)\n\(key)")
            digest = Digest.sha256(JSONValue.object(members).canonicalBytes)
        }
    }

    private let records: any RecordStore
    private let clock: @Sendable () -> Timestamp
    /// How long answers are remembered, in microseconds.
    private static let life: Int64 = 24 * 3_600 * 1_000_000
    /// How long a request without an answer counts as running, in microseconds: its server may have died.
    private static let patience: Int64 = 60 * 1_000_000

    package static let recordType = RecordType(
        "idempotency_key",
        fields: [
            Field("id", .text(maximumBytes: 64)), Field("digest", .bytes), Field("answer", .json),
            Field("is_created", .bool), Field("answer_revision", .int), Field("started_at", .time),
            Field("expires_at", .time),
        ], indexes: [Index(order: "expires_at", isGlobal: true)])

    /// Prepares the record type.
    /// - Throws: ``MemoryError``, as ``RecordStore/prepare(_:)``.
    package init(
        _ records: any RecordStore, clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws(MemoryError) {
        do {
            try await records.prepare([Self.recordType])
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.clock = clock
    }

    /// The answer that was given before, or that of `run`, which is then remembered. What fails is not remembered.
    /// - Parameters:
    ///   - keep: What is remembered of an answer.
    ///   - replay: Makes the answer of what was remembered.
    /// - Throws: ``MemoryError`` `conflict` when the key was used for another request or the first is still running, and
    ///   what `replay` and `run` throw.
    package func answer(
        _ request: Request, in scope: Scope, keep: (OperationAnswer) -> OperationAnswer,
        replay: (OperationAnswer) async throws(MemoryError) -> OperationAnswer,
        run: () async throws(MemoryError) -> OperationAnswer
    ) async throws(MemoryError) -> OperationAnswer {
        if let known = try await begin(request, scope) { return try await replay(keep(known)) }
        let answer: OperationAnswer
        do {
            answer = try await run()
        } catch {
            // Whether it happened is open after `outcome_unknown` too: trying again is what the client will do.
            await forget(request, scope)
            throw error
        }
        let time = clock().microseconds
        _ = await records.commit([
            Batch(scope.partition, [.put(Self.recordType.name, values(request, keep(answer), startedAt: time))])
        ])
        return answer
    }

    /// Takes the key, or answers what it was answered before.
    private func begin(_ request: Request, _ scope: Scope) async throws(MemoryError) -> OperationAnswer? {
        let now = clock().microseconds
        let claim = Batch(
            scope.partition, [.insert(Self.recordType.name, values(request, nil, startedAt: now))])
        do {
            try await records.commit(claim)
            return nil
        } catch {
            guard error.code == .exists, let record = error.record else { throw MemoryError(error) }
            if case .time(let expiry) = record.values[6], expiry <= now {
                return try await takeOver(record, request, scope)
            }
            guard case .bytes(let digest) = record.values[1], digest == request.digest else {
                throw MemoryError(.conflict, "Idempotency-Key was used for another request")
            }
            guard case .json(let text) = record.values[2], case .object(let members)? = try? JSONValue(parsing: text)
            else {
                guard case .time(let start) = record.values[5], now - start > Self.patience else {
                    throw MemoryError(.conflict, "the first request with this Idempotency-Key is still running")
                }
                return try await takeOver(record, request, scope)
            }
            var answer = OperationAnswer(members, isCreated: record.values[3] == .bool(true))
            if case .int(let revision) = record.values[4] { answer.revision = revision }
            return answer
        }
    }

    private func takeOver(
        _ record: Record, _ request: Request, _ scope: Scope
    ) async throws(MemoryError) -> OperationAnswer? {
        let key = Key(Self.recordType.name, request.id)
        do {
            try await records.commit(
                Batch(
                    scope.partition, guards: [.matches(key, .equal("revision", .int(record.revision)))],
                    [.put(Self.recordType.name, values(request, nil, startedAt: clock().microseconds))]))
            return nil
        } catch {
            guard error.code == .guardFailed else { throw MemoryError(error) }
            throw MemoryError(.conflict, "the first request with this Idempotency-Key is still running")
        }
    }

    private func forget(_ request: Request, _ scope: Scope) async {
        _ = await records.commit([Batch(scope.partition, [.delete(Key(Self.recordType.name, request.id))])])
    }

    private func values(_ request: Request, _ answer: OperationAnswer?, startedAt: Int64) -> [Value] {
        [
            .text(request.id), .bytes(request.digest),
            answer.map { .json(JSONValue.object($0.members).canonical) } ?? .null,
            answer.map { .bool($0.isCreated) } ?? .null, answer?.revision.map { .int($0) } ?? .null, .time(startedAt),
            .time(startedAt + Self.life),
        ]
    }

    /// Deletes what is older than a day; a server calls it now and then.
    /// - Throws: ``MemoryError`` `unavailable`.
    package func sweep() async throws(MemoryError) {
        let query = Query(
            Self.recordType.name, .atMost("expires_at", .time(clock().microseconds)), order: .field("expires_at"),
            limit: 1_000, fields: ["expires_at"])
        do throws(StoreError) {
            while true {
                let found = try await records.survey(query)
                var batches: [Batch] = []
                for case (let record?, let partition) in zip(found.page.records, found.partitions) {
                    batches.append(Batch(partition, [.delete(Key(Self.recordType.name, [record.values[0]]))]))
                }
                guard !batches.isEmpty else { return }
                _ = await records.commit(batches)
                if found.page.next == nil { return }
            }
        } catch {
            throw MemoryError(error)
        }
    }
}
