import Access
package import Memories
import Records
import TranscriptFormats
import Transcripts

/// `session_export`
package enum ExportSession: Operation {
    package static let specification = OperationSpecification(
        "session_export", title: "Export a session",
        summary:
            "A whole session as a document: json or yaml to keep or move without loss, markdown to read, or the "
            + "message "
            + "list of a provider or library.",
        guidance: "Writes a whole conversation as a document.", method: "GET", path: "/v1/sessions/{session}/export",
        permission: .read, effect: .reads, isIdempotent: true, parameters: [TranscriptParameters.session, format],
        answer: AnswerSchemas.answer([
            .init("format", AnswerSchemas.text), .init("document", AnswerSchemas.text),
            .init("omissions", AnswerSchemas.texts),
        ]),
        errors: [.notFound, .conflict, .limit], examples: [("To read", ["format": .string("markdown")])],
        domain: .transcripts, reach: .owner,
        documentTypes: ["application/json", "application/yaml", "text/markdown"])

    package static let format = Parameter<ConversationFormat>.choice(
        "format",
        "The format; json when left out. What a message list cannot express is left out, and counted in the header "
            + "X-Omissions.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let format = call.arguments[format] ?? .json
        let content = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.exportSession(id, in: owner)
        }
        let written = format.write(content)
        var answer = OperationAnswer([
            "format": .string(format.rawValue), "document": .string(written.text),
            "omissions": TranscriptJSON.texts(written.omissions),
        ])
        answer.document = OperationDocument(
            format.mediaType, .text(written.text),
            headers: written.omissions.isEmpty ? [] : [("X-Omissions", "\(written.omissions.count)")])
        return answer
    }
}
