import Access
package import Memories
import Records
import Transcripts

/// `archive_run`
package enum ArchiveRun: Operation {
    package static let specification = OperationSpecification(
        "archive_run", title: "Archive a run",
        summary: "Moves the events of a run that is over into the archive.",
        guidance: "Moves the events of one run that is over into the archive.",
        method: "PUT", path: "/v1/archive/runs/{run}", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.run],
        answer: AnswerSchemas.answer([
            .init("id", AnswerSchemas.text),
            .init("archived", JSONSchema(.boolean, "Whether it was moved by this call.")),
        ]), errors: [.notFound, .runActive, .unsupported], domain: .archive, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let isMoved = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.archiveRun(id, in: owner)
        }
        return OperationAnswer(["id": .string(id), "archived": .bool(isMoved)])
    }
}
