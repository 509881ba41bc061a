import Access
package import Memories
import Records
import Transcripts

/// `run_get`
package enum GetRun: Operation {
    package static let specification = OperationSpecification(
        "run_get", title: "Get a run", summary: "One run of an owner; run_find needs its id alone.",
        guidance: "Reads how one run of an agent stands or ended.",
        method: "GET", path: "/v1/runs/{run}", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.run], answer: TranscriptSchemas.run, errors: [.notFound],
        domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let run = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.run(id, in: owner)
        }
        return OperationAnswer(try TranscriptJSON.object(run), revision: run.revision)
    }
}
