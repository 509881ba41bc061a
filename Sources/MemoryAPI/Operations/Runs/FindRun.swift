import Access
package import Memories
import Records
import Transcripts

/// `run_find`
package enum FindRun: Operation {
    package static let specification = OperationSpecification(
        "run_find", title: "Find a run by its id alone",
        summary:
            "The runs of an id, of whatever owner the caller may ask about: none, one, or several where owners "
            + "chose the "
            + "same id.",
        guidance: "Finds out whose a run is of which only the id is known.",
        method: "GET", path: "/v1/run-directory/{run}", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.run], answer: AnswerSchemas.list(TranscriptSchemas.run),
        domain: .transcripts, reach: .everybody)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let owners = call.owners
        let runs = try await call.transcribe { store, _ async throws(TranscriptError) in
            try await store.findRuns(id, app: owners.app)
        }
        var results: [JSONValue] = []
        // Bytes, not Unicode equivalence: two spellings are two users.
        for run in runs where owners.user.map({ $0.utf8.elementsEqual(run.owner.user.utf8) }) ?? true {
            results.append(.object(try TranscriptJSON.object(run)))
        }
        return OperationAnswer(["count": .int(Int64(results.count)), "results": .array(results)])
    }
}
