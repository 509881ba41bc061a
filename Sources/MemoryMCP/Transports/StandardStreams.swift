import Access
import Foundation
import Records
import Synchronization

/// The protocol on standard input and output: a message a line, and nothing else.
package final class StandardStreams: Sendable {
    private struct State {
        var running: [JSONValue: Task<Void, Never>] = [:]
        var subscriptions: [String: Task<Void, Never>] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
        var last = 0
    }

    private let server: MCPServer
    private let state = Mutex(State())
    private let output = Mutex(())

    package init(_ server: MCPServer) { self.server = server }

    /// Serves until the input ends; then what still runs has a second to finish.
    package func run() async {
        for await line in Self.lines() { receive(line) }
        let tasks = state.withLock { state in
            for task in state.subscriptions.values { task.cancel() }
            return Array(state.tasks.values)
        }
        let patience = Task {
            try await Task.sleep(for: .seconds(1))
            for task in tasks { task.cancel() }
        }
        for task in tasks { await task.value }
        patience.cancel()
    }

    /// Cancels what runs, because the process is asked to end.
    package func stop() {
        let tasks = state.withLock { Array($0.tasks.values) + Array($0.subscriptions.values) }
        for task in tasks { task.cancel() }
    }

    private func receive(_ line: [UInt8]) {
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) else { return }
        guard let text = String(validating: line, as: UTF8.self), let json = try? JSONValue(parsing: text) else {
            return send(RPCFailure(.parse, "the line is not JSON").message(to: nil))
        }
        if case .array(let batch) = json, !batch.isEmpty { return start { await self.answer(batch: batch) } }
        do throws(RPCFailure) {
            switch try IncomingMessage(json) {
            case .response: return
            case .notification(let method, let params): notice(method, params)
            case .request(let request): start(request.id) { await self.answer(request) }
            }
        } catch {
            send(error.message(to: nil))
        }
    }

    /// Runs something beside the reading of lines.
    private func start(_ id: JSONValue? = nil, _ body: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.last += 1
            let number = state.last
            let task = Task {
                await body()
                _ = self.state.withLock { $0.tasks.removeValue(forKey: number) }
            }
            state.tasks[number] = task
            if let id { state.running[id] = task }
        }
    }

    private func notice(_ method: String, _ params: [String: JSONValue]) {
        guard method == "notifications/cancelled", let id = params["requestId"] else { return }
        state.withLock { $0.running[id] }?.cancel()
    }

    private func answer(_ request: RPCRequest) async {
        let message = await message(for: request)
        state.withLock { _ = $0.running.removeValue(forKey: request.id) }
        // Who cancelled does not want to hear.
        if !Task.isCancelled || request.method == "subscriptions/listen" { send(message) }
    }

    private func answer(batch: [JSONValue]) async {
        var answers: [JSONValue] = []
        for json in batch.prefix(100) {
            do throws(RPCFailure) {
                switch try IncomingMessage(json) {
                case .request(let request): answers.append(await message(for: request))
                case .notification(let method, let params): notice(method, params)
                case .response: continue
                }
            } catch {
                answers.append(error.message(to: nil))
            }
        }
        if !answers.isEmpty { send(.array(answers)) }
    }

    private func message(for request: RPCRequest) async -> JSONValue {
        let exchange: MCPServer.Exchange
        do throws(RPCFailure) {
            exchange = MCPServer.Exchange(era: try Self.era(request), caller: .local) { [self] in send($0) }
            switch (request.method, exchange.era) {
            case ("resources/subscribe", .handshake):
                try subscribe(to: try request.text("uri"))
                return OutgoingMessage.result([:], to: request.id)
            case ("resources/unsubscribe", .handshake):
                let uri = try request.text("uri")
                state.withLock { $0.subscriptions.removeValue(forKey: uri) }?.cancel()
                return OutgoingMessage.result([:], to: request.id)
            default: break
            }
        } catch {
            return error.message(to: request.id)
        }
        return await server.answer(request, exchange).message
    }

    /// A request that carries its revision is stateless, whatever came before.
    private static func era(_ request: RPCRequest) throws(RPCFailure) -> Era {
        guard request.meta?[MetaKey.version] != nil || request.method == "server/discover" else { return .handshake }
        let version = try HeaderCheck.version(of: request)
        guard version == ProtocolVersion.stateless else { throw HeaderCheck.unsupported(version) }
        return .stateless
    }

    private func subscribe(to uri: String) throws(RPCFailure) {
        var watch = ResourceWatch(defaults: ScopeDefaults())
        guard watch.add(uri, for: .local) else { throw RPCFailure(.resourceNotFound, "there is no such resource") }
        let store = server.store
        let followed = watch
        let task = Task { [self] in
            await followed.run(on: store) { [self] _ in
                send(OutgoingMessage.notification("notifications/resources/updated", ["uri": .string(uri)]))
            }
        }
        state.withLock { $0.subscriptions.updateValue(task, forKey: uri) }?.cancel()
    }

    // MARK: Lines

    private func send(_ message: JSONValue) {
        let line = Data(message.canonicalBytes + [0x0a])
        // A client that no longer reads is about to close our input too.
        output.withLock { _ in try? FileHandle.standardOutput.write(contentsOf: line) }
    }

    /// The lines of standard input, read on a thread of their own.
    private static func lines() -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        Thread {
            var rest: [UInt8] = []
            while case let data = FileHandle.standardInput.availableData, !data.isEmpty {
                var start = data.startIndex
                while let end = data[start...].firstIndex(of: 0x0a) {
                    continuation.yield(rest + data[start..<end])
                    rest = []
                    start = data.index(after: end)
                }
                rest += data[start...]
            }
            if !rest.isEmpty { continuation.yield(rest) }
            continuation.finish()
        }.start()
        return stream
    }
}
