internal import CMicroHTTPD
internal import Glibc

/// A request's line and header fields, checked more strictly than the HTTP library does.
struct RequestHead {
    /// What is wrong with the request, if anything.
    enum Fault {
        /// Where the body ends is uncertain: answer and close, for what follows may be somebody else's request.
        case framing(HTTPResponse)
        /// The body can be read, but the request cannot be served.
        case request(HTTPResponse)
    }

    /// `nil` when there is a fault.
    var request: HTTPRequest?
    var fault: Fault?
    /// The announced length of the body, in bytes; `nil` for a chunked one.
    var contentLength: UInt64? = 0
    /// The client waits for `100 Continue` before it sends the body.
    var expectsContinue = false

    init(_ connection: OpaquePointer, target: String?, hasNUL: Bool, method: String, isHTTP11: Bool) {
        let headers = headerFields(connection)
        func values(_ name: String) -> [String] {
            headers.filter { equalIgnoringCase($0.name, name) }.map(\.value)
        }
        expectsContinue = values("Expect").contains { equalIgnoringCase($0, "100-continue") }

        let lengths = values("Content-Length")
        let codings = values("Transfer-Encoding")
        if let coding = codings.first {
            contentLength = nil
            if codings.count > 1 || !lengths.isEmpty {
                fault = .framing(badRequest("The body has more than one length"))
            } else if !equalIgnoringCase(coding, "chunked") {
                fault = .framing(.problem(501, "Not Implemented", "The only transfer coding is chunked"))
            }
        } else if let length = lengths.first {
            contentLength = UInt64(length)
            if lengths.count > 1 || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || contentLength == nil {
                fault = .framing(badRequest("Content-Length is not one decimal number"))
            }
        }
        if !headers.allSatisfy({ $0.name.utf8.allSatisfy(isTokenByte) }) {
            fault = .framing(badRequest("A header name is not a token"))
        }
        guard fault == nil else { return }

        guard !hasNUL, method.utf8.allSatisfy(isTokenByte), let target,
            let request = HTTPRequest(
                method: method == "HEAD" ? "GET" : method, target: target, headers: headers,
                remoteAddress: clientAddress(connection))
        else {
            fault = .request(badRequest("The request line has no valid method or target"))
            return
        }
        let hosts = values("Host").count
        guard hosts == 1 || hosts == 0 && !isHTTP11 else {
            fault = .request(badRequest("The request needs exactly one Host header"))
            return
        }
        self.request = request
    }
}

private func badRequest(_ detail: String) -> HTTPResponse {
    .problem(400, "Bad Request", detail)
}

private func headerFields(_ connection: OpaquePointer) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    withUnsafeMutablePointer(to: &fields) { fields in
        _ = MHD_get_connection_values(
            connection, .HEADER_KIND,
            { context, _, name, value in
                guard let name else { return .YES }
                context?.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
                    .append((String(cString: name), value.map { String(cString: $0) } ?? ""))
                return .YES
            }, fields)
    }
    return fields
}

private func clientAddress(_ connection: OpaquePointer) -> String {
    guard let address = microhttpd_client_address(connection) else { return "" }
    let isIPv6 = address.pointee.sa_family == sa_family_t(AF_INET6)
    let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { name in
        guard let start = name.baseAddress,
            getnameinfo(address, socklen_t(length), start, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
        else { return "" }
        return String(cString: start)
    }
}
