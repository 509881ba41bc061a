import Compression

extension HTTPResponse {
    /// Shorter bodies gain nothing.
    private static let leastCompressedBytes = 1_024
    private static let compressedTypes = [
        "application/json", "application/problem+json", "application/x-ndjson", "text/",
    ]

    /// The response as a client wants it that may take gzip.
    ///
    /// One with an entity tag stays as it is: a strong tag names one sequence of bytes.
    func compressed(for request: HTTPRequest) -> HTTPResponse {
        guard stream == nil, body.count >= Self.leastCompressedBytes, request.acceptsGzip,
            !headers.contains(where: { ["content-encoding", "etag"].contains($0.0.lowercased()) }),
            let type = headers.first(where: { equalIgnoringCase($0.0, "Content-Type") })?.1,
            Self.compressedTypes.contains(where: { type.hasPrefix($0) }),
            // Answers are made for one client and sent once: speed matters more than the last percent.
            let bytes = try? Gzip.compress(body, level: 1), bytes.count < body.count
        else { return self }
        var response = self
        response.body = bytes
        response.headers.append(("Content-Encoding", "gzip"))
        response.headers.append(("Vary", "Accept-Encoding"))
        return response
    }
}

extension HTTPRequest {
    /// Whether `Accept-Encoding` has gzip, and not only to refuse it.
    var acceptsGzip: Bool {
        guard let accepted = header("accept-encoding") else { return false }
        return accepted.split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard parts.first == "gzip" || parts.first == "x-gzip" else { return false }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}
