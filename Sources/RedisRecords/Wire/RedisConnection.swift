#if Redis
    import Glibc
    import Synchronization

    /// Why a command has no reply.
    enum Loss: Error, Sendable, Hashable {
        /// The server has not seen it.
        case notSent
        /// The server may or may not have run it.
        case unanswered
        /// Too many commands are waiting; it was not sent.
        case busy
        /// The store was closed before it was sent.
        case closed
    }

    /// One socket that many callers share: commands are written as they come, and replies come back in the same order.
    ///
    /// Callers write directly; the loop's thread reads, so nobody waits in a thread. It does not reconnect.
    final class RedisConnection: @unchecked Sendable {
        // Everything mutable is behind the lock, except the reader, which only the loop's thread uses.
        typealias Outcome = Result<RESPValue, Loss>

        /// The commands of one call, whose replies are delivered together.
        private final class Group: @unchecked Sendable {
            // Guarded by the connection's lock.
            var outcomes: [Outcome] = []
            let count: Int
            let since: Double
            let continuation: CheckedContinuation<[Outcome], Never>

            init(_ count: Int, _ continuation: CheckedContinuation<[Outcome], Never>) {
                self.count = count
                self.continuation = continuation
                since = Monotonic.now
            }
        }

        private struct State {
            var session: TLSSession?
            var isOpen = true
            var isReleased = false
            /// Bytes for the socket, of which so many are already there.
            var output: [UInt8] = []
            var outputSent = 0
            /// Bytes of commands that were taken, and that may have reached the server.
            var taken: UInt64 = 0
            var mayHaveReached: UInt64 = 0
            /// Commands without a reply, in order, the first `answered` of which have one; and where each ends.
            var waiting: [(group: Group, end: UInt64)] = []
            var answered = 0
        }

        let descriptor: Int32
        private let state: Mutex<State>
        private let reader: RESPReader
        private let maximumPending: Int
        private let timeout: Double
        private let loop: SocketLoop
        /// Takes what nobody asked for: messages of a subscription. Nil where that would be an error.
        private let onMessage: (@Sendable (RESPValue) -> Void)?
        private let onEnd: @Sendable () -> Void

        /// - Parameters:
        ///   - timeout: how long a command may wait for its reply before the connection counts as broken, in seconds.
        init(
            _ socket: DialedSocket, _ loop: SocketLoop, maximumPending: Int, timeout: Double,
            onMessage: (@Sendable (RESPValue) -> Void)? = nil, onEnd: @escaping @Sendable () -> Void = {}
        ) throws(RESPReader.Damage) {
            reader = try RESPReader()
            descriptor = socket.descriptor
            var initial = State()
            initial.session = socket.session
            state = Mutex(initial)
            self.loop = loop
            self.maximumPending = maximumPending
            self.timeout = timeout
            self.onMessage = onMessage
            self.onEnd = onEnd
            if !loop.add(self) {
                end(.closed)
                _ = release()
            }
        }

        var isOpen: Bool { state.withLock { $0.isOpen } }

        var wantsToWrite: Bool { state.withLock { $0.isOpen && $0.outputSent < $0.output.count } }

        /// Sends commands in a row and answers their outcomes in the same order.
        /// - Parameters:
        ///   - isSettingUp: whether they make the connection usable, and so come however few may wait.
        func send(_ commands: [RedisCommand], isSettingUp: Bool = false) async -> [Outcome] {
            await withCheckedContinuation { continuation in
                let group = Group(commands.count, continuation)
                let refusal: Loss? = state.withLock { state in
                    guard state.isOpen else { return .notSent }
                    guard isSettingUp || state.waiting.count - state.answered + commands.count <= maximumPending else {
                        return .busy
                    }
                    for command in commands {
                        add(command, to: &state)
                        state.waiting.append((group, state.taken))
                    }
                    return nil
                }
                if let refusal {
                    continuation.resume(returning: commands.map { _ in .failure(refusal) })
                } else if commands.isEmpty {
                    continuation.resume(returning: [])
                } else {
                    flush()
                }
            }
        }

        /// Sends a command that has no reply of its own; false when the connection has ended.
        func post(_ command: RedisCommand) -> Bool {
            let isOpen = state.withLock { state in
                if state.isOpen { add(command, to: &state) }
                return state.isOpen
            }
            if isOpen { flush() }
            return isOpen
        }

        private func add(_ command: RedisCommand, to state: inout State) {
            guard let session = state.session else {
                let before = state.output.count
                command.write(to: &state.output)
                state.taken += UInt64(state.output.count - before)
                return
            }
            var plain: [UInt8] = []
            command.write(to: &plain)
            state.taken += UInt64(plain.count)
            do throws(TLSSession.Refusal) {
                try session.write(plain[...])
                session.drain(into: &state.output)
            } catch {
                // The connection is beyond use; reading from it will say so.
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
        }

        /// Writes as much as the socket takes.
        func flush() {
            let (wantsMore, isBroken) = state.withLock { state -> (Bool, Bool) in
                guard state.isOpen else { return (false, false) }
                while state.outputSent < state.output.count {
                    let count = state.output.withUnsafeBytes { raw in
                        Glibc.send(
                            descriptor, raw.baseAddress.map { $0 + state.outputSent }, raw.count - state.outputSent,
                            Int32(MSG_NOSIGNAL))
                    }
                    if count < 0 {
                        if errno == EINTR { continue }
                        if errno == EAGAIN { return (true, false) }
                        return (false, true)
                    }
                    state.outputSent += count
                    // Encrypted bytes do not say which command they belong to, so all of them may have reached it.
                    state.mayHaveReached = state.session == nil ? state.mayHaveReached + UInt64(count) : state.taken
                }
                state.output.removeAll(keepingCapacity: state.output.capacity < 1 << 20)
                state.outputSent = 0
                return (false, false)
            }
            if isBroken { end(nil) } else if wantsMore { loop.wake() }
        }

        /// Reads what has come; only the loop's thread may call it.
        func receive(_ buffer: UnsafeMutableRawBufferPointer) {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else { return end(nil) }
            let received = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            do {
                if !(try decrypt(received)) { try reader.feed(received) }
                var replies: [RESPValue] = []
                while let reply = try reader.next() { replies.append(reply) }
                if !replies.isEmpty { deliver(replies) }
            } catch {
                end(nil)
            }
        }

        /// Feeds the reader through TLS; false where there is none.
        private func decrypt(_ received: UnsafeRawBufferPointer) throws -> Bool {
            let plain: [UInt8]? = try state.withLock { state in
                guard let session = state.session else { return nil }
                session.take(received)
                var plain: [UInt8] = []
                try withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { chunk in
                    while true {
                        let count = try session.read(into: chunk)
                        if count == 0 { break }
                        plain.append(contentsOf: chunk[..<count])
                    }
                }
                session.drain(into: &state.output)
                return plain
            }
            guard let plain else { return false }
            if wantsToWrite { flush() }
            try plain.withUnsafeBytes { try reader.feed($0) }
            return true
        }

        private func deliver(_ replies: [RESPValue]) {
            var finished: [(CheckedContinuation<[Outcome], Never>, [Outcome])] = []
            var messages: [RESPValue] = []
            state.withLock { state in
                for reply in replies {
                    guard state.answered < state.waiting.count else {
                        messages.append(reply)
                        continue
                    }
                    let group = state.waiting[state.answered].group
                    state.answered += 1
                    group.outcomes.append(.success(reply))
                    if group.outcomes.count == group.count { finished.append((group.continuation, group.outcomes)) }
                }
                if state.answered == state.waiting.count {
                    state.waiting.removeAll(keepingCapacity: true)
                    state.answered = 0
                } else if state.answered > 1_000 {
                    state.waiting.removeFirst(state.answered)
                    state.answered = 0
                }
            }
            for (continuation, outcomes) in finished { continuation.resume(returning: outcomes) }
            guard !messages.isEmpty else { return }
            guard let onMessage else { return end(nil) }
            for message in messages { onMessage(message) }
        }

        /// Ends the connection when its oldest command has waited too long.
        func checkTime(_ now: Double) {
            let isLate = state.withLock { state in
                state.isOpen && state.answered < state.waiting.count
                    && now - state.waiting[state.answered].group.since > timeout
            }
            if isLate { end(nil) }
        }

        /// Ends the connection: what waits for a reply is lost, for this reason where the server has not seen it.
        func end(_ reason: Loss?) {
            var finished: [(CheckedContinuation<[Outcome], Never>, [Outcome])] = []
            let wasOpen = state.withLock { state in
                guard state.isOpen else { return false }
                state.isOpen = false
                for (group, end) in state.waiting[state.answered...] {
                    let isUnseen = end > state.mayHaveReached
                    group.outcomes.append(.failure(isUnseen ? reason ?? .notSent : .unanswered))
                    if group.outcomes.count == group.count { finished.append((group.continuation, group.outcomes)) }
                }
                state.waiting = []
                state.answered = 0
                return true
            }
            guard wasOpen else { return }
            for (continuation, outcomes) in finished { continuation.resume(returning: outcomes) }
            loop.wake()
            onEnd()
        }

        /// Closes the socket of an ended connection, once; only the loop may call it, so that no descriptor is reused
        /// while it waits on it. Always true.
        func release() -> Bool {
            let isFirst = state.withLock { state in
                defer { state.isReleased = true }
                return !state.isReleased
            }
            if isFirst { close(descriptor) }
            return true
        }
    }
#endif
