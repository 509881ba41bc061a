internal import Glibc

/// A bound, listening TCP socket. The server owns it, not the HTTP library, so that a port in use is told apart from
/// other failures, and so that the descriptor stays reserved until every thread has let go of it.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    let port: Int

    init(host: String, port: Int) throws(HTTPServerError) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let shown = bare.contains(":") ? "[\(bare)]:\(port)" : "\(bare):\(port)"
        guard !bare.isEmpty, !bare.utf8.contains(0) else {
            throw HTTPServerError(.invalidHost, "The host to listen on is empty or contains NUL")
        }
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var addresses: UnsafeMutablePointer<addrinfo>?
        let resolution = getaddrinfo(bare, String(port), &hints, &addresses)
        defer { if let addresses { freeaddrinfo(addresses) } }
        guard resolution == 0, let address = addresses?.pointee else {
            let reason = String(cString: gai_strerror(resolution))
            throw HTTPServerError(.invalidHost, "The host \(bare) has no address: \(reason)")
        }

        let type = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, type, 0)
        guard descriptor >= 0 else { throw failure("open a socket for", shown, errno) }
        do throws(HTTPServerError) {
            var yes: Int32 = 1
            // A restarted server takes its port back from connections that linger in TIME_WAIT.
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, 1024) == 0 else {
                throw failure("listen on", shown, errno)
            }
            self.port = try boundPort(of: descriptor, shown)
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Refuses new connections, resetting those not yet accepted. The descriptor stays reserved.
    func refuseConnections() {
        _ = shutdown(descriptor, Int32(SHUT_RD))
    }

    func closeDescriptor() {
        close(descriptor)
    }
}

private func boundPort(of descriptor: Int32, _ shown: String) throws(HTTPServerError) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { storage in
        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { throw failure("read the port of", shown, errno) }
    // The port is in the same place, in network order, for both address families.
    return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
}

private func failure(_ action: String, _ shown: String, _ number: Int32) -> HTTPServerError {
    switch number {
    case EADDRINUSE: HTTPServerError(.addressInUse, "Cannot \(action) \(shown): another process uses this port")
    case EACCES: HTTPServerError(.permissionDenied, "Cannot \(action) \(shown): not permitted to use this port")
    case EADDRNOTAVAIL: HTTPServerError(.invalidHost, "Cannot \(action) \(shown): not an address of this machine")
    default: HTTPServerError(.systemFailure, "Cannot \(action) \(shown): \(String(cString: strerror(number)))")
    }
}
