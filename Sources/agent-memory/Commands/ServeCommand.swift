import AgentMemory
import Dispatch
import Foundation
import HTTPServer
import MemoryHTTP
import StateHTTP

/// Runs the HTTP server.
enum ServeCommand: Command {
    static let specification = CommandSpecification(
        name: "serve", arguments: "", count: 0...0, summary: "Serve memories as JSON over HTTP.",
        options: [
            Option(name: "host", value: "H", help: "the address to listen on (127.0.0.1)"),
            Option(name: "port", value: "P", help: "the port (7077); 0 takes any free one"),
        ])

    static func run(_ context: CommandContext) async throws {
        let host = context.arguments.value("host") ?? "127.0.0.1"
        guard LoopbackGuard.isLoopback(host) else {
            throw UsageError(message: "--host \(host): without access keys the server only listens on this machine")
        }
        let port = try context.arguments.integer("port", 0...65_535, default: 7_077)
        let memory = try await context.memory()
        let routes = MemoryRoutes(memory.memories, version: AgentMemoryProgram.version)
        let state = try await StateRoutes(over: memory, context.environment)
        let configuration = HTTPServer.Configuration(host: host, port: port, maximumBodyBytes: 64 << 20)
        let server = HTTPServer(configuration: configuration) { request in
            if LoopbackGuard.refuses(request) {
                return HTTPResponse(
                    status: 403, headers: [("Content-Type", "application/problem+json")],
                    body: Array(
                        "{\"code\":\"forbidden\",\"detail\":\"Host and Origin must be this machine\",\"status\":403}\n"
                            .utf8))
            }
            if let answer = await state.respond(to: request) { return answer }
            return await routes.respond(to: request)
        }
        // Signals are taken before the port opens, so that none is lost.
        let signals = StopSignals()
        let bound: Int
        do {
            bound = try server.start()
        } catch {
            throw MemoryError(.unavailable, "\(error)")
        }
        announce(context, memory, host, bound)
        let sweeper = Task { await sweep(memory) }
        await signals.first()
        sweeper.cancel()
        await server.stop(drainSeconds: 10)
    }

    private static func announce(_ context: CommandContext, _ memory: AgentMemory, _ host: String, _ port: Int) {
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        let space = memory.memories.configuration.embedder?.identifier ?? "none (search by words)"
        if context.isJSON {
            Terminal.print(["url": .string(url), "store": .string(memory.location), "embedder": .string(space)])
            return
        }
        Terminal.print(
            """
            agent-memory \(AgentMemoryProgram.version) is ready
              store     \(memory.location)  (\(memory.memories.records.capabilities.durability))
              API       \(url)/v1/memories
              embedder  \(space)

            Connect an agent:
              curl -X POST \(url)/v1/memories -d '{"app":"default","user":"alice","memory":"Prefers concise answers"}'
              curl -X POST \(url)/v1/memories/search -d '{"app":"default","user":"alice","query":"how should I phrase this?"}'

            Stop with Control-C.
            """)
    }

    /// Deletes what has expired, once a minute.
    private static func sweep(_ memory: AgentMemory) async {
        while !Task.isCancelled {
            do {
                try await memory.memories.sweepExpired()
            } catch {
                Terminal.note("agent-memory: expired memories could not be swept: \(error)")
            }
            do { try await Task.sleep(for: .seconds(60)) } catch { return }
        }
    }
}

/// SIGINT and SIGTERM as something to wait for.
final class StopSignals: Sendable {
    private let stream: AsyncStream<Void>
    // Only kept alive; never touched again.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        self.stream = stream
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
    }

    func first() async {
        for await _ in stream { return }
    }
}
