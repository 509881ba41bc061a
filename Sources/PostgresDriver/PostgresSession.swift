#if PostgreSQL
    internal import CPostgres
    import Dispatch
    import Foundation
    import Records
    import Synchronization

    /// A connection of libpq that never holds a thread: every round trip is a pipeline that ends in one synchronization
    /// point, and whoever asked is resumed when that point was answered.
    ///
    /// The socket is watched all the time, so that a server that went away is noticed while nothing is asked, and so are
    /// notifications.
    // Unchecked: everything that changes is touched on `queue` only.
    final class PostgresSession: @unchecked Sendable {
        let queue = DispatchQueue(label: "records.postgres", qos: .userInitiated)
        /// The server process that serves this connection.
        private(set) var processIdentifier: Int32 = 0
        /// The server's version as 10,000 × major + minor.
        private(set) var serverVersion: Int32 = 0
        var handle: OpaquePointer?
        private var cancelHandle: OpaquePointer?
        private var reader: (any DispatchSourceRead)?
        private var writer: (any DispatchSourceWrite)?
        private var isWriterRunning = false
        private var exchanges: [PostgresExchange] = []
        private var nextExchange: UInt64 = 0
        private var cancelledEarly: UInt64?
        /// Cancel requests on their way, and the answers that wait for them: a late request must not meet the next
        /// statement.
        private var cancelRequests = 0
        private var heldReplies: [(UnsafeContinuation<PostgresReply, Never>, PostgresReply)] = []
        /// The earliest deadline that a timer was set for.
        private var watchedDeadline: DispatchTime?
        private var closeWaiters: [UInt64: UnsafeContinuation<Bool, Never>] = [:]
        private var nextCloseWaiter: UInt64 = 0
        private var onNotification: (@Sendable (String, Int32) -> Void)?
        private let numbers = Atomic<UInt64>(0)
        private let dead = Atomic<Bool>(false)

        deinit {
            // Nobody can hold the queue any more, so nothing runs on it.
            finish(PostgresReply.Failure.lost(nil, wasSent: false))
        }

        /// Whether the connection ended.
        var isDead: Bool { dead.load(ordering: .acquiring) }

        /// Begins to serve a connection that was made; on the queue.
        func adopt(_ handle: OpaquePointer) {
            self.handle = handle
            PQsetnonblocking(handle, 1)
            PQenterPipelineMode(handle)
            processIdentifier = PQbackendPID(handle)
            serverVersion = PQserverVersion(handle)
            cancelHandle = PQgetCancel(handle)
            // Sources watch duplicates, so that a descriptor is never closed while it is watched.
            let descriptor = PQsocket(handle)
            let readDescriptor = dup(descriptor)
            let writeDescriptor = dup(descriptor)
            let reader = DispatchSource.makeReadSource(fileDescriptor: readDescriptor, queue: queue)
            reader.setEventHandler { [weak self] in self?.receive() }
            reader.setCancelHandler { _ = Foundation.close(readDescriptor) }
            let writer = DispatchSource.makeWriteSource(fileDescriptor: writeDescriptor, queue: queue)
            writer.setEventHandler { [weak self] in self?.flush() }
            writer.setCancelHandler { _ = Foundation.close(writeDescriptor) }
            self.reader = reader
            self.writer = writer
            reader.activate()
        }

        /// Runs steps as one pipeline and answers when all of it was answered.
        /// - Parameters:
        ///   - seconds: How long to wait for the answer before the connection is given up.
        ///   - cancels: Whether the cancellation of the calling task cancels the statement on the server.
        func exchange(_ steps: [PostgresStep], seconds: Double, cancels: Bool) async -> PostgresReply {
            let number = numbers.add(1, ordering: .relaxed).newValue
            if cancels, Task.isCancelled { return .cancelledBefore }
            return await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    queue.sync { send(steps, number, seconds: seconds, continuation) }
                }
            } onCancel: {
                if cancels { queue.async { self.cancel(number) } }
            }
        }

        /// Sends steps whose answer nobody waits for; a failure ends the connection.
        func post(_ steps: [PostgresStep], seconds: Double) {
            let number = numbers.add(1, ordering: .relaxed).newValue
            queue.sync { send(steps, number, seconds: seconds, nil) }
        }

        /// Calls back for every notification, with its payload and the process that sent it.
        func listen(_ body: @escaping @Sendable (String, Int32) -> Void) {
            queue.sync { onNotification = body }
        }

        /// Waits until the connection ended, or so many seconds; answers whether it ended.
        func hasEnded(within seconds: Double) async -> Bool {
            await withUnsafeContinuation { continuation in
                queue.async {
                    guard self.handle != nil else { return continuation.resume(returning: true) }
                    self.nextCloseWaiter += 1
                    let waiter = self.nextCloseWaiter
                    self.closeWaiters[waiter] = continuation
                    self.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
                        self?.closeWaiters.removeValue(forKey: waiter)?.resume(returning: false)
                    }
                }
            }
        }

        /// Ends the connection.
        func close() async {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                queue.async {
                    self.finish(.lost(nil, wasSent: true))
                    continuation.resume()
                }
            }
        }

        // MARK: On the queue

        private func send(
            _ steps: [PostgresStep], _ number: UInt64, seconds: Double,
            _ continuation: UnsafeContinuation<PostgresReply, Never>?
        ) {
            guard let handle else {
                continuation?.resume(returning: PostgresReply(.lost(nil, wasSent: false), count: steps.count))
                return
            }
            if let early = cancelledEarly, early == number {
                cancelledEarly = nil
                continuation?.resume(returning: .cancelledBefore)
                return
            }
            nextExchange = number
            exchanges.append(
                PostgresExchange(
                    number: number, steps: steps.count, results: Array(repeating: nil, count: steps.count),
                    deadline: .now() + seconds, continuation: continuation))
            var isSent = true
            for step in steps where isSent { isSent = step.send(on: handle) }
            guard isSent, PQpipelineSync(handle) == 1 else {
                finish(.lost(nil, wasSent: exchanges.count > 1))
                return
            }
            watchDeadline()
            flush()
        }

        private func flush() {
            guard let handle else { return }
            let outcome = PQflush(handle)
            if outcome == 1, !isWriterRunning {
                isWriterRunning = true
                writer?.resume()
            } else if outcome == 0, isWriterRunning {
                isWriterRunning = false
                writer?.suspend()
            } else if outcome < 0 {
                finish(.lost(nil, wasSent: true))
            }
        }

        private func receive() {
            while let handle {
                let isConsumed = PQconsumeInput(handle) == 1
                takeResults(handle)
                // A failure that nobody waits for has ended the connection.
                guard self.handle != nil else { return }
                if let onNotification {
                    while let notification = PQnotifies(handle) {
                        let payload = notification.pointee.extra.map { String(cString: $0) } ?? ""
                        let sender = notification.pointee.be_pid
                        PQfreemem(notification)
                        onNotification(payload, sender)
                    }
                }
                guard isConsumed, PQstatus(handle) == CONNECTION_OK else {
                    let failure = exchanges.first?.failure?.failure
                    finish(.lost(failure ?? PostgresFailure.endOfConnection(handle), wasSent: true))
                    return
                }
                // What the TLS library already took from the socket does not make the socket readable again. And when the
                // other side has closed, a source tells that only once, together with the last bytes.
                guard PostgresSocket.hasMore(handle) else { return }
            }
        }

        private func takeResults(_ handle: OpaquePointer) {
            var empty = 0
            while !exchanges.isEmpty, PQisBusy(handle) == 0 {
                guard let pointer = PQgetResult(handle) else {
                    // A nil ends the results of one step.
                    if exchanges[0].hasResult {
                        exchanges[0].hasResult = false
                        exchanges[0].step += 1
                        empty = 0
                    } else {
                        empty += 1
                        if empty > 2 { return }
                    }
                    continue
                }
                empty = 0
                let result = PostgresResult(pointer)
                let step = exchanges[0].step
                switch result.status {
                case PGRES_PIPELINE_SYNC:
                    let exchange = exchanges.removeFirst()
                    reply(exchange)
                case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                    exchanges[0].hasResult = true
                    if step < exchanges[0].steps { exchanges[0].results[step] = result }
                default:
                    exchanges[0].hasResult = true
                    if exchanges[0].failure == nil, result.status != PGRES_PIPELINE_ABORTED {
                        exchanges[0].failure = (step, PostgresFailure(result))
                    }
                    if PQstatus(handle) != CONNECTION_OK { return }
                }
            }
        }

        private func reply(_ exchange: PostgresExchange) {
            var reply = PostgresReply(results: exchange.results)
            if let failure = exchange.failure { reply.failure = .statement(step: failure.step, failure.failure) }
            guard let continuation = exchange.continuation else {
                // Nobody waits: what went wrong must not stay unseen.
                if exchange.failure != nil { finish(.lost(exchange.failure?.failure, wasSent: true)) }
                return
            }
            if cancelRequests > 0 {
                heldReplies.append((continuation, reply))
            } else {
                continuation.resume(returning: reply)
            }
        }

        private func cancel(_ number: UInt64) {
            guard number > nextExchange || exchanges.contains(where: { $0.number == number }) else { return }
            guard number <= nextExchange else { return cancelledEarly = number }
            guard let cancelHandle else { return }
            cancelRequests += 1
            let request = PostgresCancelRequest(handle: cancelHandle)
            // The library has only a blocking call for it.
            DispatchQueue.global(qos: .userInitiated).async {
                request.send()
                self.queue.async { self.cancelRequestEnded() }
            }
        }

        private func cancelRequestEnded() {
            cancelRequests -= 1
            guard cancelRequests == 0 else { return }
            if handle == nil { releaseCancelHandle() }
            let replies = heldReplies
            heldReplies = []
            for (continuation, reply) in replies { continuation.resume(returning: reply) }
        }

        private func releaseCancelHandle() {
            if let cancelHandle { PQfreeCancel(cancelHandle) }
            cancelHandle = nil
        }

        /// One timer at a time, unless a later exchange is more impatient than an earlier one.
        private func watchDeadline() {
            guard let deadline = exchanges.lazy.map(\.deadline).min() else { return }
            if let watchedDeadline, watchedDeadline <= deadline { return }
            watchedDeadline = deadline
            queue.asyncAfter(deadline: deadline) { [weak self] in
                guard let self, watchedDeadline == deadline else { return }
                watchedDeadline = nil
                if exchanges.contains(where: { $0.deadline <= .now() }) {
                    finish(.lost(.noAnswer, wasSent: true))
                } else {
                    watchDeadline()
                }
            }
        }

        private func finish(_ failure: PostgresReply.Failure) {
            guard let handle else { return }
            self.handle = nil
            dead.store(true, ordering: .releasing)
            reader?.cancel()
            // A source must not be suspended when it goes.
            if !isWriterRunning { writer?.resume() }
            writer?.cancel()
            reader = nil
            writer = nil
            PQfinish(handle)
            if cancelRequests == 0 { releaseCancelHandle() }
            let ended = exchanges
            exchanges = []
            for exchange in ended {
                exchange.continuation?.resume(returning: PostgresReply(failure, count: exchange.steps))
            }
            let waiters = closeWaiters
            closeWaiters = [:]
            for waiter in waiters.values { waiter.resume(returning: true) }
        }
    }
#endif
