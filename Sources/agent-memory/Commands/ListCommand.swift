import Access
import AgentMemory
import MemoryAPI

/// Lists the newest memories.
enum ListCommand: OperationCommand {
    static let operation: any Operation.Type = ListMemories.self
    static let words = "list"
    static let summary = "List memories, the most recently changed first."
    static let details = ""
    /// One command lists more than one page: its own limit is greater, and a cursor is not for people.
    static let withheld: Set<String> = ["limit", "cursor"]
    static let ownOptions = [
        Option(name: "limit", value: "N", help: "the most results; 100 when left out (1 to 10,000)")
    ]
    static let example: String? = "agent-memory list --limit 5"
    /// The most that the operation answers at once.
    private static let pageSize = 1_000

    static func answer(_ members: [String: JSONValue], _ context: CommandContext) async throws -> OperationAnswer {
        let limit = try context.arguments.integer("limit", 1...10_000, default: 100)
        let services = try await context.services(for: .memories)
        var members = members
        var results: [JSONValue] = []
        var next: JSONValue?
        repeat {
            members["limit"] = .int(Int64(min(pageSize, limit - results.count)))
            members["cursor"] = next
            let page = try await operation.perform(members, by: .local, on: services, defaults: ScopeDefaults())
            results += page.members["results"]?.array ?? []
            next = page.members["next_cursor"].flatMap { $0 == .null ? nil : $0 }
        } while next != nil && results.count < limit
        var answer = OperationAnswer([
            "count": .int(Int64(results.count)), "results": .array(results), "degraded": .array([]),
        ])
        if !context.isJSON { answer.members["next_cursor"] = next }
        return answer
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        for memory in answer.members["results"]?.array ?? [] { Terminal.print(MemoryLine.text(memory.members)) }
        if answer.members["next_cursor"] != nil { Terminal.note("there are more; use --limit") }
    }
}
