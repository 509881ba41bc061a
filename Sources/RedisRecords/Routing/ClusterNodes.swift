#if Redis
    internal import Records
    import Synchronization

    /// The nodes of a cluster, and who serves which slot.
    ///
    /// A slot that is on its way from one node to another is waited for: `ASK` and `TRYAGAIN` are not followed, because a
    /// script at the new node could not tell a key that has not arrived from one that does not exist.
    final class ClusterNodes: Sendable {
        private struct State {
            var slots = SlotMap()
            var nodes: [SlotMap.Node: RedisNode] = [:]
            var refreshing: Task<Bool, Never>?
            var refreshed = -1.0
            var replicas = 0
        }

        private let settings: RedisNode.Settings
        private let seeds: [SlotMap.Node]
        private let state = Mutex(State())

        init(_ settings: RedisNode.Settings, _ seeds: [RedisConfiguration.Address]) {
            self.settings = settings
            self.seeds = seeds.map { SlotMap.Node(host: $0.host, port: $0.port) }
        }

        var masters: [RedisNode] {
            state.withLock { state in state.slots.masters.map { node(at: $0, in: &state) } }
        }

        var replicas: Int { state.withLock { $0.replicas } }

        /// The node that serves a slot.
        /// - Throws: ``StoreError`` `unavailable` when none is known.
        func node(of slot: Int) async throws(StoreError) -> RedisNode {
            func known() -> RedisNode? {
                state.withLock { state in state.slots.node(of: slot).map { node(at: $0, in: &state) } }
            }
            if let node = known() { return node }
            try await refresh()
            guard let node = known() else {
                throw StoreError(.unavailable, "no node of the cluster serves slot \(slot)")
            }
            return node
        }

        /// A node that answers.
        func any() async throws(StoreError) -> RedisNode {
            for node in candidates() {
                if let reply = try? await node.ask(RedisCommand("PING")), reply.text == "PONG" { return node }
            }
            throw StoreError(.unavailable, "no node of the cluster answers")
        }

        /// Notes a redirection; false when that is what was known already, so that asking again at once would not help.
        func note(_ slot: Int, movedTo owner: SlotMap.Node) -> Bool {
            state.withLock { state in
                guard state.slots.node(of: slot) != owner else { return false }
                state.slots.move(slot, to: owner)
                // The whole map is old; it is asked for when something else goes wrong.
                state.refreshed = -1
                return true
            }
        }

        /// Asks for the map of slots, unless that was done in the last 50 ms; callers share one question.
        /// - Throws: ``StoreError`` `unavailable` when no node answers.
        func refresh() async throws(StoreError) {
            let task: Task<Bool, Never>? = state.withLock { state in
                if let task = state.refreshing { return task }
                guard Monotonic.now - state.refreshed > 0.05 else { return nil }
                let task = Task { [self] in await ask() }
                state.refreshing = task
                return task
            }
            if let task, !(await task.value) {
                throw StoreError(.unavailable, "no node of the cluster answers")
            }
        }

        private func ask() async -> Bool {
            var answer: (slots: SlotMap, replicas: Int)?
            for node in candidates() {
                guard let reply = try? await node.ask(RedisCommand("CLUSTER", "SLOTS")),
                    let slots = SlotMap(reply, askedAs: node.node)
                else { continue }
                answer = (slots, SlotMap.replicas(reply))
                if slots.isComplete { break }
            }
            let isAnswered = answer != nil
            let dropped: [RedisNode] = state.withLock { state in
                state.refreshing = nil
                guard let answer else { return [] }
                state.refreshed = Monotonic.now
                state.slots = answer.slots
                state.replicas = answer.replicas
                let kept = Set(answer.slots.masters + seeds)
                let dropped = state.nodes.filter { !kept.contains($0.key) }
                for name in dropped.keys { state.nodes[name] = nil }
                return Array(dropped.values)
            }
            for node in dropped { node.disconnect() }
            return isAnswered
        }

        /// The known masters, then the seeds.
        private func candidates() -> [RedisNode] {
            state.withLock { state in
                var names = state.slots.masters
                for seed in seeds where !names.contains(seed) { names.append(seed) }
                return names.map { node(at: $0, in: &state) }
            }
        }

        private func node(at name: SlotMap.Node, in state: inout State) -> RedisNode {
            if let node = state.nodes[name] { return node }
            let node = RedisNode(settings, at: .host(name.host, name.port))
            state.nodes[name] = node
            return node
        }
    }
#endif
