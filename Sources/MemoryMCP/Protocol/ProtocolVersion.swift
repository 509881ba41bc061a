/// The revisions of the Model Context Protocol that are spoken.
///
/// The *handshake* revisions begin with `initialize`; from 2026-07-28 on every request carries what it needs, and there is
/// no state between two of them.
enum ProtocolVersion {
    /// The stateless revision.
    static let stateless = "2026-07-28"
    /// The revisions with a handshake, oldest first.
    static let handshake = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
    /// Everything, newest first.
    static let all = [stateless] + handshake.reversed()
    /// The one handshake revision that has batches; HTTP requests that name no revision mean it.
    static let batching = "2025-03-26"

    /// What a handshake agrees on.
    static func negotiated(_ asked: String) -> String { handshake.contains(asked) ? asked : "2025-11-25" }
}

/// The rules that a request is answered by.
enum Era: Sendable, Hashable {
    /// With a handshake before.
    case handshake
    /// Complete in itself.
    case stateless
}

/// Names of members of `_meta`.
enum MetaKey {
    static let version = "io.modelcontextprotocol/protocolVersion"
    static let capabilities = "io.modelcontextprotocol/clientCapabilities"
    static let serverInfo = "io.modelcontextprotocol/serverInfo"
    static let subscription = "io.modelcontextprotocol/subscriptionId"
}
