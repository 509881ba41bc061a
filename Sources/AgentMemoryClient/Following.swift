import Foundation

extension AgentMemoryClient {
    /// What happens to memories.
    public enum MemoryEvent: Sendable {
        /// One was added or changed.
        case saved(Memory)
        /// One was deleted: its id.
        case deleted(String)
    }

    /// Follows what anybody does to the memories of a scope. The end of the reading is the end of the request.
    /// - Parameter includesPresent: Whether the memories that are there come first.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`; so does the stream.
    public func watchMemories(
        includesPresent: Bool = false, in scope: Scope
    ) async throws(MemoryError) -> AsyncThrowingStream<MemoryEvent, any Error> {
        var members: [String: JSONValue] = ["include_present": .bool(includesPresent)]
        scope.add(to: &members, narrows: true)
        return try await follow(
            Call(name: "memory_watch", method: "GET", path: "/v1/memories/watch", members: members, isRead: true)
        ) { event in
            struct Deleted: Decodable { var id: String }
            switch event.name {
            case "saved": return .saved(try JSONDecoder().decode(Memory.self, from: Data(event.data.utf8)))
            case "deleted": return .deleted(try JSONDecoder().decode(Deleted.self, from: Data(event.data.utf8)).id)
            default: return nil
            }
        }
    }

    /// Follows the events of a session: first those after a sequence, then those that are appended, as they are.
    /// - Parameters:
    ///   - after: The last sequence already seen; 0 begins with the first event.
    ///   - types: Only events of these types; all when empty.
    ///   - endsWhenOver: Whether the stream ends when the session has ended and its runs are over.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `forbidden`, `unavailable`; so does the stream.
    public func followSession(
        _ session: String, after: Int = 0, types: [String] = [], endsWhenOver: Bool = false, in scope: Scope
    ) async throws(MemoryError) -> AsyncThrowingStream<Event, any Error> {
        try await followLog("session", session, after, types, endsWhenOver, scope)
    }

    /// Follows the events of a run, as ``followSession(_:after:types:endsWhenOver:in:)``.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `forbidden`, `unavailable`; so does the stream.
    public func followRun(
        _ run: String, after: Int = 0, types: [String] = [], endsWhenOver: Bool = false, in scope: Scope
    ) async throws(MemoryError) -> AsyncThrowingStream<Event, any Error> {
        try await followLog("run", run, after, types, endsWhenOver, scope)
    }

    private func followLog(
        _ noun: String, _ id: String, _ after: Int, _ types: [String], _ endsWhenOver: Bool, _ scope: Scope
    ) async throws(MemoryError) -> AsyncThrowingStream<Event, any Error> {
        var members: [String: JSONValue] = [
            noun: .string(id), "after": .int(Int64(after)), "types": .array(types.map { .string($0) }),
            "end_when_over": .bool(endsWhenOver),
        ]
        scope.add(to: &members, narrows: false)
        let path = "/v1/\(noun)s/{\(noun)}/events/watch"
        return try await follow(
            Call(name: "event_watch", method: "GET", path: path, members: members, isRead: true)
        ) { event in
            event.name == "event" ? try JSONDecoder().decode(Event.self, from: Data(event.data.utf8)) : nil
        }
    }

    private func follow<Element: Sendable>(
        _ call: Call, _ read: @escaping @Sendable (ServerEvents.Element) throws -> Element?
    ) async throws(MemoryError) -> AsyncThrowingStream<Element, any Error> {
        let events = try await events(call)
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: Element.self)
        let task = Task {
            do {
                for try await event in events {
                    if event.name == "error" {
                        throw MemoryError(.unavailable, "\(call.name): the server ended the events")
                    }
                    if let element = try read(event) { continuation.yield(element) }
                }
                continuation.finish()
            } catch let error as MemoryError {
                continuation.finish(throwing: error)
            } catch {
                continuation.finish(
                    throwing: Task.isCancelled
                        ? nil : MemoryError(.unavailable, "\(call.name): the events broke off", underlying: error))
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
