import Access
import HTTPServer
import Memories
import Projects
import Records

extension Mem0Call {
    /// How long a request for an export is kept, in microseconds: 7 days.
    private static let exportLife: Int64 = 7 * 86_400 * 1_000_000

    /// `POST /v1/exports/`. What is kept is the question; the memories are read when the export is fetched.
    func createExport() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let filters = try exportFilters()
        _ = try Mem0Filter(filters)
        let now = project.now
        let document = ProjectDocument(
            .export, PlainIdentifier.make(), user: caller.user,
            ["filters": filters, "schema": request.body["schema"] ?? .null], at: now,
            expiresAt: Timestamp(microseconds: now.microseconds + Self.exportLife))
        try await project.documents.commit([document.put], to: project.app)
        return Mem0Answer.object(
            [
                "message": .string(
                    "Memory export request received. The export will be available under the id, as the memories are."),
                "id": .string(document.id),
            ], status: 201)
    }

    /// `POST /v1/exports/get/`: the export of an id, or the latest with these filters.
    func getExport() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let found: ProjectDocument?
        if let id = try request.text("memory_export_id") {
            found = try await project.documents.document(.export, id, of: project.app)
        } else {
            let filters = try exportFilters()
            found = try await project.documents.documents(.export, of: project.app, for: caller.user).first {
                filters == .object([:]) || $0.members["filters"] == filters
            }
        }
        guard let found, isVisible(found) else {
            throw MemoryError(.notFound, "No memory export request found")
        }
        let filter = try Mem0Filter(found.members["filters"] ?? .object([:]))
        let memories = try await project.memories(
            try Selection(filter, request, now: project.now))
        return Mem0Answer.object([
            "id": .string(found.id), "status": .string("SUCCEEDED"), "schema": found.members["schema"] ?? .null,
            "created_at": .string(found.createdAt.description), "count": .int(Int64(memories.count)),
            "memories": .array(memories.map { .object($0.members) }),
            "note": .string(
                "no language model is configured: memories are given as they are, not fitted to the schema"),
        ])
    }

    /// `filters`, or the ids that older clients send beside them.
    private func exportFilters() throws(MemoryError) -> JSONValue {
        var members = try request.object("filters") ?? [:]
        for kind in EntityKind.allCases where members[kind.field] == nil {
            members[kind.field] = request.body[kind.field].flatMap { $0 == .null ? nil : $0 }
        }
        return .object(members)
    }

    /// `POST /v1/summary/`: one element that says how much there is, and that nothing here can summarise it.
    func summary() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.read)
        let filter = try request.body["filters"].map { (document) throws(MemoryError) in
            document == .null ? Mem0Filter.all : try Mem0Filter(document)
        }
        let count = try await project.count(try Selection(filter ?? .all, request, now: project.now))
        return Mem0Answer.json(
            .array([
                .object([
                    "summary": .null, "status": .string("not_enabled"), "count": .int(Int64(count)),
                    "detail": .string(Self.needsModel.message),
                ])
            ]))
    }

    /// `POST /v1/feedback/`.
    func feedback() async throws(MemoryError) -> HTTPResponse {
        try caller.require(.write)
        guard let id = try request.text("memory_id") else { throw MemoryError(.invalid, "memory_id is required") }
        let memory = try await project.memory(id)
        let feedback = try request.text("feedback")?.uppercased()
        guard feedback == nil || ["POSITIVE", "NEGATIVE", "VERY_NEGATIVE"].contains(feedback) else {
            throw MemoryError(.invalid, "feedback must be POSITIVE, NEGATIVE, VERY_NEGATIVE or null")
        }
        let reason = try request.text("feedback_reason")
        guard (reason?.utf8.count ?? 0) <= 65_536 else {
            throw MemoryError(.invalid, "feedback_reason has more than 65536 bytes")
        }
        // One opinion a memory: the last one counts.
        let members: [String: JSONValue] = [
            "memory_id": .string(memory.memory.id), "feedback": feedback.map { .string($0) } ?? .null,
            "feedback_reason": reason.map { .string($0) } ?? .null,
        ]
        let document = ProjectDocument(
            .feedback, memory.memory.id, user: memory.owner.user, members, at: project.now)
        try await project.documents.commit([document.put], to: project.app)
        return Mem0Answer.object(members.merging(["id": .string(document.id)]) { $1 })
    }
}
