#if PostgreSQL
    internal import CPostgres
    import Foundation

    /// A cancel request, on a thread of its own.
    // Unchecked: libpq allows the handle to be used on any thread, and it is released after the last request.
    struct PostgresCancelRequest: @unchecked Sendable {
        let handle: OpaquePointer

        func send() {
            var words = [CChar](repeating: 0, count: 256)
            // Whether it arrived shows in the statement's end.
            _ = PQcancel(handle, &words, Int32(words.count))
        }
    }

    /// What a connection still has to read.
    enum PostgresSocket {
        private typealias Pending = @convention(c) (UnsafeMutableRawPointer) -> Int32
        /// libpq loads the TLS library, so it is asked by name.
        private static let pending: Pending? = dlsym(nil, "SSL_pending").map { unsafeBitCast($0, to: Pending.self) }

        /// Whether there are bytes, the end or an error to tell, in the TLS library or in the socket.
        static func hasMore(_ handle: OpaquePointer) -> Bool {
            if PQsslInUse(handle) == 1, let pending, let tls = PQsslStruct(handle, "OpenSSL"), pending(tls) > 0 {
                return true
            }
            var byte: UInt8 = 0
            let count = recv(PQsocket(handle), &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        }
    }
#endif
