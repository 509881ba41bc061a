import HTTPServer
import Testing

@Suite(.timeLimit(.minutes(1))) struct RefusalTests {
    @Test func bodyAboveTheLimitIsRefusedAfterItIsSent() async throws {
        try await withServer(.init(maximumBodyBytes: 1000)) { port in
            try await onThread {
                for head in ["Content-Length: 9000000", "Transfer-Encoding: chunked"] {
                    let client = try RawClient(port: port)
                    try client.send("POST / HTTP/1.1\r\nHost: x\r\n\(head)\r\n\r\n")
                    let body = [UInt8](repeating: 65, count: 9_000_000)
                    if head.hasPrefix("T") {
                        try client.send(Array("895440\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8))
                    } else {
                        try client.send(body)
                    }
                    let answer = try client.answer()
                    #expect(answer.status == 413)
                    #expect(answer.headers["content-type"] == "application/problem+json")
                    #expect(answer.text.contains(#""status":413"#) && answer.text.contains("1000 bytes"))
                    try client.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try client.answer().text == "GET /next [] 0 -")
                }
            }
        }
    }

    @Test func bodyAtTheLimitIsServed() async throws {
        try await withServer(.init(maximumBodyBytes: 1000)) { port in
            let body = String(repeating: "a", count: 1000)
            let fits = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n\(body)"
            let text = try await exchange(fits, port: port).text
            #expect(text == "POST / [] 1000 -")
            let tooLong = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n\(body)a\r\n0\r\n\r\n"
            let status = try await exchange(tooLong, port: port).status
            #expect(status == 413)
        }
    }

    @Test func announcedBodyAboveTheLimitIsRefusedBeforeItIsSent() async throws {
        try await withServer(.init(maximumBodyBytes: 1000)) { port in
            for header in ["Content-Length: 1001\r\nExpect: 100-continue", "Content-Length: 99999999999"] {
                let status = try await exchange("POST / HTTP/1.1\r\nHost: x\r\n\(header)\r\n\r\n", port: port).status
                #expect(status == 413)
            }
        }
    }

    @Test func endlessBodyIsCutOff() async throws {
        try await withServer(.init(maximumBodyBytes: 1000)) { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 65, count: 1 << 20) + Array("\r\n".utf8)
                #expect(throws: RawClient.Failure.self) {
                    for _ in 0..<200 { try client.send(chunk) }
                }
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET relative HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a\u{0}b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a?b=c\u{0}d HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /?q=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "GET /\r\n\r\n",
    ])
    func malformedRequestIsRefused(request: String) async throws {
        let calls = Gate()
        let handler: HTTPServer.Handler = { _ in
            calls.arrive()
            return HTTPResponse()
        }
        try await withServer(handler: handler) { port in
            let status = try await exchange(request, port: port).status
            #expect(status == 400)
            #expect(calls.arrivals == 0)
        }
    }

    @Test func unknownTransferCodingIsRefused() async throws {
        try await withServer { port in
            let request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
            let status = try await exchange(request, port: port).status
            #expect(status == 501)
        }
    }

    @Test func targetsAndHeadersThatAreTooLongAreRefused() async throws {
        try await withServer { port in
            let long = String(repeating: "a", count: 300_000)
            let targetStatus = try await exchange("GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", port: port).status
            #expect(targetStatus == 414)
            let status = try await exchange("GET / HTTP/1.1\r\nHost: x\r\nA: \(long)\r\n\r\n", port: port).status
            #expect(status == 431)
        }
    }

    @Test func serverSurvivesBytesThatAreNotHTTP() async throws {
        try await withServer { port in
            for bytes in ["GARBAGE\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                try await onThread {
                    let client = try RawClient(port: port)
                    try client.send(bytes)
                    client.closeSendingSide()
                    if let answer = try? client.answer() { #expect(answer.status >= 400) }
                }
            }
            let status = try await exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", port: port).status
            #expect(status == 200)
        }
    }

    @Test(arguments: [
        [("X-Name", "a\r\nSet-Cookie: stolen=1")], [("X-Name", "a\nSet-Cookie: stolen=1")],
        [("X\r\nSet-Cookie: stolen", "1")], [("Content-Length", "0")],
    ])
    func handlerCannotInjectHeaders(headers: [(String, String)]) async throws {
        try await withServer(handler: { _ in HTTPResponse(headers: headers, body: [65]) }) { port in
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            #expect(answer.status == 500)
            #expect(answer.headers["set-cookie"] == nil)
            #expect(answer.text.contains("valid response"))
        }
    }
}
