import Digests
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
///
/// For app `app` and user `u1`, `Likes coffee` hashes `content:12:Likes coffee␊app:3:app␊user:2:u1␊` (␊ is a line feed):
///
/// | memory | fingerprint |
/// |---|---|
/// | `Likes coffee` | `cd073afbb484b70ed476619a984ff01633a8d076a03070b4a0e89e0567eab7dc` |
/// | the same with topics `food`, `drinks` | `f430ac3378ffdcc9050cc4a3403fe408777b1dca20fbd1088cb60dece4c4700b` |
/// | `Went hiking` with participant `Bob` | `0122b15fe44fa9ff646257b3322b6ee488673fa212754add71bdc069f28a86f9` |
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
