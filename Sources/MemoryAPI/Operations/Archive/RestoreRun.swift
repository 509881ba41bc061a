import Access
package import Memories
import Records
import Transcripts

/// `archive_restore`
package enum RestoreRun: Operation {
    package static let specification = OperationSpecification(
        "archive_restore", title: "Restore a run from the archive",
        summary: "Brings the events of a run back from the archive, under the same ids and numbers.",
        guidance: "Brings the events of an archived run back, so that they are listed and found like all others.",
        method: "POST", path: "/v1/archive/runs/{run}/restore", permission: .write, effect: .destroys,
        isIdempotent: true, parameters: [TranscriptParameters.run], answer: TranscriptSchemas.run,
        errors: [.notFound, .unsupported], domain: .archive, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let run = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.restoreRun(id, in: owner)
        }
        return OperationAnswer(try TranscriptJSON.object(run))
    }
}
