package import HTTPServer
package import Records

/// Server-sent events (WHATWG HTML §9.2).
package enum ServerSentEvents {
    /// The header fields; proxies must not hold events back.
    package static let headers = [
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
    ]

    /// An event; canonical JSON has no line break.
    package static func event(_ name: String, _ members: [String: JSONValue]) -> String {
        "event: \(name)\ndata: \(JSONValue.object(members).canonical)\n\n"
    }

    /// Runs `body`, and writes a comment now and then, so that a line that broke is noticed.
    package static func keepingAlive(
        _ writer: HTTPBodyWriter, every interval: Duration, _ body: @escaping @Sendable () async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask {
                while !Task.isCancelled {
                    do { try await Task.sleep(for: interval) } catch { return }
                    guard await writer.write(": alive\n\n") else { return }
                }
            }
            // Whichever ends first ends the other: the events are over, or nobody reads.
            _ = await group.next()
            group.cancelAll()
        }
    }
}
