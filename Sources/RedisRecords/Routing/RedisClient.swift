#if Redis
    internal import Records
    import Synchronization

    /// Sends commands to whichever server they belong to, and again where that is safe.
    final class RedisClient: Sendable {
        /// A command for the server of a slot.
        struct Request: Sendable {
            var command: RedisCommand
            var slot: Int
            /// Whether it must not run twice.
            var isCommit: Bool
            /// The script it calls.
            var script: Script
        }

        private enum Topology {
            case one(RedisNode)
            case cluster(ClusterNodes)
        }

        private let topology: Topology
        let settings: RedisNode.Settings
        private let isClosed = Mutex(false)

        init(_ configuration: RedisConfiguration) throws(StoreError) {
            let tls: TLSContext?
            if let options = configuration.tls { tls = try TLSContext(options) } else { tls = nil }
            settings = RedisNode.Settings(configuration: configuration, tls: tls, loop: SocketLoop())
            switch configuration.servers {
            case .single(let host, let port): topology = .one(RedisNode(settings, at: .host(host, port)))
            case .socket(let path): topology = .one(RedisNode(settings, at: .path(path)))
            case .sentinel(let master, let sentinels):
                let settings = settings
                topology = .one(
                    RedisNode(settings, mustBeMaster: true) {
                        await Sentinels.master(master, sentinels, settings)
                    })
            case .cluster(let seeds): topology = .cluster(ClusterNodes(settings, seeds))
            }
        }

        deinit { settings.loop.stop() }

        /// Whether a commit must look out for moving slots.
        var isCluster: Bool { if case .cluster = topology { true } else { false } }

        /// Ends every connection; later calls are `closed`.
        func close() {
            isClosed.withLock { $0 = true }
            settings.loop.stop()
        }

        /// - Throws: ``StoreError`` `closed`.
        func requireOpen() throws(StoreError) {
            if isClosed.withLock({ $0 }) { throw StoreError(.closed, "the store is closed") }
        }

        /// Every server that takes writes.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        func masters() async throws(StoreError) -> [RedisNode] {
            try requireOpen()
            switch topology {
            case .one(let node): return [node]
            case .cluster(let nodes):
                try await nodes.refresh()
                return nodes.masters
            }
        }

        /// How many replicas follow the masters, as far as a cluster says.
        var clusterReplicas: Int { if case .cluster(let nodes) = topology { nodes.replicas } else { 0 } }

        /// Any server that answers: for subscriptions, which a cluster passes on to all nodes.
        func anyNode() async throws(StoreError) -> RedisNode {
            try requireOpen()
            switch topology {
            case .one(let node): return node
            case .cluster(let nodes): return try await nodes.any()
            }
        }

        /// Sends requests, those of one server in a row, and answers in the order asked.
        func send(_ requests: [Request]) async -> [Result<RESPValue, StoreError>] {
            if requests.count == 1 { return [await send(requests[0])] }
            do throws(StoreError) { try requireOpen() } catch { return requests.map { _ in .failure(error) } }
            let deadline = Monotonic.now + settings.configuration.busyTimeout
            var first = [Attempt](repeating: .failed(.notSent), count: requests.count)
            var groups: [(node: RedisNode, places: [Int])] = []
            for (place, request) in requests.enumerated() {
                guard let node = try? await node(request.slot) else { continue }
                if let group = groups.firstIndex(where: { $0.node === node }) {
                    groups[group].places.append(place)
                } else {
                    groups.append((node, [place]))
                }
            }
            let attempts = await withTaskGroup(of: [(Int, Attempt)].self) { tasks in
                for (node, places) in groups {
                    tasks.addTask {
                        Array(zip(places, await Self.attempt(places.map { requests[$0].command }, at: node)))
                    }
                }
                return await tasks.reduce(into: []) { $0 += $1 }
            }
            for (place, attempt) in attempts { first[place] = attempt }
            // What did not succeed is tried again one by one, so that a partition's batches keep their order.
            var results: [Result<RESPValue, StoreError>] = []
            for (request, attempt) in zip(requests, first) {
                do throws(StoreError) {
                    results.append(.success(try await finish(request, attempt, deadline)))
                } catch {
                    results.append(.failure(error))
                }
            }
            return results
        }

        private func send(_ request: Request) async -> Result<RESPValue, StoreError> {
            let deadline = Monotonic.now + settings.configuration.busyTimeout
            do throws(StoreError) {
                try requireOpen()
                let attempt = await attempt(request)
                return .success(try await finish(request, attempt, deadline))
            } catch {
                return .failure(error)
            }
        }

        /// How often a command is sent again without a pause.
        private static let mostHurried = 5

        /// What became of sending a command once.
        private enum Attempt: Sendable {
            case reply(RESPValue)
            case fault(ServerFault, String, RedisNode)
            case lost(Loss)
            /// There was no connection.
            case unreachable(StoreError)

            static func failed(_ loss: Loss) -> Attempt { .lost(loss) }
        }

        private static func attempt(_ commands: [RedisCommand], at node: RedisNode) async -> [Attempt] {
            do throws(StoreError) {
                return try await node.send(commands).map { outcome in
                    switch outcome {
                    case .success(.error(let text)): .fault(ServerFault(text, askedAs: node.node), text, node)
                    case .success(let reply): .reply(reply)
                    case .failure(let loss): .lost(loss)
                    }
                }
            } catch {
                return commands.map { _ in .unreachable(error) }
            }
        }

        private func attempt(_ request: Request) async -> Attempt {
            do throws(StoreError) {
                let node = try await node(request.slot)
                return await Self.attempt([request.command], at: node).first ?? .lost(.notSent)
            } catch {
                return .unreachable(error)
            }
        }

        /// The reply, after as many further attempts as are safe and the time allows.
        private func finish(
            _ request: Request, _ first: Attempt, _ deadline: Double
        ) async throws(StoreError) -> RESPValue {
            var attempt = first
            var pause = 0.005
            var broken = 0
            var hurried = 0
            while true {
                let failure: StoreError
                var mustWait = true
                switch attempt {
                case .reply(let reply): return reply
                case .fault(let fault, let text, let node):
                    failure = fault.storeError(text)
                    guard fault.isPassing else { throw failure }
                    mustWait = await recover(from: fault, request, node)
                case .lost(.unanswered):
                    failure = Loss.unanswered.storeError(isCommit: request.isCommit)
                    broken += 1
                    if request.isCommit || broken > 2 { throw failure }
                    await noteTrouble()
                case .lost(.notSent):
                    failure = Loss.notSent.storeError(isCommit: request.isCommit)
                    await noteTrouble()
                case .lost(let loss): throw loss.storeError(isCommit: request.isCommit)
                case .unreachable(let error):
                    failure = error
                    guard error.code == .unavailable else { throw error }
                    await noteTrouble()
                }
                try requireOpen()
                // Two nodes may each name the other for a while: what helps at once does so the first few times.
                hurried += mustWait ? 0 : 1
                if mustWait || hurried > Self.mostHurried {
                    guard Monotonic.now + pause < deadline else { throw failure }
                    do { try await Task.sleep(for: .seconds(pause)) } catch { throw failure }
                    pause = min(pause * 2, 0.25)
                }
                try requireOpen()
                attempt = await self.attempt(request)
            }
        }

        /// Does what a fault asks for; whether time must pass before the next attempt.
        private func recover(from fault: ServerFault, _ request: Request, _ node: RedisNode) async -> Bool {
            switch fault {
            case .unknownScript:
                guard let reply = try? await node.ask(RedisCommand("SCRIPT", "LOAD", request.script.text)) else {
                    return true
                }
                return reply.text == nil
            case .redirected(.moved(let slot, let owner)):
                guard case .cluster(let nodes) = topology else { return true }
                return !nodes.note(slot, movedTo: owner)
            case .readOnly:
                node.disconnect()
                await noteTrouble()
                return true
            case .redirected(.migrating), .passing, .full, .refused, .other:
                await noteTrouble()
                return true
            }
        }

        private func noteTrouble() async {
            if case .cluster(let nodes) = topology { try? await nodes.refresh() }
        }

        private func node(_ slot: Int) async throws(StoreError) -> RedisNode {
            switch topology {
            case .one(let node): return node
            case .cluster(let nodes): return try await nodes.node(of: slot)
            }
        }
    }
#endif
