#if Redis
    import Dispatch
    import Glibc
    internal import Records

    /// Where a server listens.
    enum Endpoint: Sendable, Hashable, CustomStringConvertible {
        case host(String, Int)
        case path(String)

        var description: String {
            switch self {
            case .host(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
            case .path(let path): path
            }
        }
    }

    /// A connected socket, not blocking any more.
    struct DialedSocket: @unchecked Sendable {
        // Handed over once, from the thread that dialled to the connection that owns it.
        let descriptor: Int32
        let session: TLSSession?
    }

    /// Opens connections on a thread that may block: names are resolved and hands are shaken there.
    enum Dialer {
        /// - Throws: ``StoreError`` `unavailable`; `invalid` when the server's certificate is not trusted.
        static func dial(
            _ endpoint: Endpoint, _ tls: TLSContext?, seconds: Double
        ) async throws(StoreError) -> DialedSocket {
            let result: Result<DialedSocket, StoreError> = await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    do throws(StoreError) {
                        continuation.resume(returning: .success(try connect(endpoint, tls, seconds)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
            return try result.get()
        }

        private static func connect(
            _ endpoint: Endpoint, _ tls: TLSContext?, _ seconds: Double
        ) throws(StoreError) -> DialedSocket {
            let end = Monotonic.now + seconds
            let descriptor: Int32
            switch endpoint {
            case .path(let path): descriptor = try connect(path: path, end)
            case .host(let name, let port): descriptor = try connect(host: name, port, end)
            }
            guard let tls, case .host(let name, _) = endpoint else {
                return DialedSocket(descriptor: descriptor, session: nil)
            }
            do throws(StoreError) {
                let session = try tls.session(host: name)
                try shakeHands(session, descriptor, endpoint, end)
                return DialedSocket(descriptor: descriptor, session: session)
            } catch {
                close(descriptor)
                throw error
            }
        }

        private static func connect(path: String, _ end: Double) throws(StoreError) -> Int32 {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
                throw StoreError(.invalid, "the path of a socket has at most 107 bytes")
            }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw unreachable(.path(path)) }
            let outcome = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard outcome == 0 else {
                close(descriptor)
                throw unreachable(.path(path))
            }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            return descriptor
        }

        private static func connect(host: String, _ port: Int, _ end: Double) throws(StoreError) -> Int32 {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, String(port), &hints, &list) == 0, let list else {
                throw StoreError(.unavailable, "the host \(host) cannot be resolved")
            }
            defer { freeaddrinfo(list) }
            var next: UnsafeMutablePointer<addrinfo>? = list
            while let entry = next {
                next = entry.pointee.ai_next
                let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                let descriptor = socket(entry.pointee.ai_family, entry.pointee.ai_socktype | flags, 0)
                guard descriptor >= 0 else { continue }
                var outcome = Glibc.connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen)
                if outcome != 0, errno == EINPROGRESS {
                    outcome = wait(descriptor, for: POLLOUT, until: end) ? socketError(descriptor) : -1
                }
                guard outcome == 0 else {
                    close(descriptor)
                    continue
                }
                var on: Int32 = 1
                let size = socklen_t(MemoryLayout<Int32>.size)
                setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
                // A server that vanished is noticed after about a minute, also where nobody waits for a reply.
                setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, size)
                for (option, seconds) in [(TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
                    var seconds = Int32(seconds)
                    setsockopt(descriptor, Int32(IPPROTO_TCP), option, &seconds, size)
                }
                return descriptor
            }
            throw unreachable(.host(host, port))
        }

        private static func shakeHands(
            _ session: TLSSession, _ descriptor: Int32, _ endpoint: Endpoint, _ end: Double
        ) throws(StoreError) {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let isDone: Bool
                var output: [UInt8] = []
                do throws(TLSSession.Refusal) {
                    isDone = try session.shakeHands()
                } catch {
                    guard error.isCertificate else {
                        throw StoreError(.unavailable, "\(endpoint) refused the TLS handshake")
                    }
                    throw StoreError(.invalid, "the certificate of \(endpoint) is not trusted; see tls-ca")
                }
                session.drain(into: &output)
                var sent = 0
                while sent < output.count {
                    let count = output.withUnsafeBytes {
                        send(
                            descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    if count > 0 {
                        sent += count
                    } else if errno == EAGAIN {
                        guard wait(descriptor, for: POLLOUT, until: end) else { throw unreachable(endpoint) }
                    } else if errno != EINTR {
                        throw StoreError(.unavailable, "\(endpoint) closed the connection in the TLS handshake")
                    }
                }
                if isDone { return }
                guard wait(descriptor, for: POLLIN, until: end) else { throw unreachable(endpoint) }
                let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
                if count < 0, errno == EAGAIN || errno == EINTR { continue }
                guard count > 0 else {
                    throw StoreError(.unavailable, "\(endpoint) closed the connection in the TLS handshake")
                }
                buffer.withUnsafeBytes { session.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
        }

        private static func wait(_ descriptor: Int32, for event: Int32, until end: Double) -> Bool {
            while true {
                let rest = end - Monotonic.now
                guard rest > 0 else { return false }
                var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
                let count = poll(&entry, 1, Int32(clamping: Int(rest * 1_000) + 1))
                if count > 0 { return true }
                if count < 0, errno != EINTR { return false }
            }
        }

        private static func socketError(_ descriptor: Int32) -> Int32 {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            return code
        }

        private static func unreachable(_ endpoint: Endpoint) -> StoreError {
            StoreError(.unavailable, "\(endpoint) cannot be reached")
        }
    }

    /// A clock that only goes forwards, in seconds.
    enum Monotonic {
        static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
    }
#endif
