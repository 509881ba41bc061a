import Access
import Foundation
package import Memories
import Records
import Transcripts

/// `run_checkpoint`
package enum ReadRunCheckpoint: Operation {
    package static let specification = OperationSpecification(
        "run_checkpoint", title: "The checkpoint of a suspended run",
        summary: "What an engine needs to go on with a run that was suspended.",
        guidance: "Reads the checkpoint with which a run was suspended.",
        method: "GET", path: "/v1/runs/{run}/checkpoint", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.run],
        answer: AnswerSchemas.answer([
            .init("id", AnswerSchemas.text),
            .init("data", JSONSchema(.text(0...(.max), pattern: nil, format: nil), "Base64.")),
        ]), errors: [.notFound], domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let suspension = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.suspension(of: id, in: owner)
        }
        return OperationAnswer([
            "id": .string(suspension.id), "data": .string(Data(suspension.data).base64EncodedString()),
        ])
    }
}
