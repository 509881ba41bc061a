/// One complete request, as a handler receives it.
public struct HTTPRequest: Sendable {
    /// The method in capitals as sent. A `HEAD` request arrives as `GET`; the server leaves its body out of the answer.
    public var method: String
    /// The request target as the client sent it, escapes and query included.
    public let target: String
    /// The decoded path. Two targets can share it (`/a/b` and `/a%2Fb`): route on ``pathSegments``.
    public var path: String { parts.path }
    /// The decoded path segments, split before decoding: `/memories/a%2Fb` is `["memories", "a/b"]`, `/` is `[]`.
    ///
    /// Complexity: O(length of the path) on every access.
    public var pathSegments: [String] { parts.segments }
    /// The decoded query items in their order, repeated names included; an item without `=` has an empty value.
    public var queryItems: [(name: String, value: String)] { parts.query }
    /// The header fields in their order, names as sent.
    public var headers: [(name: String, value: String)]
    /// The body, at most the configuration's `maximumBodyBytes`.
    public var body: [UInt8]
    /// The numeric address of the peer, such as `127.0.0.1` or `::1`; empty when unknown.
    public var remoteAddress: String

    private let parts: RequestTarget

    /// A request, for the server itself and for handlers that are tested without one.
    ///
    /// `nil` when `target` is neither a path (`/…`), an `http` URL nor `*`, or when its escapes do not decode to UTF-8
    /// without NUL.
    public init?(
        method: String = "GET", target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        remoteAddress: String = ""
    ) {
        guard let parts = RequestTarget(target) else { return nil }
        self.parts = parts
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// The first header field of a name, whatever its letter case. O(number of header fields).
    public func header(_ name: String) -> String? {
        headers.first { equalIgnoringCase($0.name, name) }?.value
    }

    /// The first query item of a name, in its exact letter case. O(number of query items).
    public func queryValue(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }
}

/// Compares header names, which are ASCII, without allocating.
func equalIgnoringCase(_ first: String, _ second: String) -> Bool {
    first.utf8.count == second.utf8.count
        && zip(first.utf8, second.utf8).allSatisfy { lowercase($0) == lowercase($1) }
}

private func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
