import Access
package import Memories
import Records

/// `memory_import`
package enum ImportMemories: Operation {
    package static let specification = OperationSpecification(
        "memory_import", title: "Import memories",
        summary:
            "Takes lines of memory_export back with their ids, times and history; a line without an id is a new "
            + "memory. "
            + "What is there stays, so a repeat is harmless. Lines that cannot be taken are told, and the others "
            + "are taken.",
        guidance: "Reads memories and their history from lines of JSON.", method: "POST", path: "/v1/memories/import",
        permission: .write, effect: .adds, isIdempotent: true, parameters: [document],
        answer: AnswerSchemas.answer([
            .init("created", AnswerSchemas.count), .init("existing", AnswerSchemas.count),
            .init("versions", AnswerSchemas.count),
            .init(
                "refused",
                JSONSchema(
                    .list(
                        AnswerSchemas.answer([
                            .init("line", JSONSchema(.integer(1...(.max)))), .init("reason", AnswerSchemas.text),
                        ]), 0...(.max)))),
            .init("degraded", AnswerSchemas.texts),
        ]),
        errors: [.limit], examples: [("A line", ["document": .string(#"{"memory":"Prefers concise answers"}"#)])],
        // An export of nothing is empty, and is taken back like any other.
        rawBody: OperationSpecification.RawBody(
            "document", ["application/x-ndjson", "text/plain"], mayBeEmpty: true))

    private static let document = Parameter.text("document", "Lines of JSON.").required
    /// How many lines are written at once.
    private static let chunk = 256

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        // As bytes: a line break before a combining mark would be a character of its own kind.
        let bytes = Array(try call.arguments.required(document).utf8)
        var outcome = ImportOutcome()
        var number = 1
        var rest = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        let total = rest.count
        while !rest.isEmpty {
            guard !Task.isCancelled else { throw MemoryError(.unavailable, "the call was cancelled") }
            let taken = try await take(rest.prefix(chunk), from: number, call)
            outcome.created += taken.created
            outcome.existing += taken.existing
            outcome.versions += taken.versions
            outcome.refused += taken.refused
            outcome.degraded.formUnion(taken.degraded)
            number += min(chunk, rest.count)
            rest = rest.dropFirst(chunk)
            call.progress?(total - rest.count, total)
        }
        return OperationAnswer([
            "created": .int(Int64(outcome.created)), "existing": .int(Int64(outcome.existing)),
            "versions": .int(Int64(outcome.versions)),
            "refused": .array(
                outcome.refused.map { .object(["line": .int(Int64($0.line)), "reason": .string($0.reason)]) }),
            "degraded": MemoryJSON.list(outcome.degraded.sorted()),
        ])
    }

    private static func take(
        _ lines: ArraySlice<ArraySlice<UInt8>>, from first: Int, _ call: OperationCall
    ) async throws(MemoryError) -> ImportOutcome {
        var refused: [ImportOutcome.Refusal] = []
        var parsed: [(number: Int, line: ArchiveLine)] = []
        for (offset, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            if text.allSatisfy(\.isWhitespace) { continue }
            do throws(MemoryError) {
                parsed.append((first + offset, try ArchiveLine(parsing: text)))
            } catch {
                refused.append(.init(line: first + offset, reason: error.message))
            }
        }
        // Refusals count from one here, and are told by the number of their line.
        var outcome = try await call.store.restore(parsed.map(\.line), in: call.scope)
        for place in outcome.refused.indices {
            outcome.refused[place].line = parsed[outcome.refused[place].line - 1].number
        }
        outcome.refused = (outcome.refused + refused).sorted { $0.line < $1.line }
        return outcome
    }
}
