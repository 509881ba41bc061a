#if Redis
    internal import Records
    import Synchronization

    /// The listeners of this process, and the one connection that hears of other processes' commits.
    ///
    /// The connection is opened for the first listener and closed after the last. Every subscription that the server
    /// confirms is a hint as well, so that nothing is missed while there was no connection.
    final class Subscriptions: Sendable {
        private struct Watched {
            var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
            /// The channel; nil before the store is prepared.
            var channel: @Sendable () -> String?
        }

        private struct State {
            var partitions: [Partition: Watched] = [:]
            var nextIdentifier: UInt64 = 0
            var isFinished = false
            var isRunning = false
            var connection: RedisConnection?
            var channels: [String: Partition] = [:]
        }

        private let state = Mutex(State())
        private let client: RedisClient

        init(_ client: RedisClient) { self.client = client }

        /// A stream that yields at once, then at least once after each hint; it ends when the store closes.
        func stream(for partition: Partition, channel: @escaping @Sendable () -> String?) -> AsyncStream<Void> {
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            var isFirst = false
            var mustRun = false
            let identifier: UInt64? = state.withLock { state in
                guard !state.isFinished else { return nil }
                state.nextIdentifier += 1
                if state.partitions[partition] == nil {
                    state.partitions[partition] = Watched(channel: channel)
                    isFirst = true
                }
                state.partitions[partition]?.listeners[state.nextIdentifier] = continuation
                mustRun = !state.isRunning
                state.isRunning = true
                return state.nextIdentifier
            }
            guard let identifier else {
                continuation.finish()
                return stream
            }
            continuation.onTermination = { [weak self] _ in self?.remove(identifier, from: partition) }
            continuation.yield()
            if mustRun {
                Task { await self.run() }
            } else if isFirst {
                subscribe(partition)
            }
            return stream
        }

        /// Tells the partition's listeners.
        func notify(_ partition: Partition) {
            let continuations = state.withLock { Array(($0.partitions[partition]?.listeners ?? [:]).values) }
            for continuation in continuations { continuation.yield() }
        }

        /// Ends every stream.
        func finish() {
            let (continuations, connection) = state.withLock { state in
                state.isFinished = true
                defer {
                    state.partitions = [:]
                    state.connection = nil
                }
                return (state.partitions.values.flatMap(\.listeners.values), state.connection)
            }
            for continuation in continuations { continuation.finish() }
            connection?.end(.closed)
        }

        private func remove(_ identifier: UInt64, from partition: Partition) {
            let (connection, channel, isLast) = state.withLock { state -> (RedisConnection?, String?, Bool) in
                state.partitions[partition]?.listeners[identifier] = nil
                guard state.partitions[partition]?.listeners.isEmpty == true else { return (nil, nil, false) }
                let channel = state.partitions[partition]?.channel()
                state.partitions[partition] = nil
                if let channel { state.channels[channel] = nil }
                return (state.connection, channel, state.partitions.isEmpty)
            }
            if isLast {
                connection?.end(nil)
            } else if let channel {
                _ = connection?.post(RedisCommand("UNSUBSCRIBE", channel))
            }
        }

        private func subscribe(_ partition: Partition) {
            let (connection, channel) = state.withLock { state -> (RedisConnection?, String?) in
                guard let connection = state.connection, let channel = state.partitions[partition]?.channel() else {
                    return (nil, nil)
                }
                state.channels[channel] = partition
                return (connection, channel)
            }
            if let channel { _ = connection?.post(RedisCommand("SUBSCRIBE", channel)) }
        }

        /// Keeps a connection while somebody listens.
        private func run() async {
            var pause = 0.02
            while true {
                let partitions: [Partition]? = state.withLock { state in
                    guard !state.isFinished, !state.partitions.isEmpty else {
                        state.isRunning = false
                        return nil
                    }
                    return Array(state.partitions.keys)
                }
                guard partitions != nil else { return }
                let (ended, signal) = AsyncStream.makeStream(of: Void.self)
                if let connection = await connect({ signal.finish() }) {
                    let isKept = state.withLock { state in
                        if state.isFinished || state.partitions.isEmpty { return false }
                        state.connection = connection
                        return true
                    }
                    if isKept {
                        let all = state.withLock { Array($0.partitions.keys) }
                        for partition in all { subscribe(partition) }
                        pause = 0.02
                        for await _ in ended {}
                    } else {
                        connection.end(nil)
                    }
                    state.withLock { $0.connection = nil }
                }
                do { try await Task.sleep(for: .seconds(pause)) } catch { continue }
                pause = min(pause * 2, 1)
            }
        }

        /// A connection for messages; nil while there is no server, or the store is not prepared.
        private func connect(_ onEnd: @escaping @Sendable () -> Void) async -> RedisConnection? {
            let isPrepared = state.withLock { state in state.partitions.values.contains { $0.channel() != nil } }
            guard isPrepared, let node = try? await client.anyNode() else { return nil }
            return try? await node.openAnother(
                onMessage: { [weak self] in self?.receive($0) }, onEnd: onEnd)
        }

        private func receive(_ message: RESPValue) {
            guard let parts = message.elements, parts.count == 3, let kind = parts[0].text, let channel = parts[1].text,
                kind == "message" || kind == "subscribe"
            else { return }
            if let partition = state.withLock({ $0.channels[channel] }) { notify(partition) }
        }
    }
#endif
