import Memories
import Records
import Telemetry

/// The span of an operation on memories, as the conventions for generative AI name it (`gen_ai.memory.*`).
struct MemorySpan {
    private let parent: CurrentSpan
    private let tracer: Tracer
    private let operation: String
    private let start = wallNanoseconds()
    /// What the parts of the operation belong to.
    let current: CurrentSpan

    /// Nil where nobody records, and for operations that the conventions have no name for.
    init?(_ specification: OperationSpecification) {
        guard let parent = CurrentSpan.current, parent.isSampled, let tracer = parent.tracer,
            let operation = Self.names[specification.name]
        else { return nil }
        self.parent = parent
        self.tracer = tracer
        self.operation = operation
        current = CurrentSpan(traceID: parent.traceID, spanID: CurrentSpan.newID(), isSampled: true, tracer: tracer)
    }

    private static let names = [
        AddMemory.specification.name: "create_memory", AddMemories.specification.name: "create_memory",
        SearchMemories.specification.name: "search_memory", RecallContext.specification.name: "search_memory",
        UpdateMemory.specification.name: "update_memory", RestoreMemory.specification.name: "update_memory",
        DeleteMemory.specification.name: "delete_memory", ClearMemories.specification.name: "delete_memory",
    ]

    func end(_ members: [String: JSONValue], _ result: Result<OperationAnswer, MemoryError>) {
        var attributes: [(name: String, value: Span.Attribute)] = [
            ("gen_ai.operation.name", .text(operation)), ("gen_ai.provider.name", .text("agent-memory")),
        ]
        var isError = false
        switch result {
        case .success(let answer):
            if case .string(let id)? = answer.members["id"] ?? members["id"] {
                attributes.append(("gen_ai.memory.record.id", .text(id)))
            }
            if case .int(let count)? = answer.members["count"] ?? answer.members["deleted"] {
                attributes.append(("gen_ai.memory.record.count", .integer(Int(count))))
            }
            if tracer.configuration.capturesContent { attributes += Self.content(members, answer) }
        case .failure(let error):
            attributes.append(("error.type", .text(error.code.rawValue)))
            isError = ErrorTable(error.code).httpStatus >= 500
        }
        tracer.record(
            Span(
                traceID: current.traceID, spanID: current.spanID, parentID: parent.spanID, name: operation,
                kind: .internal, start: start, end: wallNanoseconds(), attributes: attributes, isError: isError))
    }

    /// Texts, which only leave the machine where that is asked for.
    private static func content(
        _ members: [String: JSONValue], _ answer: OperationAnswer
    ) -> [(name: String, value: Span.Attribute)] {
        var attributes: [(name: String, value: Span.Attribute)] = []
        if case .string(let text)? = members["query"] { attributes.append(("gen_ai.memory.query.text", .text(text))) }
        var records: [JSONValue] = []
        func add(_ element: [String: JSONValue]) {
            guard let content = element["memory"] else { return }
            var record: [String: JSONValue] = ["content": content]
            for name in ["id", "metadata", "score"] { record[name] = element[name] }
            records.append(.object(record))
        }
        if case .array(let results)? = answer.members["results"] {
            for case .object(let element) in results { add(element) }
        } else {
            add(members.merging(answer.members) { $1 })
        }
        if !records.isEmpty {
            attributes.append(("gen_ai.memory.records", .text(JSONValue.array(records).canonical)))
        }
        return attributes
    }
}
