#if MySQL
    internal import CMariaDB
    import Dispatch
    import Glibc
    import Records
    import Synchronization

    /// One handle of libmariadb. Calls that may wait go through ``drive(seconds:_:_:)``, which waits without a thread.
    ///
    /// The library's calls run as coroutines with a stack of their own (`MYSQL_OPT_NONBLOCK`), and are continued on
    /// whatever thread the task has then: between two waits the library looks at `errno` only after a call that failed, and
    /// a call on a ready socket fails only when the wire is gone, which the next call tells again. Connecting is the exception: even the library's non-blocking call resolves names
    /// and shakes hands for TLS by blocking, so it has a thread of its own while it lasts.
    // Unchecked: the pool hands it from task to task, one at a time.
    final class MySQLHandle: @unchecked Sendable {
        let raw: UnsafeMutablePointer<MYSQL>
        let place: String
        private let socket: Int32
        private let broken = Atomic(false)
        private var isClosed = false

        private static let library: Int32 = mysql_server_init(0, nil, nil)
        private static let connecting = DispatchQueue(label: "MySQL connecting", attributes: .concurrent)
        /// Bytes of a call's own stack; OpenSSL wants more than the library's default of 60 KiB on some machines.
        private static let stackBytes = 192 << 10

        private init(_ raw: UnsafeMutablePointer<MYSQL>, _ place: String) {
            self.raw = raw
            self.place = place
            socket = mysql_get_socket(raw)
            // The library reads from TLS with plain calls, which must not hold the thread.
            _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        }

        /// Connects.
        /// - Throws: ``StoreError`` `unavailable` when the server cannot be reached, `invalid` when it refuses user,
        ///   password or database, `unsupported`.
        static func connect(_ configuration: MySQLConfiguration) async throws(StoreError) -> MySQLHandle {
            let result: Result<MySQLHandle, StoreError> = await withCheckedContinuation { continuation in
                connecting.async {
                    do throws(StoreError) {
                        continuation.resume(returning: .success(try connectBlocking(configuration)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
            return try result.get()
        }

        private static func connectBlocking(_ configuration: MySQLConfiguration) throws(StoreError) -> MySQLHandle {
            guard library == 0, let raw = mysql_init(nil) else {
                throw StoreError(.unavailable, "libmariadb cannot be used")
            }
            MySQLOptions.apply(configuration, to: raw)
            var stack = stackBytes
            mysql_options(raw, MYSQL_OPT_NONBLOCK, &stack)
            let isLocal = configuration.socket != nil
            let flags = UInt(CLIENT_FOUND_ROWS) | UInt(CLIENT_MULTI_STATEMENTS) | UInt(CLIENT_MULTI_RESULTS)
            let connected = mysql_real_connect(
                raw, isLocal ? nil : configuration.host, configuration.user, configuration.password,
                configuration.database, UInt32(configuration.port), configuration.socket, flags)
            guard connected != nil else {
                let error = Self.error(raw, configuration.endpoint)
                mysql_close(raw)
                throw error
            }
            let needsTLS = [.require, .verifyCA, .verifyFull].contains(configuration.tls)
            guard !needsTLS || mysql_get_ssl_cipher(raw) != nil else {
                mysql_close(raw)
                throw StoreError(
                    .unavailable,
                    "\(configuration.endpoint): tls=\(configuration.tls.rawValue), but the server does not support TLS")
            }
            return MySQLHandle(raw, configuration.endpoint)
        }

        /// Whether the wire is gone.
        var isBroken: Bool { broken.load(ordering: .relaxed) }
        /// The server's version, as it says it.
        var serverVersion: String { mysql_get_server_info(raw).map { String(cString: $0) } ?? "" }
        /// The number by which the server knows the connection.
        var identifier: UInt { mysql_thread_id(raw) }
        /// The cipher in use; nil without TLS.
        var cipher: String? { mysql_get_ssl_cipher(raw).map { String(cString: $0) } }

        /// Starts a call of the library and carries it on whenever the socket is ready, until it is done.
        /// - Parameter seconds: How long the wire may be silent; nil for no limit. Later the connection is broken.
        func drive(seconds: Double?, _ start: () -> Int32, _ carryOn: (Int32) -> Int32) async {
            var status = start()
            while status != 0 {
                let isReady = await SocketReactor.shared.wait(
                    socket, reading: status & MYSQL_WAIT_READ != 0, writing: status & MYSQL_WAIT_WRITE != 0,
                    seconds: seconds)
                if !isReady { disconnect() }
                status = carryOn(status & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE | MYSQL_WAIT_EXCEPT))
            }
        }

        /// Ends the wire, so that whatever waits for it fails.
        func disconnect() {
            broken.store(true, ordering: .relaxed)
            _ = shutdown(socket, Int32(SHUT_RDWR))
        }

        /// The handle's last failure.
        func error(statement: String? = nil) -> StoreError {
            if MySQLErrors.isFatal(mysql_errno(raw)) { broken.store(true, ordering: .relaxed) }
            return Self.error(raw, place, statement: statement)
        }

        /// A statement's last failure.
        func error(_ statement: UnsafeMutablePointer<MYSQL_STMT>) -> StoreError {
            let code = mysql_stmt_errno(statement)
            // Reading rows from the wire, the library leaves the reason with the connection.
            guard code != 0 else { return error() }
            if MySQLErrors.isFatal(code) { broken.store(true, ordering: .relaxed) }
            return MySQLErrors.error(
                code, state: mysql_stmt_sqlstate(statement).map { String(cString: $0) } ?? "",
                words: mysql_stmt_error(statement).map { String(cString: $0) } ?? "", place: place)
        }

        private static func error(
            _ raw: UnsafeMutablePointer<MYSQL>, _ place: String, statement: String? = nil
        ) -> StoreError {
            MySQLErrors.error(
                mysql_errno(raw), state: mysql_sqlstate(raw).map { String(cString: $0) } ?? "",
                words: mysql_error(raw).map { String(cString: $0) } ?? "", place: place, statement: statement)
        }

        /// Releases the handle; statements must be closed before. A second call does nothing.
        func close() {
            guard !isClosed else { return }
            isClosed = true
            SocketReactor.shared.forget(socket)
            mysql_close(raw)
        }
    }
#endif
