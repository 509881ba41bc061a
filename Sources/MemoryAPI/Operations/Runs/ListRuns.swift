import Access
package import Memories
import Records
import Transcripts

/// `run_list`
package enum ListRuns: Operation {
    package static let specification = OperationSpecification(
        "run_list", title: "List runs",
        summary: "Runs by session, status, agent, parent, labels, typed attributes and time, a page at a time.",
        guidance: "Lists what agents worked on, such as the runs of a conversation or those that are still at work.",
        method: "GET", path: "/v1/runs", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [
            TranscriptParameters.identifier("session", "Only those of this session."), statuses,
            TranscriptParameters.agent.described("Only those of this agent."),
            RunParameters.parent.described("Only those that this run called."), TranscriptParameters.onlyLabels,
            RunParameters.onlyAttributes, TranscriptParameters.from, TranscriptParameters.through,
            TranscriptParameters.isDescending, TranscriptParameters.limit, TranscriptParameters.cursor,
        ],
        answer: AnswerSchemas.list(TranscriptSchemas.run, [TranscriptParameters.nextCursor]), errors: [.notFound],
        examples: [("At work", ["statuses": .array([.string("running"), .string("paused")])])], domain: .transcripts,
        reach: .owner)

    private static let statuses = Parameter<Set<RunStatus>>.statuses(
        "statuses", "Only those of one of these statuses.", RunStatus.allCases)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let query = RunQuery(
            session: arguments[RunParameters.session], statuses: arguments[statuses] ?? [],
            agent: arguments[TranscriptParameters.agent], parent: arguments[RunParameters.parent],
            labels: arguments[TranscriptParameters.onlyLabels] ?? [:],
            attributes: arguments[RunParameters.onlyAttributes] ?? [:],
            from: arguments[TranscriptParameters.from]?.start,
            through: arguments[TranscriptParameters.through]?.end,
            isDescending: arguments[TranscriptParameters.isDescending] ?? false,
            limit: arguments[TranscriptParameters.limit] ?? 100, after: arguments[TranscriptParameters.cursor])
        let page = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.runs(matching: query, in: owner)
        }
        var results: [JSONValue] = []
        for run in page.runs { results.append(.object(try TranscriptJSON.object(run))) }
        return OperationAnswer([
            "count": .int(Int64(results.count)), "results": .array(results),
            "next_cursor": page.next.map { .string(PageCursor.encode($0)) } ?? .null,
        ])
    }
}
