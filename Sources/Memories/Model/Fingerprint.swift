import Records

/// What makes an add idempotent: the same content, topics, owner and event data have the same fingerprint.
///
/// Lower-case hex SHA-256 of the UTF-8 bytes of these parts in this order, each written as
/// `name:byteCount:value` and a line feed, so that no content can imitate another part:
///
/// 1. `content`: verbatim
/// 2. `topic`, once a topic: sorted by UTF-8 bytes, without repetition
/// 3. `app`, `user`, and where the scope is narrowed `agent`, `session`
/// 4. with event data only (kind not `fact`, or an event time, participants or a location): `kind`; `event_time` in
///    RFC 3339 UTC with six fractional digits; `participant`, once each, sorted; `location`
enum Fingerprint {
    static func make(_ memory: NewMemory, in scope: Scope) -> String {
        var text = ""
        func append(_ name: String, _ value: String) { text += "\(name):\(value.utf8.count):\(value)\n" }
        append("content", memory.content)
        for topic in sorted(memory.topics) { append("topic", topic) }
        append("app", scope.app)
        append("user", scope.user)
        if let agent = scope.agent { append("agent", agent) }
        if let session = scope.session { append("session", session) }
        let kind = memory.kind ?? .fact
        if kind != .fact || memory.eventTime != nil || !memory.participants.isEmpty || memory.location != nil {
            append("kind", kind.rawValue)
            if let time = memory.eventTime { append("event_time", time.description) }
            for participant in sorted(memory.participants) { append("participant", participant) }
            if let location = memory.location { append("location", location) }
        }
        return Digest.sha256Hex(text)
    }

    private static func sorted(_ values: [String]) -> [String] {
        values.count < 2 ? values : values.sorted { $0.compareBytes($1) < 0 }
    }
}
