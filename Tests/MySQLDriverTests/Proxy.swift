#if MySQL
    import Foundation
    import Glibc
    import Synchronization

    /// Passes bytes between a client and a server, and cuts the wire at a `COMMIT`, once.
    final class Proxy: Sendable {
        /// Where the wire is cut.
        enum Cut: Sendable {
            case beforeServerSawIt, afterServerAnswered
        }

        let port: Int
        private let server: Int
        private let listener: Int32
        private let cut: Mutex<Cut?>

        init(to server: Int, cutting: Cut) throws {
            self.server = server
            cut = Mutex(cutting)
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let listener = listener
            port = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    _ = bind(listener, address, length)
                    _ = listen(listener, 16)
                    _ = getsockname(listener, address, &length)
                }
                return Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
            Thread { [self] in
                while true {
                    let client = accept(listener, nil, nil)
                    if client < 0 { return }
                    Thread { [self] in serve(client) }.start()
                }
            }.start()
        }

        func stop() {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }

        private static func loopback(_ port: Int) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            return address
        }

        private func serve(_ client: Int32) {
            let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(server)
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            let isCutting = Shared(false)
            @Sendable func end() {
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(upstream, Int32(SHUT_RDWR))
            }
            guard isConnected else { return end() }
            let back = Thread {
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(upstream, &buffer, buffer.count, 0)
                    // The server's answer is dropped with the wire.
                    if count <= 0 || isCutting.with({ $0 }) { break }
                    if send(client, buffer, count, Int32(MSG_NOSIGNAL)) < 0 { break }
                }
                end()
            }
            back.start()
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(client, &buffer, buffer.count, 0)
                if count <= 0 { break }
                // COM_QUERY with this text: a header of four bytes, 3, and the text.
                if buffer[..<count].elementsEqual([7, 0, 0, 0, 3] + Array("COMMIT".utf8)) {
                    let cut = cut.withLock { cut in
                        defer { cut = nil }
                        return cut
                    }
                    if cut == .beforeServerSawIt { break }
                    if cut == .afterServerAnswered { isCutting.with { $0 = true } }
                }
                if send(upstream, buffer, count, Int32(MSG_NOSIGNAL)) < 0 { break }
            }
            end()
        }
    }
#endif
