import Access
import Foundation
import HTTPServer
import Mem0HTTP
import Memories
import MemoryHTTP
import MemoryMCP

/// How a server is set up, from the command line.
struct ServeSettings {
    var server: HTTPServer.Configuration
    var origins: OriginPolicy
    var limiter: RateLimiter?
    var log: RequestLog.Level
    /// The tools that MCP clients are shown.
    var tools: ToolProfile
    /// Whom webhooks may call.
    var webhooks: WebhookHosts
    /// Whether nobody comes in without a key: always, but on this machine.
    var needsKeys: Bool

    init(_ arguments: ParsedArguments) throws {
        let host = arguments.value("host") ?? "127.0.0.1"
        let isLoopback = LoopbackGuard.isLoopback(host)
        needsKeys = !isLoopback || arguments.isSet("require-keys") || arguments.isSet("jwt-issuer")
        let threads = try arguments.integer("threads", 1...64, default: 1)
        server = HTTPServer.Configuration(
            host: host, port: try arguments.integer("port", 0...65_535, default: 7_077),
            maximumBodyBytes: try arguments.integer("max-body-mb", 1...1_024, default: 64) << 20, threads: threads,
            maximumConnections: try arguments.integer("max-connections", threads...65_536, default: 1_024),
            requestTimeoutSeconds: try arguments.integer("timeout", 1...3_600, default: 60),
            tls: try Self.tls(arguments))
        origins = OriginPolicy(
            isLoopback: isLoopback, hosts: arguments.all("allow-host"), origins: arguments.all("allow-origin"))
        if arguments.isSet("rate") {
            let rate = Double(try arguments.integer("rate", 1...1_000_000, default: 1))
            limiter = RateLimiter(perSecond: rate, burst: max(10, rate * 2))
        }
        webhooks = WebhookHosts(
            arguments.all("allow-webhooks").flatMap { $0.split(separator: ",").map(String.init) })
        tools = try arguments.choice("tools", ToolProfile.self) ?? .memories
        log = try arguments.choice("log", RequestLog.Level.self) ?? .errors
    }

    /// Who lets in by tokens; nil when the command line names nobody.
    func tokens(_ context: CommandContext) throws -> TokenVerifier? {
        let arguments = context.arguments
        let audiences = arguments.all("jwt-audience")
        switch (arguments.value("jwt-issuer"), arguments.value("jwt-key")) {
        case (nil, nil) where audiences.isEmpty: return nil
        case (let issuer?, let path?) where !audiences.isEmpty:
            return TokenVerifier(
                issuer: issuer, audiences: audiences, keys: try TokenKeys(try Self.read(path, "jwt-key")),
                userClaim: arguments.value("jwt-user-claim") ?? "sub",
                appClaim: arguments.value("jwt-app-claim") ?? "app", defaultApp: context.scope.app)
        default: throw UsageError(message: "--jwt-issuer, --jwt-audience and --jwt-key go together")
        }
    }

    private static func tls(_ arguments: ParsedArguments) throws -> HTTPServer.Configuration.TLS? {
        switch (arguments.value("tls-key"), arguments.value("tls-certificate")) {
        case (nil, nil): return nil
        case (let key?, let certificate?):
            return HTTPServer.Configuration.TLS(
                privateKey: try read(key, "tls-key"), certificateChain: try read(certificate, "tls-certificate"))
        default: throw UsageError(message: "--tls-key and --tls-certificate go together")
        }
    }

    private static func read(_ path: String, _ option: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw UsageError(message: "--\(option): \(path) cannot be read")
        }
    }
}
