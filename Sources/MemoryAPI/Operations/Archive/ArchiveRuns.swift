import Access
package import Memories
import Records
import Transcripts

/// `archive_runs`
package enum ArchiveRuns: Operation {
    package static let specification = OperationSpecification(
        "archive_runs", title: "Archive runs by age and status",
        summary:
            "Moves the events of runs that are over into the archive, of every owner that the caller may ask about.",
        guidance: "Moves the events of old runs into the archive, where they are still read and searched on request.",
        method: "POST", path: "/v1/archive/runs", permission: .admin, effect: .destroys, isIdempotent: true,
        parameters: [endedBefore.required, statuses, limit],
        answer: AnswerSchemas.answer([.init("archived", AnswerSchemas.count)]), errors: [.unsupported],
        examples: [("Before this year", ["ended_before": .string("2025-01-01T00:00:00Z")])], domain: .archive,
        reach: .everybody)

    private static let endedBefore = Parameter.time("ended_before", "Only runs that were over by then.")
    private static let statuses = Parameter<Set<RunStatus>>.statuses(
        "statuses", "Only runs that ended so; all when left out.", [.completed, .failed, .canceled, .suspended])
    private static let limit = Parameter.integer("limit", "The most runs; 10,000 when left out.", 1...100_000)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        guard call.owners.user == nil else {
            throw MemoryError(.forbidden, "runs are archived of all users of an application, or of all applications")
        }
        let arguments = call.arguments
        var policy = ArchivePolicy(
            endedBefore: try arguments.required(endedBefore).start, limit: arguments[limit] ?? 10_000)
        if let statuses = arguments[statuses], !statuses.isEmpty { policy.statuses = statuses }
        let app = call.owners.app
        let count = try await call.transcribe { [policy] store, _ async throws(TranscriptError) in
            try await store.archiveRuns(policy, app: app)
        }
        return OperationAnswer(["archived": .int(Int64(count))])
    }
}
