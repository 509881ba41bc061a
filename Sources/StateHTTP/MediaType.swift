import HTTPServer

/// The two forms of a body.
///
/// In JSON alone, the bytes of a value are base64. With attached bytes, the body is a JSON object without a raw line
/// break, a line feed, and then bytes, of which values name a range: nothing is encoded, copied or scanned.
enum MediaType {
    static let json = "application/json"
    static let attached = "application/vnd.agent-memory.values"

    /// Whether a body is of the form with attached bytes.
    static func isAttached(_ request: HTTPRequest) -> Bool {
        request.header("content-type").map { names($0).contains(attached) } ?? false
    }

    /// Whether the client takes an answer with attached bytes.
    static func acceptsAttached(_ request: HTTPRequest) -> Bool {
        request.headers.contains { $0.name.lowercased() == "accept" && names($0.value).contains(attached) }
    }

    /// The media types of a header field, without parameters.
    private static func names(_ field: String) -> [String] {
        field.split(separator: ",").map { item in
            item.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
    }
}
