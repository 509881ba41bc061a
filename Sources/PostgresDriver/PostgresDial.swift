#if PostgreSQL
    internal import CPostgres
    import Dispatch
    import Foundation
    import Records

    extension PostgresSession {
        /// Connects without holding a thread but for the look-up of the host's name, which libpq does at once.
        /// - Throws: ``StoreError`` `unavailable` with the server's sentence, `invalid` for an option libpq refuses.
        static func connect(_ address: PostgresAddress, seconds: Double) async throws(StoreError) -> PostgresSession {
            let session = PostgresSession()
            let result: Result<Void, StoreError> = await withUnsafeContinuation { continuation in
                session.queue.async {
                    Dial(session, address, continuation).start(seconds: seconds)
                }
            }
            try result.get()
            return session
        }
    }

    /// The steps of one connection being made.
    // Unchecked: touched on the session's queue only.
    private final class Dial: @unchecked Sendable {
        private let session: PostgresSession
        private let address: PostgresAddress
        private var continuation: UnsafeContinuation<Result<Void, StoreError>, Never>?
        private var handle: OpaquePointer?
        private var source: (any DispatchSourceProtocol)?

        init(
            _ session: PostgresSession, _ address: PostgresAddress,
            _ continuation: UnsafeContinuation<Result<Void, StoreError>, Never>
        ) {
            self.session = session
            self.address = address
            self.continuation = continuation
        }

        func start(seconds: Double) {
            session.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
                self?.fail(StoreError(.unavailable, "no connection within connect-timeout (\(seconds) s)"))
            }
            handle = address.withPointers { PQconnectStartParams($0, $1, 0) }
            guard let handle else { return fail(StoreError(.unavailable, "no memory for a connection")) }
            // The library would print notices to standard error.
            PQsetNoticeReceiver(handle, { _, _ in }, nil)
            guard PQstatus(handle) != CONNECTION_BAD else { return fail(sentence(handle)) }
            wait(handle, forReading: false)
        }

        private func poll() {
            source = nil
            guard let handle, continuation != nil else { return }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_READING: wait(handle, forReading: true)
            case PGRES_POLLING_WRITING: wait(handle, forReading: false)
            case PGRES_POLLING_OK:
                self.handle = nil
                session.adopt(handle)
                resume(.success(()))
            default: fail(sentence(handle))
            }
        }

        /// Watches a duplicate, because libpq closes and opens sockets as it tries hosts and ways to encrypt.
        private func wait(_ handle: OpaquePointer, forReading: Bool) {
            let descriptor = dup(PQsocket(handle))
            guard descriptor >= 0 else { return fail(StoreError(.unavailable, "no file descriptor for a connection")) }
            let source: any DispatchSourceProtocol =
                forReading
                ? DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: session.queue)
                : DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: session.queue)
            source.setEventHandler {
                source.cancel()
                self.poll()
            }
            source.setCancelHandler { _ = Foundation.close(descriptor) }
            self.source = source
            source.activate()
        }

        private func fail(_ error: StoreError) {
            guard continuation != nil else { return }
            source?.cancel()
            source = nil
            if let handle { PQfinish(handle) }
            handle = nil
            resume(.failure(error))
        }

        private func resume(_ result: Result<Void, StoreError>) {
            continuation?.resume(returning: result)
            continuation = nil
        }

        /// The library's sentence: it names host, user and database. A password in it would be a fault of the server's.
        private func sentence(_ handle: OpaquePointer) -> StoreError {
            var words = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            words = words.split(whereSeparator: \.isNewline).joined(separator: "; ")
            if let password = address.password, !password.isEmpty {
                words = words.replacing(password, with: "…")
            }
            return StoreError(.unavailable, words.isEmpty ? "the server cannot be reached" : words)
        }
    }
#endif
