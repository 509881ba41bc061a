package import Access
package import HTTPServer
import Memories
import MemoryAPI
import Records
package import Transcripts

/// `GET /v1/sessions/{session}/events/watch` and `GET /v1/runs/{run}/events/watch`: the events of a log, those that are
/// there and those that come, as server-sent events. `ready` comes first, then `event` with each; `end` is the end.
///
/// Each event has its sequence as id, so a client that comes back with `Last-Event-ID` misses and repeats nothing.
package struct FollowRoutes: RouteGroup {
    enum Log: String, CaseIterable {
        case session, run

        var path: String { "/v1/\(rawValue)s/{\(rawValue)}/events/watch" }
        var name: String { self == .session ? "event_watch" : "run_event_watch" }
        var parameter: Parameter<String> {
            self == .session ? TranscriptParameters.session : TranscriptParameters.run
        }
    }

    private let store: TranscriptStore
    private let defaults: ScopeDefaults
    /// How often a comment shows that the line still stands.
    private let heartbeat: Duration
    private static let after = Parameter.integer(
        "after", "The last sequence already seen; 0 when left out. Last-Event-ID says the same.",
        TranscriptParameters.sequence)
    private static let endsWhenOver = Parameter.bool(
        "end_when_over", "Whether to end when the run is over, or the session has ended and its runs are over.")
    static let parameters: [any AnyParameter] = [after, TranscriptParameters.types, endsWhenOver]

    package init(
        _ store: TranscriptStore, defaults: ScopeDefaults = ScopeDefaults(), heartbeat: Duration = .seconds(15)
    ) {
        self.store = store
        self.defaults = defaults
        self.heartbeat = heartbeat
    }

    package func name(of request: HTTPRequest) -> String? {
        guard request.method == "GET", request.path.hasSuffix("/events/watch") else { return nil }
        return Self.log(request)?.log.name
    }

    private static func log(_ request: HTTPRequest) -> (log: Log, id: String)? {
        let segments = request.pathSegments
        guard segments.count == 5, segments[0] == "v1", segments[3] == "events", segments[4] == "watch" else {
            return nil
        }
        return Log.allCases.first { $0.rawValue + "s" == segments[1] }.map { ($0, segments[2]) }
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        do throws(MemoryError) {
            guard let (kind, id) = Self.log(request) else {
                throw MemoryError(.notFound, "there is nothing at this path")
            }
            try context.caller.require(.read)
            let defaults = defaults.bound(to: context.caller)
            let parameters = Self.parameters + [kind.parameter] + defaults.ownerParameters
            var members = try RequestMembers.query(of: request, parameters)
            guard members.updateValue(.string(id), forKey: kind.parameter.name) == nil else {
                throw MemoryError(.invalid, "\(kind.parameter.name) is in the path already")
            }
            if let last = request.header("last-event-id"), let number = Int64(last) {
                members[Self.after.name] = .int(number)
            }
            let arguments = try Arguments(members, parameters)
            let scope = try context.caller.scope(
                app: arguments[ScopeParameters.app], user: arguments[ScopeParameters.user], defaults)
            let owner = Owner(app: scope.app, user: scope.user)
            let log = kind == .session ? EventLog.session(id) : .run(id)
            // What is not there is told at once, and not in the middle of a stream.
            try await look(for: log, of: owner)
            let events = store.follow(
                log, of: owner, after: Int64(arguments[Self.after] ?? 0),
                types: Set((arguments[TranscriptParameters.types] ?? []).map { EventType(rawValue: $0) }),
                endsWhenOver: arguments[Self.endsWhenOver] ?? false)
            return Self.response(events, heartbeat)
        } catch {
            return Problem.response(error, context)
        }
    }

    private func look(for log: EventLog, of owner: Owner) async throws(MemoryError) {
        do throws(TranscriptError) {
            switch log {
            case .session(let id): _ = try await store.session(id, in: owner)
            case .run(let id): _ = try await store.run(id, in: owner)
            }
        } catch {
            throw MemoryError(error)
        }
    }

    private static func response(_ events: EventStream, _ heartbeat: Duration) -> HTTPResponse {
        HTTPResponse(
            headers: ServerSentEvents.headers,
            stream: HTTPBodyStream { writer in
                guard await writer.write("event: ready\ndata: {}\n\n") else { return }
                await ServerSentEvents.keepingAlive(writer, every: heartbeat) { await send(events, writer) }
            })
    }

    private static func send(_ events: EventStream, _ writer: HTTPBodyWriter) async {
        do {
            for try await event in events {
                let text = ServerSentEvents.event("event", try TranscriptJSON.object(event))
                guard await writer.write("id: \(event.sequence)\n" + text) else { return }
            }
            await writer.write(ServerSentEvents.event("end", [:]))
        } catch {
            let code = (error as? TranscriptError)?.code.rawValue ?? MemoryError.Code.unavailable.rawValue
            await writer.write(ServerSentEvents.event("error", ["code": .string(code)]))
        }
    }
}
