#if Redis
    internal import Records
    import Synchronization

    /// One server: a connection that is opened when it is needed, and again when it broke.
    final class RedisNode: Sendable {
        private enum State {
            case idle
            case connecting(Task<Result<RedisConnection, StoreError>, Never>)
            case open(RedisConnection)
        }

        /// What every connection of a store needs.
        struct Settings: Sendable {
            var configuration: RedisConfiguration
            var tls: TLSContext?
            var loop: SocketLoop
        }

        private let settings: Settings
        private let locate: @Sendable () async -> Result<Endpoint, StoreError>
        private let mustBeMaster: Bool
        private let state = Mutex(State.idle)
        private let name = Mutex(SlotMap.Node(host: "", port: 0))

        /// - Parameters:
        ///   - locate: where the server is now; asked before each connection.
        ///   - mustBeMaster: whether a server that says it is a replica is refused.
        init(
            _ settings: Settings, mustBeMaster: Bool = false,
            locate: @escaping @Sendable () async -> Result<Endpoint, StoreError>
        ) {
            self.settings = settings
            self.mustBeMaster = mustBeMaster
            self.locate = locate
        }

        convenience init(_ settings: Settings, at endpoint: Endpoint) {
            self.init(settings) { .success(endpoint) }
        }

        /// The host and port of the newest connection.
        var node: SlotMap.Node { name.withLock { $0 } }

        /// Sends commands on the connection, which is opened when there is none.
        /// - Throws: ``StoreError`` `unavailable`, `invalid` when the server refuses the user: nothing was sent.
        func send(_ commands: [RedisCommand]) async throws(StoreError) -> [RedisConnection.Outcome] {
            try await connection().send(commands)
        }

        /// Sends one command and answers its reply, whatever it is.
        /// - Throws: ``StoreError`` `unavailable`.
        func ask(_ command: RedisCommand) async throws(StoreError) -> RESPValue {
            guard let outcome = try await send([command]).first else {
                throw StoreError(.unavailable, "the server gave no answer")
            }
            switch outcome {
            case .success(let reply): return reply
            case .failure(let loss): throw loss.storeError(isCommit: false)
            }
        }

        /// Opens a connection beside the shared one, for messages.
        func openAnother(
            onMessage: @escaping @Sendable (RESPValue) -> Void, onEnd: @escaping @Sendable () -> Void
        ) async throws(StoreError) -> RedisConnection {
            try await Self.open(try await locate().get(), settings, onMessage: onMessage, onEnd: onEnd)
        }

        /// Ends the connection, so that the next call opens another.
        func disconnect() {
            let connection: RedisConnection? = state.withLock { state in
                guard case .open(let connection) = state else { return nil }
                state = .idle
                return connection
            }
            connection?.end(nil)
        }

        func connection() async throws(StoreError) -> RedisConnection {
            enum Step {
                case use(RedisConnection)
                case wait(Task<Result<RedisConnection, StoreError>, Never>)
            }
            let step: Step = state.withLock { state in
                switch state {
                case .open(let connection) where connection.isOpen: return .use(connection)
                case .connecting(let task): return .wait(task)
                case .idle, .open:
                    let task = Task { [self] in
                        let result = await open()
                        self.state.withLock { state in
                            if case .success(let connection) = result {
                                state = .open(connection)
                            } else {
                                state = .idle
                            }
                        }
                        return result
                    }
                    state = .connecting(task)
                    return .wait(task)
                }
            }
            switch step {
            case .use(let connection): return connection
            case .wait(let task): return try await task.value.get()
            }
        }

        private func open() async -> Result<RedisConnection, StoreError> {
            do throws(StoreError) {
                let endpoint = try await locate().get()
                if case .host(let host, let port) = endpoint {
                    name.withLock { $0 = SlotMap.Node(host: host, port: port) }
                }
                let connection = try await Self.open(endpoint, settings)
                try await setUp(connection)
                return .success(connection)
            } catch {
                return .failure(error)
            }
        }

        /// Loads the scripts and looks at the server's role.
        private func setUp(_ connection: RedisConnection) async throws(StoreError) {
            var commands = Script.all.map { RedisCommand("SCRIPT", "LOAD", $0.text) }
            if mustBeMaster { commands.append(RedisCommand("ROLE")) }
            let outcomes = await connection.send(commands, isSettingUp: true)
            do throws(StoreError) {
                for outcome in outcomes { _ = try outcome.reply(node) }
                guard mustBeMaster, let role = try outcomes.last?.reply(node).elements?.first?.text else { return }
                guard role == "master" else {
                    throw StoreError(.unavailable, "the sentinels' master is not a master yet")
                }
            } catch {
                connection.end(nil)
                throw error
            }
        }

        /// A connection on which the user is known and the database chosen.
        static func open(
            _ endpoint: Endpoint, _ settings: Settings, user: String?? = nil, password: String?? = nil,
            onMessage: (@Sendable (RESPValue) -> Void)? = nil, onEnd: @escaping @Sendable () -> Void = {}
        ) async throws(StoreError) -> RedisConnection {
            let configuration = settings.configuration
            let socket = try await Dialer.dial(endpoint, settings.tls, seconds: configuration.connectTimeout)
            let connection: RedisConnection
            do throws(RESPReader.Damage) {
                connection = try RedisConnection(
                    socket, settings.loop, maximumPending: configuration.maximumPending,
                    timeout: configuration.commandTimeout, onMessage: onMessage, onEnd: onEnd)
            } catch {
                throw StoreError(.unavailable, "there is no memory for a connection")
            }
            var commands: [RedisCommand] = []
            if let password = password ?? configuration.password {
                var command = RedisCommand("AUTH")
                if let user = user ?? configuration.user { command.append(user) }
                command.append(password)
                commands.append(command)
            }
            if configuration.database != 0, password == nil {
                commands.append(RedisCommand("SELECT", String(configuration.database)))
            }
            // Short, because a server that wants a password ends the connection of a stranger who sends a long script.
            commands.append(RedisCommand("PING"))
            let asked = SlotMap.Node(host: "", port: 0)
            for outcome in await connection.send(commands, isSettingUp: true) {
                do throws(StoreError) {
                    _ = try outcome.reply(asked)
                } catch {
                    connection.end(nil)
                    throw error
                }
            }
            return connection
        }
    }

    extension RedisConnection.Outcome {
        /// The reply, unless it is an error.
        /// - Throws: ``StoreError``, as ``ServerFault`` says.
        func reply(_ node: SlotMap.Node) throws(StoreError) -> RESPValue {
            switch self {
            case .success(.error(let text)): throw ServerFault(text, askedAs: node).storeError(text)
            case .success(let reply): return reply
            case .failure(let loss): throw loss.storeError(isCommit: false)
            }
        }
    }

    extension Loss {
        /// The error for callers.
        func storeError(isCommit: Bool) -> StoreError {
            switch self {
            case .notSent: StoreError(.unavailable, "the connection to the server broke")
            case .unanswered:
                isCommit
                    ? StoreError(.outcomeUnknown, "the connection broke while the server was committing")
                    : StoreError(.unavailable, "the connection to the server broke")
            case .busy: StoreError(.unavailable, "too many commands wait for the server; see max-pending")
            case .closed: StoreError(.closed, "the store is closed")
            }
        }
    }
#endif
