internal import CZlib

/// The gzip format (RFC 1952) by zlib.
enum Gzip {
    /// The compressed bytes; nil when they would not be fewer.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // Answers are made for one client and sent once: speed matters more than the last percent.
        guard shim_deflate_init(&stream, 1, 15 + 16) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var input = bytes
        let isDone = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isDone else { return nil }
        output.removeLast(Int(stream.avail_out))
        return output
    }
}

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
            Self.compressedTypes.contains(where: { type.hasPrefix($0) }), let bytes = Gzip.compress(body)
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
