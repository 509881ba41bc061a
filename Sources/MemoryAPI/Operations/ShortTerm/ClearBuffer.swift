import Access
package import Memories
import Records

/// `buffer_clear`
package enum ClearBuffer: Operation {
    package static let specification = OperationSpecification(
        "buffer_clear", title: "Forget the conversation at hand",
        summary: "Forgets the short-term memory of a session.",
        guidance: "Forgets the last messages of a conversation, such as when the user begins anew.",
        method: "DELETE", path: "/v1/sessions/{session}/buffer", permission: .delete, effect: .destroys,
        isIdempotent: true, parameters: [TranscriptParameters.session],
        answer: AnswerSchemas.answer([.init("cleared", JSONSchema(.boolean))]), errors: [.conflict],
        domain: .shortTerm, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        var scope = call.scope
        scope.session = try call.arguments.required(TranscriptParameters.session)
        try await call.shortTerm().clear(in: scope)
        return OperationAnswer(["cleared": .bool(true)])
    }
}
