import Glibc
import HTTPServer
import Testing

/// Answers with what it was asked, in lines.
let echo: HTTPServer.Handler = { request in
    let query = request.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let text = "\(request.method) \(request.path) [\(query)] \(request.body.count) \(request.header("X-Key") ?? "-")"
    return HTTPResponse(
        headers: [("Content-Type", "text/plain"), ("X-Peer", request.remoteAddress)], body: Array(text.utf8))
}

/// Runs a test against a server, then stops it.
func withServer(
    _ configuration: HTTPServer.Configuration = .init(), handler: @escaping HTTPServer.Handler = echo,
    _ body: (Int) async throws -> Void
) async throws {
    let server = HTTPServer(configuration: configuration, handler: handler)
    let port = try server.start()
    do {
        try await body(port)
    } catch {
        await server.stop(drainSeconds: 0)
        throw error
    }
    await server.stop(drainSeconds: 0)
}

@Suite(.timeLimit(.minutes(1))) struct ServingTests {
    @Test func passesTheRequestOn() async throws {
        try await withServer { port in
            let answer = try await exchange(
                "POST /a%20b?c=d+e HTTP/1.1\r\nHost: x\r\nx-key: 7\r\nContent-Length: 3\r\n\r\nabc", port: port)
            #expect(answer.status == 200)
            #expect(answer.text == "POST /a b [c=d e] 3 7")
            #expect(answer.headers["x-peer"] == "127.0.0.1")
            #expect(answer.headers["content-type"] == "text/plain")
            #expect(answer.headers["date"] != nil)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrderOnOneConnection() async throws {
        try await withServer { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send(
                    (0..<100).map { index in
                        switch index % 4 {
                        case 0: "GET /\(index) HTTP/1.1\r\nHost: x\r\n\r\n"
                        case 1: "POST /\(index) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
                        case 2:
                            "POST /\(index) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
                        default: "HEAD /\(index) HTTP/1.1\r\nHost: x\r\n\r\n"
                        }
                    }.joined())
                for index in 0..<100 {
                    let answer = try client.answer(hasBody: index % 4 != 3)
                    let expected = ["GET /\(index) [] 0 -", "POST /\(index) [] 2 -", "POST /\(index) [] 3 -", ""]
                    #expect(answer.text == expected[index % 4])
                }
            }
        }
    }

    @Test func headIsAGetWithoutABody() async throws {
        try await withServer { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.answer(hasBody: false).headers["content-length"] == "\("GET /a [] 0 -".utf8.count)")
                try client.send("GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try client.answer().text == "GET /b [] 0 -")
                #expect(try client.isAtEnd())
            }
        }
    }

    @Test func expectationOfContinueIsMet() async throws {
        try await withServer { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                #expect(try client.answer().status == 100)
                try client.send("abcde")
                #expect(try client.answer().text == "POST / [] 5 -")
            }
        }
    }

    @Test func chunkedUploadArrivesWhole() async throws {
        let handler: HTTPServer.Handler = { HTTPResponse(body: $0.body) }
        try await withServer(handler: handler) { port in
            try await onThread {
                let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                for start in stride(from: 0, to: body.count, by: 99_991) {
                    let chunk = body[start..<min(start + 99_991, body.count)]
                    var framed = Array("\(String(chunk.count, radix: 16))\r\n".utf8)
                    framed += chunk
                    framed += Array("\r\n".utf8)
                    try client.send(framed)
                }
                try client.send("0\r\nX-Trailer: 1\r\n\r\n")
                #expect(try client.answer().body == body)
            }
        }
    }

    @Test(arguments: [1, 3]) func manyRequestsOnManyConnections(threads: Int) async throws {
        try await withServer(.init(threads: threads)) { port in
            try await onThread {
                let clients = try (0..<64).map { _ in try RawClient(port: port) }
                for round in 0..<157 {
                    for (index, client) in clients.enumerated() {
                        try client.send("GET /\(round)/\(index) HTTP/1.1\r\nHost: x\r\n\r\n")
                    }
                    for (index, client) in clients.enumerated() {
                        #expect(try client.answer().text == "GET /\(round)/\(index) [] 0 -")
                    }
                }
            }
        }
    }

    @Test func slowHandlersRunTogether() async throws {
        let gate = Gate()
        let handler: HTTPServer.Handler = { request in
            if request.path == "/slow" { await gate.pass() }
            return HTTPResponse(body: Array(request.path.utf8))
        }
        try await withServer(handler: handler) { port in
            async let slow = onThread {
                let clients = try (0..<200).map { _ in try RawClient(port: port) }
                for client in clients { try client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") }
                return try clients.map { try $0.answer().text }
            }
            try await gate.waitForArrivals(200)
            let text = try await exchange("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n", port: port).text
            #expect(text == "/fast")
            gate.open()
            #expect(try await slow == Array(repeating: "/slow", count: 200))
        }
    }

    @Test func connectionsAboveTheLimitWait() async throws {
        try await withServer(.init(maximumConnections: 2)) { port in
            try await onThread {
                let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                var clients = try (0..<3).map { _ in try RawClient(port: port) }
                for client in clients { try client.send(request) }
                #expect(try clients[0].answer().status == 200)
                #expect(try clients[1].answer().status == 200)
                var waiting = pollfd(fd: clients[2].socket, events: Int16(POLLIN), revents: 0)
                #expect(poll(&waiting, 1, 50) == 0)
                clients.removeFirst()
                #expect(try clients[1].answer().status == 200)
            }
        }
    }

    @Test func idleConnectionIsClosed() async throws {
        try await withServer(.init(idleTimeoutSeconds: 1)) { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /inc")
                #expect(try client.answer().status == 200)
                #expect(try client.isAtEnd())
            }
        }
    }
}
