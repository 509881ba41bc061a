import Access
package import Memories
import Records
import Transcripts

/// `run_snapshot`
package enum ReadRunSnapshot: Operation {
    package static let specification = OperationSpecification(
        "run_snapshot", title: "A run and all its events",
        summary:
            "A run and all its events as they are now, also from the archive; of a run that nobody knows there "
            + "are none.",
        guidance: "Reads everything that happened in one run of an agent, from its start to its end.",
        method: "GET", path: "/v1/runs/{run}/snapshot", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.run],
        answer: AnswerSchemas.answer([
            .init("id", AnswerSchemas.text), .init("run", TranscriptSchemas.run.orNull),
            .init("meta", JSONSchema(.object([], rest: JSONSchema(.any)))), .init("count", AnswerSchemas.count),
            .init("events", JSONSchema(.list(TranscriptSchemas.event, 0...(.max)))),
        ]), errors: [.limit], domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let snapshot = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.snapshot(ofRun: id, in: owner)
        }
        var run = JSONValue.null
        if let found = snapshot.run { run = .object(try TranscriptJSON.object(found)) }
        return OperationAnswer([
            "id": .string(snapshot.id), "run": run, "meta": .object(snapshot.meta),
            "count": .int(Int64(snapshot.events.count)), "events": try TranscriptJSON.list(snapshot.events),
        ])
    }
}
