import Access
package import Memories
import Records
import Transcripts

/// `event_window`
package enum ReadEventWindow: Operation {
    package static let specification = OperationSpecification(
        "event_window", title: "The events around one",
        summary: "An event, and what came right before and after it in its session or run.",
        guidance: "Reads what was said right before and after an event that was found, to understand it.",
        method: "GET", path: "/v1/events/{event}/window", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.event, before, after, isWithinRun, TranscriptParameters.types],
        answer: AnswerSchemas.answer([
            .init("before", JSONSchema(.list(TranscriptSchemas.event, 0...(.max)))),
            .init("anchor", TranscriptSchemas.event),
            .init("after", JSONSchema(.list(TranscriptSchemas.event, 0...(.max)))),
        ]), errors: [.notFound], domain: .transcripts, reach: .owner)

    private static let before = Parameter.integer("before", "How many before it; 10 when left out.", 0...1_000)
    private static let after = Parameter.integer("after", "How many after it; 10 when left out.", 0...1_000)
    private static let isWithinRun = Parameter.bool("within_run", "Whether only events of the same run count.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let id = try arguments.required(TranscriptParameters.event)
        let window = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.eventWindow(
                around: id, of: owner, before: arguments[before] ?? 10, after: arguments[after] ?? 10,
                isWithinRun: arguments[isWithinRun] ?? false, types: EventOperations.types(arguments))
        }
        return OperationAnswer([
            "before": try TranscriptJSON.list(window.before),
            "anchor": .object(try TranscriptJSON.object(window.anchor)),
            "after": try TranscriptJSON.list(window.after),
        ])
    }
}
