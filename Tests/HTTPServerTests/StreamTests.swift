import Foundation
import HTTPServer
import Testing

@Suite("Streamed and compressed bodies") struct StreamTests {
    private static func server(
        _ configuration: HTTPServer.Configuration = HTTPServer.Configuration(), _ handler: @escaping HTTPServer.Handler
    ) throws -> (HTTPServer, Int) {
        let server = HTTPServer(configuration: configuration, handler: handler)
        return (server, try server.start())
    }

    @Test(.timeLimit(.minutes(1))) func aBodyIsSentWhileItIsMade() async throws {
        let gate = Gate()
        let (server, port) = try Self.server { _ in
            HTTPResponse(
                stream: HTTPBodyStream { writer in
                    await writer.write("first")
                    await gate.pass()
                    await writer.write("second")
                })
        }
        nonisolated(unsafe) let client = try RawClient(port: port)
        try await onThread { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        // The gate is shut: what arrives so far was not waited for.
        let early = try await onThread { try client.bytes(until: "first\r\n") }
        #expect(early.contains("Transfer-Encoding: chunked"))
        gate.open()
        let late = try await onThread { try client.bytes(until: "0\r\n\r\n") }
        #expect(late.contains("second"))
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func aSlowReaderHoldsTheWriterBack() async throws {
        let (server, port) = try Self.server { _ in
            HTTPResponse(
                stream: HTTPBodyStream { writer in
                    for _ in 0..<50 { await writer.write([UInt8](repeating: 0x61, count: 100_000)) }
                })
        }
        nonisolated(unsafe) let client = try RawClient(port: port)
        let count = try await onThread {
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return try client.bytes(until: "\r\n0\r\n\r\n").utf8.filter { $0 == 0x61 }.count
        }
        #expect(count >= 5_000_000)
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatLeavesEndsTheStream() async throws {
        let gate = Gate()
        let (server, port) = try Self.server { _ in
            HTTPResponse(
                stream: HTTPBodyStream { writer in
                    await writer.write("x")
                    await waitForCancellation()
                    gate.arrive()
                })
        }
        try await onThread {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.bytes(until: "x\r\n")
        }
        try await gate.waitForArrivals(1)
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func stoppingEndsStreamsAtOnce() async throws {
        let (server, port) = try Self.server { _ in
            HTTPResponse(
                stream: HTTPBodyStream { writer in
                    await writer.write("x")
                    await waitForCancellation()
                })
        }
        nonisolated(unsafe) let client = try RawClient(port: port)
        try await onThread {
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.bytes(until: "x\r\n")
        }
        await server.stop(drainSeconds: 3_600)
        #expect(try await onThread { try client.bytes(until: "0\r\n\r\n") }.hasSuffix("0\r\n\r\n"))
    }

    @Test(.timeLimit(.minutes(1))) func whatTakesTooLongIsCancelled() async throws {
        let (server, port) = try Self.server(HTTPServer.Configuration(requestTimeoutSeconds: 1)) { _ in
            await waitForCancellation()
            return HTTPResponse()
        }
        let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
        #expect(answer.status == 504)
        #expect(answer.text.contains("\"code\":\"timeout\""))
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func longTextsAreCompressedForThoseWhoTakeIt() async throws {
        let text = String(repeating: "memory ", count: 1_000)
        let (server, port) = try Self.server { request in
            HTTPResponse(
                headers: [("Content-Type", request.path == "/image" ? "image/png" : "application/json")]
                    + (request.path == "/tag" ? [("ETag", "\"1\"")] : []), body: Array(text.utf8))
        }
        func get(_ path: String, _ accept: String) async throws -> RawClient.Answer {
            try await exchange("GET \(path) HTTP/1.1\r\nHost: a\r\nAccept-Encoding: \(accept)\r\n\r\n", port: port)
        }
        for accept in ["gzip", "deflate, gzip;q=0.5", "GZIP"] {
            let answer = try await get("/", accept)
            #expect(answer.headers["content-encoding"] == "gzip")
            #expect(answer.headers["vary"] == "Accept-Encoding")
            #expect(answer.body.count < 200)
            #expect(try Self.unzipped(answer.body) == text)
        }
        for (path, accept) in [("/", "identity"), ("/", "gzip;q=0"), ("/image", "gzip"), ("/tag", "gzip")] {
            let answer = try await get(path, accept)
            #expect(answer.headers["content-encoding"] == nil)
            #expect(answer.text == text)
        }
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func tlsIsSpoken() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (folder.appendingPathComponent("key").path, folder.appendingPathComponent("cert").path)
        _ = try Self.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
                "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ])
        let tls = HTTPServer.Configuration.TLS(
            privateKey: try String(contentsOfFile: key, encoding: .utf8),
            certificateChain: try String(contentsOfFile: certificate, encoding: .utf8))
        let (server, port) = try Self.server(HTTPServer.Configuration(tls: tls)) { _ in
            HTTPResponse(body: Array("hello".utf8))
        }
        let output = try await onThread {
            try Self.run(
                "curl",
                [
                    "-sS", "--noproxy", "*", "--cacert", certificate, "https://localhost:\(port)/",
                    "https://localhost:\(port)/",
                ])
        }
        #expect(output == "hellohello")
        await server.stop()
        let error = #expect(throws: HTTPServerError.self) {
            try Self.server(
                HTTPServer.Configuration(tls: .init(privateKey: "x", certificateChain: "y"))
            ) { _ in HTTPResponse() }
        }
        #expect(error?.code == .invalidConfiguration)
    }

    private static func unzipped(_ bytes: [UInt8]) throws -> String {
        try run("gzip", ["-dc"], input: Data(bytes))
    }

    private static func run(_ name: String, _ arguments: [String], input: Data? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let (output, source) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = source
        try process.run()
        if let input { try source.fileHandleForWriting.write(contentsOf: input) }
        try source.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }
}
