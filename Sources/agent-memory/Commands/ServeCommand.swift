import Access
import AgentMemory
import Dispatch
import FilesHTTP
import Foundation
import HTTPServer
import Leases
import Mem0HTTP
import MemoryAPI
import MemoryFiles
import MemoryHTTP
import MemoryMCP
import Projects
import StateHTTP
import Telemetry

/// Runs the HTTP server.
enum ServeCommand: Command {
    static let specification = CommandSpecification(
        name: "serve", arguments: "", count: 0...0, summary: "Serve memories over HTTP.",
        options: [
            Option(
                name: "host", value: "H", help: "the address to listen on (127.0.0.1); any other machine needs keys"),
            Option(name: "port", value: "P", help: "the port (7077); 0 takes any free one"),
            Option(name: "require-keys", value: nil, help: "let nobody in without a key; see agent-memory keys create"),
            Option(name: "tls-certificate", value: "FILE", help: "speak TLS with this certificate chain (PEM)"),
            Option(name: "tls-key", value: "FILE", help: "the certificate's private key (PEM)"),
            Option(name: "allow-host", value: "NAME", help: "a further name of this server", repeats: true),
            Option(name: "allow-origin", value: "URL", help: "an origin whose pages may ask", repeats: true),
            Option(
                name: "allow-webhooks", value: "HOST[,HOST…]", help: "hosts that webhooks may call (none)",
                repeats: true),
            Option(name: "rate", value: "N", help: "requests a second for each key or address (unlimited)"),
            Option(name: "max-body-mb", value: "N", help: "the longest body, in MiB (64)"),
            Option(name: "timeout", value: "SECONDS", help: "how long a request may take (60)"),
            Option(name: "threads", value: "N", help: "threads that read and write sockets (1)"),
            Option(name: "max-connections", value: "N", help: "connections open at a time (1024)"),
            Option(name: "jwt-issuer", value: "URL", help: "let in who shows a token of this authorization server"),
            Option(name: "jwt-audience", value: "A", help: "a name of this server in tokens", repeats: true),
            Option(name: "jwt-key", value: "FILE", help: "the issuer's public keys: PEM or a JSON Web Key Set"),
            Option(name: "jwt-user-claim", value: "NAME", help: "the claim that names the user (sub)"),
            Option(name: "jwt-app-claim", value: "NAME", help: "the claim that names the app (app; --app without it)"),
            Option(name: "public-url", value: "URL", help: "what clients call this server, for tokens' metadata"),
            MCPCommand.tools,
            Option(name: "log", value: "L", help: "requests to log as JSON: all, errors or none (errors)"),
        ] + AuditSettings.options)

    static func run(_ context: CommandContext) async throws {
        let settings = try ServeSettings(context.arguments)
        let memory = try await context.memory()
        let services = try await context.services()
        let store = services.memories
        let tracer = try tracer(context.environment)
        let tokens = try settings.tokens(context)
        let keys = try await keys(settings, store, mayBeNone: tokens != nil)
        let resource = tokens.map {
            ProtectedResource(
                issuer: $0.issuer, url: context.arguments.value("public-url"), isTLS: settings.server.tls != nil)
        }
        let metrics = ServerMetrics(version: AgentMemoryProgram.version)
        let audit = try await AuditSettings.log(context)
        let idempotency = try await IdempotencyKeys(store.records)
        let projects = try await ProjectStore(store.records)
        let defaults =
            keys == nil ? ScopeDefaults(app: context.scope.app, user: context.scope.user) : ScopeDefaults()
        // Of whom does not matter here: each request is about its own owner.
        let files = try await memory.files(for: context.scope)
        let mcp = MCPServer(
            services, profile: settings.tools, files: files, defaults: defaults,
            version: AgentMemoryProgram.version, hasConnection: false, audit: audit)
        // One line for each set of routes; the first that knows a request answers it.
        var groups: [any RouteGroup] = [
            WatchRoutes(store),
            FollowRoutes(try await memory.transcripts()),
            Mem0Routes(store, projects, defaultApp: context.scope.app, webhooks: settings.webhooks),
            MemoryRoutes(services, idempotency: idempotency),
            StateRouteGroup(try await StateRoutes(over: memory, context.environment)),
            MemoryStoreRoutes(files, defaults: defaults),
            ClaudeToolRoutes(files, defaults: defaults),
            BlockRoutes(try await memory.blocks(for: context.scope), defaults: defaults),
            MCPEndpoint(mcp),
        ]
        let status = ServerRoutes(
            store, version: AgentMemoryProgram.version, metrics: metrics,
            document: OpenAPIDocument(
                version: AgentMemoryProgram.version, needsKeys: keys != nil || tokens != nil,
                dialects: groups.flatMap(\.dialects), dimensions: store.configuration.embedder?.dimensions))
        groups.insert(status, at: 0)
        if let resource { groups.insert(resource, at: 0) }
        let service = MemoryService(
            groups, origins: settings.origins, keys: keys, limiter: settings.limiter, metrics: metrics,
            log: RequestLog(settings.log), audit: audit, tokens: tokens, resource: resource,
            tracer: tracer)
        let server = HTTPServer(configuration: settings.server) { request in await service.respond(to: request) }
        // Signals are taken before the port opens, so that none is lost.
        let signals = StopSignals()
        let bound: Int
        do {
            bound = try server.start()
        } catch {
            throw MemoryError(.unavailable, "\(error)")
        }
        announce(context, memory, settings, bound, needsKeys: keys != nil)
        let sweeper = try await sweeper(memory, services, idempotency, projects, files)
        let sweeping = Task { await sweep(sweeper) }
        let notifier =
            settings.webhooks.isEmpty
            ? nil : Task { await notify(WebhookDelivery(projects, hosts: settings.webhooks)) }
        await signals.first()
        status.drain()
        notifier?.cancel()
        sweeping.cancel()
        await sweeping.value
        await sweeper.stop()
        await server.stop(drainSeconds: 10)
        await flush(tracer)
    }

    /// Where spans go, as OpenTelemetry's variables say; nil where they name no collector.
    private static func tracer(_ environment: [String: String]) throws -> Tracer? {
        do throws(TelemetryConfiguration.Failure) {
            guard let configuration = try TelemetryConfiguration(environment, version: AgentMemoryProgram.version)
            else {
                return nil
            }
            let client = OTLPClient(configuration)
            return Tracer(configuration) { await client.post($0) }
        } catch {
            throw UsageError(message: error.message)
        }
    }

    /// Sends the last spans; a collector that does not answer holds nobody up.
    private static func flush(_ tracer: Tracer?) async {
        guard let tracer else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tracer.close() }
            group.addTask { try? await Task.sleep(for: .seconds(3)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// The keys that are asked for; nil where everybody on this machine may come in.
    private static func keys(
        _ settings: ServeSettings, _ store: MemoryStore, mayBeNone: Bool
    ) async throws -> AccessKeys? {
        guard settings.needsKeys else { return nil }
        let keys = try await AccessKeys(store.records)
        if mayBeNone { return keys }
        guard try await keys.hasActiveKey() else {
            throw UsageError(
                message: "--host \(settings.server.host): without access keys the server only listens on this machine; "
                    + "make one first: agent-memory keys create --name … --permission read …")
        }
        return keys
    }

    private static func announce(
        _ context: CommandContext, _ memory: AgentMemory, _ settings: ServeSettings, _ port: Int, needsKeys: Bool
    ) {
        let host = settings.server.host
        let scheme = settings.server.tls == nil ? "http" : "https"
        let url = "\(scheme)://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(port)"
        let space = memory.memories.configuration.embedder?.identifier ?? "none (search by words)"
        if context.isJSON {
            Terminal.print(["url": .string(url), "store": .string(memory.location), "embedder": .string(space)])
            return
        }
        let key = needsKeys ? " -H 'Authorization: Bearer am_…'" : ""
        Terminal.print(
            """
            agent-memory \(AgentMemoryProgram.version) is ready
              store     \(memory.location)  (\(memory.memories.records.capabilities.durability))
              API       \(url)/v1/memories   (\(url)/docs, \(url)/openapi.json)
              MCP       \(url)/mcp
              embedder  \(space)

            Connect an agent:
              curl -X POST \(url)/v1/memories\(key) \\
                  -d '{"app":"default","user":"alice","memory":"Prefers concise answers"}'
              curl -X POST \(url)/v1/memories/search\(key) \\
                  -d '{"app":"default","user":"alice","query":"how should I phrase this?"}'

            Stop with Control-C.
            """)
    }

    /// Tells webhooks of what happened, once a second.
    private static func notify(_ delivery: WebhookDelivery) async {
        while !Task.isCancelled {
            do {
                while try await delivery.deliver() > 0, !Task.isCancelled {}
            } catch {
                Terminal.note("agent-memory: webhooks could not be told: \(error)")
            }
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    /// What is due once a minute, in one server at a time of all that serve the store.
    private static func sweeper(
        _ memory: AgentMemory, _ services: Services, _ idempotency: IdempotencyKeys, _ projects: ProjectStore,
        _ files: FileStore
    ) async throws -> Sweeper {
        var jobs = try await memory.sweepJobs(shortTerm: services.shortTerm)
        jobs.append(AgentMemory.SweepJob("idempotency_keys") { try await idempotency.sweep() })
        jobs.append(AgentMemory.SweepJob("projects") { try await projects.sweep() })
        jobs.append(AgentMemory.SweepJob("folders") { try await files.sweepFolders() })
        // Three rounds: a server that is slow for a moment does not lose the lease, one that died is soon replaced.
        let lease = try await Lease(
            "sweep", holder: UUID().uuidString, lifetime: 180_000_000, in: services.memories.records,
            clock: { Timestamp.now().microseconds })
        return Sweeper(jobs, under: lease)
    }

    private static func sweep(_ sweeper: Sweeper) async {
        while !Task.isCancelled {
            for failure in await sweeper.sweep().failures where !Task.isCancelled {
                Terminal.note("agent-memory: \(failure.job) could not be swept: \(failure.error)")
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
