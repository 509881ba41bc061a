#if MongoDB
    internal import CMongo
    import Records

    /// A client of the pool with its session, used by one thread at a time. All calls block.
    final class MongoConnection {
        private let client: OpaquePointer
        private let session: OpaquePointer
        /// The database of all commands.
        let database: String
        private(set) var isInTransaction = false

        init(client: OpaquePointer, database: String) throws(StoreError) {
            var outcome = shim_outcome()
            guard let session = shim_session_new(client, &outcome) else {
                throw MongoFailure(domain: outcome.domain, code: outcome.code, reply: nil).storeError
            }
            self.client = client
            self.session = session
            self.database = database
        }

        deinit { mongoc_client_session_destroy(session) }

        /// Runs a command and answers the reply.
        /// - Parameters:
        ///   - database: Another one than the store's.
        ///   - isRetried: Whether a broken connection is answered by one more attempt: reads outside transactions.
        /// - Throws: What the server refused, errors of single writes and of the write concern included.
        @discardableResult
        func run(
            _ command: Document, in database: String? = nil, isRetried: Bool = false
        ) throws(StoreError) -> Document {
            let bytes = command.encoded
            var outcome = shim_outcome()
            let isDone = bytes.withUnsafeBufferPointer { buffer in
                shim_command(
                    client, database ?? self.database, buffer.baseAddress, buffer.count, session,
                    isRetried && !isInTransaction, &outcome)
            }
            let reply = try Self.take(&outcome)
            guard isDone, let reply else {
                throw MongoFailure(domain: outcome.domain, code: outcome.code, reply: reply).storeError
            }
            if let first = reply["writeErrors"]?.array?.first?.document {
                throw MongoFailure(server: UInt32(clamping: first["code"]?.integer ?? 0), reply: reply).storeError
            }
            if let concern = reply["writeConcernError"]?.document {
                throw MongoFailure(server: UInt32(clamping: concern["code"]?.integer ?? 0), reply: reply).storeError
            }
            return reply
        }

        /// Begins a transaction on a snapshot, to be committed by the majority.
        /// - Parameter maximumMilliseconds: How long one attempt of the commit may take.
        func begin(isJournaled: Bool, maximumMilliseconds: Int64) throws(StoreError) {
            var outcome = shim_outcome()
            guard shim_begin(session, isJournaled, maximumMilliseconds, &outcome) else {
                throw MongoFailure(domain: outcome.domain, code: outcome.code, reply: nil).storeError
            }
            isInTransaction = true
        }

        /// Commits; may be called again after a failure whose outcome is unknown.
        func commit() throws(StoreError) {
            var outcome = shim_outcome()
            let isDone = shim_commit(session, &outcome)
            let reply = try Self.take(&outcome)
            guard isDone else {
                throw MongoFailure(domain: outcome.domain, code: outcome.code, reply: reply).storeError
            }
            isInTransaction = false
        }

        /// Ends the transaction without a trace. A server that does not hear of it forgets it by itself.
        func abort() {
            guard isInTransaction else { return }
            isInTransaction = false
            mongoc_client_session_abort_transaction(session, nil)
        }

        /// Events of a collection; nil when the library cannot make a stream.
        func events(of collection: String, waitMilliseconds: Int32) -> MongoEvents? {
            shim_watch(client, database, collection, waitMilliseconds).map(MongoEvents.init)
        }

        /// Takes a reply over from the library.
        fileprivate static func take(_ outcome: inout shim_outcome) throws(StoreError) -> Document? {
            guard let reply = outcome.reply else { return nil }
            defer {
                free(reply)
                outcome.reply = nil
            }
            do {
                return try Document(UnsafeRawBufferPointer(start: reply, count: outcome.reply_length))
            } catch {
                throw MongoFailure.damagedReply.storeError
            }
        }
    }

    /// A change stream, used by one thread.
    final class MongoEvents {
        private let stream: OpaquePointer

        init(stream: OpaquePointer) { self.stream = stream }

        deinit { mongoc_change_stream_destroy(stream) }

        /// The next event; nil when there was none within the stream's wait.
        /// - Throws: When the stream has ended and must be opened again.
        func next() throws(StoreError) -> Document? {
            var outcome = shim_outcome()
            let state = shim_next_event(stream, &outcome)
            let event = try MongoConnection.take(&outcome)
            guard state >= 0 else {
                throw MongoFailure(domain: outcome.domain, code: outcome.code, reply: nil).storeError
            }
            return event
        }
    }
#endif
