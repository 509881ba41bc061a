/// What a handler answers.
///
/// The server adds `Date`, `Content-Length` and `Connection`. It refuses to send a response whose status is outside
/// 200…599, or with a header that HTTP does not allow (see ``hasValidHead``), and answers status 500 instead: a value
/// from user input with a line break would otherwise let that user write headers.
public struct HTTPResponse: Sendable {
    /// The status code, 200…599.
    public var status: Int
    /// The header fields in their order. A field with an empty value is left out.
    public var headers: [(String, String)]
    /// The body; not sent for `HEAD`, 204 and 304.
    public var body: [UInt8]
    /// A body that is made while it is sent, instead of ``body``.
    public var stream: HTTPBodyStream?

    /// A response; by default an empty one with status 200.
    public init(status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response whose body is made while it is sent.
    public init(status: Int = 200, headers: [(String, String)] = [], stream: HTTPBodyStream) {
        self.init(status: status, headers: headers)
        self.stream = stream
    }

    /// Whether the server will send this response: the status is 200…599, every header name is a token and not
    /// one of `Connection`, `Content-Length` and `Transfer-Encoding` (which are the server's), and no header value
    /// contains a line break or another control character but the tab.
    public var hasValidHead: Bool {
        (200...599).contains(status) && headers.allSatisfy { isAllowedName($0) && isAllowedValue($1) }
    }

    /// An error in the form of RFC 9457. The texts are constants or numbers, which need no JSON escapes.
    static func problem(
        _ status: Int, _ title: StaticString, _ detail: String, code: StaticString = "invalid"
    ) -> HTTPResponse {
        let json =
            #"{"type":"about:blank","title":"\#(title)","status":\#(status),"code":"\#(code)","detail":"\#(detail)"}"#
        return HTTPResponse(
            status: status, headers: [("Content-Type", "application/problem+json")], body: Array(json.utf8))
    }
}

private let serverFields = ["Connection", "Content-Length", "Transfer-Encoding"]

private func isAllowedName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy(isTokenByte) && !serverFields.contains { equalIgnoringCase($0, name) }
}

private func isAllowedValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
}

/// RFC 9110 section 5.6.2.
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
