import Memories
import Records
import Transcripts

/// An operation whose answers have content that a purge must find: under an `Idempotency-Key` only what names it is kept,
/// and a repeat reads the rest where it is. What was purged meanwhile is not answered any more.
protocol ReplayedOperation: Operation {
    /// The members of an answer that are kept.
    static var keptMembers: Set<String> { get }

    /// The answer that was given, of what was kept of it and what is there now.
    /// - Throws: ``MemoryError`` `sessionPurged`, `notFound`, `unavailable`.
    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer
}

extension Operation {
    /// What is kept of an answer, so that a repeat hears the same.
    package static func reference(to answer: OperationAnswer) -> OperationAnswer {
        guard let operation = Self.self as? any ReplayedOperation.Type else { return answer }
        var reference = answer
        reference.members = answer.members.filter { operation.keptMembers.contains($0.key) }
        return operation.stripped(reference)
    }

    /// Does it, or answers what was done before.
    static func answer(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        guard let kept = call.kept else { return try await run(call) }
        guard let operation = Self.self as? any ReplayedOperation.Type else { return kept }
        return try await operation.replay(kept, call)
    }
}

extension ReplayedOperation {
    /// The objects of a kept list without their content.
    fileprivate static func stripped(_ answer: OperationAnswer) -> OperationAnswer {
        var stripped = answer
        for (name, value) in answer.members {
            switch value {
            case .array(let elements): stripped.members[name] = .array(elements.map(withoutContent))
            default: stripped.members[name] = withoutContent(value)
            }
        }
        return stripped
    }

    private static func withoutContent(_ value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object(members.filter { !["role", "content", "name", "metadata", "text"].contains($0.key) })
    }

    fileprivate static func identifier(of kept: OperationAnswer) throws(MemoryError) -> String {
        guard case .string(let id)? = kept.members["id"] else {
            throw MemoryError(.corrupted, "what was kept of an answer has no id")
        }
        return id
    }
}

extension OperationCall {
    /// A session that was there.
    /// - Throws: `sessionPurged` when it is gone.
    fileprivate func living(_ session: String) async throws(MemoryError) -> Session {
        do throws(MemoryError) {
            return try await transcribe { store, owner async throws(TranscriptError) in
                try await store.session(session, in: owner)
            }
        } catch {
            guard error.code == .notFound else { throw error }
            throw MemoryError(.sessionPurged, "session \(session) was purged, or has expired")
        }
    }

    fileprivate func living(run: String) async throws(MemoryError) -> Run {
        try await transcribe { store, owner async throws(TranscriptError) in try await store.run(run, in: owner) }
    }
}

extension CreateSession: ReplayedOperation {
    static let keptMembers: Set<String> = ["id", "created", "app_state_pending"]

    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let session = try await call.living(identifier(of: kept))
        let members = TranscriptJSON.object(session).merging(kept.members) { $1 }
        return OperationAnswer(members, isCreated: kept.isCreated, revision: session.revision)
    }
}

extension StartRun: ReplayedOperation {
    static let keptMembers: Set<String> = [
        "id", "created", "should_proceed", "events", "app_state_pending", "degraded",
    ]

    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let run = try await call.living(run: identifier(of: kept))
        var members = kept.members
        members["run"] = .object(try TranscriptJSON.object(run))
        return OperationAnswer(members, isCreated: kept.isCreated, revision: run.revision)
    }
}

extension EventOperations {
    /// Numbers, ids and times of what was appended.
    fileprivate static let keptMembers: Set<String> = [
        "count", "results", "session_status", "app_state_pending", "degraded",
    ]
}

extension AppendEvents: ReplayedOperation {
    static let keptMembers = EventOperations.keptMembers

    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        _ = try await call.living(call.arguments.required(TranscriptParameters.session))
        return kept
    }
}

extension AppendRunEvents: ReplayedOperation {
    static let keptMembers = EventOperations.keptMembers

    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        _ = try await call.living(run: call.arguments.required(TranscriptParameters.run))
        return kept
    }
}

extension SummarizeSession: ReplayedOperation {
    static let keptMembers: Set<String> = ["summary"]

    static func replay(_ kept: OperationAnswer, _ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let session = try await call.living(call.arguments.required(TranscriptParameters.session))
        guard case .object(let reference)? = kept.members["summary"] else { return kept }
        var before: Int64?
        repeat {
            let page = try await call.transcribe { [before] store, owner async throws(TranscriptError) in
                try await store.events(
                    in: .session(session.id), of: owner, types: [.summary], before: before, isDescending: true)
            }
            for event in page.events {
                guard case .custom(_, let bytes) = event.payload,
                    case .object(let summary)? = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
                    summary["through"] == reference["through"], let text = summary["text"]
                else { continue }
                return OperationAnswer(["summary": .object(reference.merging(["text": text]) { $1 })])
            }
            before = page.next
        } while before != nil
        throw MemoryError(.notFound, "the summary is not there any more")
    }
}

extension AppendToBuffer: ReplayedOperation {
    static let keptMembers: Set<String> = ["count", "results"]

    /// What was said is in the request.
    static func replay(_ kept: OperationAnswer, _ call: OperationCall) throws(MemoryError) -> OperationAnswer {
        guard case .array(let results)? = kept.members["results"] else { return kept }
        var answer = kept
        answer.members["results"] = .array(
            zip(results, try newMessages(call)).map { result, message in
                guard case .object(let members) = result else { return result }
                return .object(members.merging(BufferJSON.object(message)) { $1 })
            })
        return answer
    }
}
