/// The target of a request line, taken apart: `/v1/memories/a%2Fb?limit=10`.
struct RequestTarget: Sendable {
    /// The path as it was sent, without the query.
    let rawPath: Substring
    /// The path with its percent escapes decoded.
    let path: String
    /// The query's names and values, decoded, in the order of the target.
    let query: [(name: String, value: String)]

    /// Accepts the origin form (`/path?query`), the absolute form (`http://host/path`) and `*`.
    ///
    /// `nil` when the target has another form, a control character or space, a broken percent escape, or escapes that
    /// decode to something other than UTF-8 or to NUL, which C code behind a handler would take for the end.
    init?(_ target: String) {
        guard !target.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
        var origin = target[...]
        if let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) {
            let rest = target.dropFirst(scheme.count)
            guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" }), start > rest.startIndex else {
                return nil
            }
            origin = rest[start] == "/" ? rest[start...] : "/" + rest[start...]
        }
        guard origin.hasPrefix("/") || origin == "*" else { return nil }

        let queryMark = origin.utf8.firstIndex(of: UInt8(ascii: "?"))
        rawPath = origin[..<(queryMark ?? origin.endIndex)]
        guard let path = percentDecoded(rawPath.utf8) else { return nil }
        self.path = path

        var query: [(name: String, value: String)] = []
        if let queryMark {
            let pairs = origin.utf8[origin.utf8.index(after: queryMark)...]
            for pair in pairs.split(separator: UInt8(ascii: "&")) {
                let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = percentDecoded(parts[0], plusIsSpace: true),
                    let value = parts.count == 1 ? "" : percentDecoded(parts[1], plusIsSpace: true)
                else { return nil }
                query.append((name, value))
            }
        }
        self.query = query
    }

    /// The path's segments, split before decoding, so that an escaped slash stays inside its segment.
    var segments: [String] {
        guard rawPath.hasPrefix("/"), rawPath.utf8.count > 1 else { return [] }
        let segments = rawPath.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // Every segment decodes: its bytes are part of a path that did.
        return segments.map { percentDecoded($0) ?? String(Substring($0)) }
    }
}

/// Decodes percent escapes; `nil` for a broken escape, NUL, or bytes that are not UTF-8.
private func percentDecoded(_ escaped: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(escaped.count)
    var rest = escaped.makeIterator()
    while let byte = rest.next() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = rest.next().flatMap(hexadecimalValue), let low = rest.next().flatMap(hexadecimalValue),
                high | low != 0
            else { return nil }
            decoded.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
        default: decoded.append(byte)
        }
    }
    return String(validating: decoded, as: UTF8.self)
}

private func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
