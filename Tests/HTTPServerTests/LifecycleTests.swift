import HTTPServer
import Testing

private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    @Test func drainFinishesRequestsInFlightAndRefusesNewConnections() async throws {
        let gate = Gate()
        let server = HTTPServer { _ in
            await gate.pass()
            return HTTPResponse(body: Array("done".utf8))
        }
        let port = try server.start()
        async let answer = exchange(get, port: port)
        try await gate.waitForArrivals(1)
        async let stopped: Void = server.stop(drainSeconds: 30)
        try await onThread {  // Ends when the port refuses.
            while (try? RawClient(port: port)) != nil {}
        }
        gate.open()
        #expect(try await answer.status == 200)
        #expect(try await answer.text == "done")
        #expect(try await answer.headers["connection"]?.lowercased() == "close")
        await stopped
        #expect(gate.arrivals == 1)
    }

    @Test func drainLimitCancelsHandlersAndAnswers503() async throws {
        let started = Gate()
        let cancelled = Gate()
        let server = HTTPServer { _ in
            started.arrive()
            await waitForCancellation()
            cancelled.arrive()
            return HTTPResponse()
        }
        let port = try server.start()
        async let answers = onThread {
            let clients = try (0..<20).map { _ in try RawClient(port: port) }
            for client in clients { try client.send(get) }
            return try clients.map { try $0.answer().status }
        }
        try await started.waitForArrivals(20)
        await server.stop(drainSeconds: 0.05)
        #expect(try await answers == Array(repeating: 503, count: 20))
        try await cancelled.waitForArrivals(20)
    }

    @Test func stopEndsWithAHandlerThatIgnoresCancellation() async throws {
        let gate = Gate()
        let server = HTTPServer { _ in
            await gate.pass()
            return HTTPResponse()
        }
        let port = try server.start()
        async let answer = exchange(get, port: port)
        try await gate.waitForArrivals(1)
        await server.stop(drainSeconds: 0)
        #expect(try await answer.status == 503)
        gate.open()
    }

    @Test func stopClosesIdleAndHalfSentConnections() async throws {
        let server = HTTPServer(handler: echo)
        let port = try server.start()
        let clients = try (0..<2).map { _ in try RawClient(port: port) }
        try clients[0].send(get)
        #expect(try clients[0].answer().status == 200)
        try clients[1].send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        await server.stop(drainSeconds: 0.05)
        #expect(try clients[0].isAtEnd())
        #expect(try clients[1].isAtEnd())
    }

    @Test func stopIsIdempotentAndEveryCallWaits() async throws {
        let server = HTTPServer(handler: echo)
        let port = try server.start()
        let status = try await exchange(get, port: port).status
        #expect(status == 200)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await server.stop()
                    #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
                }
            }
        }
        await server.stop()
        let again = HTTPServer(configuration: .init(port: port), handler: echo)
        #expect(try again.start() == port)
        await again.stop()
    }

    @Test func serversStartAndStopUnderLoad() async throws {
        for _ in 0..<20 {
            let server = HTTPServer(configuration: .init(threads: 2), handler: echo)
            let port = try server.start()
            async let load: Void = onThread {
                while let client = try? RawClient(port: port) {
                    try? client.send(get + get + get)
                    _ = try? client.answer()
                }
            }
            let status = try await exchange(get, port: port).status
            #expect(status == 200)
            await server.stop(drainSeconds: 0.01)
            try await load
        }
    }

    @Test func abandonedServerFreesItsPort() async throws {
        var server: HTTPServer? = HTTPServer(handler: echo)
        let port = try #require(try server?.start())
        let status = try await exchange(get, port: port).status
        #expect(status == 200)
        server = nil
        try await onThread {
            while (try? RawClient(port: port)) != nil {}
        }
    }

    @Test func disconnectCancelsTheHandler() async throws {
        let started = Gate()
        let cancelled = Gate()
        try await withServer(handler: { _ in
            started.arrive()
            await waitForCancellation()
            cancelled.arrive()
            return HTTPResponse()
        }) { port in
            var clients = try (0..<50).map { _ in try RawClient(port: port) }
            for client in clients { try client.send(get) }
            try await started.waitForArrivals(50)
            #expect(cancelled.arrivals == 0)
            clients.removeLast(49)
            try await cancelled.waitForArrivals(49)
            #expect(cancelled.arrivals == 49)
            clients.removeAll()
            try await cancelled.waitForArrivals(50)
        }
    }

    @Test func clientThatClosesItsSendingSideIsAnswered() async throws {
        let handler: HTTPServer.Handler = { _ in
            await waitForCancellation()
            return HTTPResponse(body: Array("late".utf8))
        }
        try await withServer(handler: handler) { port in
            try await onThread {
                let client = try RawClient(port: port)
                try client.send(get)
                client.closeSendingSide()
                #expect(try client.answer().text == "late")
                #expect(try client.isAtEnd())
            }
        }
    }

    @Test func portInUseNamesHostAndPort() async throws {
        try await withServer { port in
            let error = #expect(throws: HTTPServerError.self) {
                try HTTPServer(configuration: .init(port: port), handler: echo).start()
            }
            #expect(error?.code == .addressInUse)
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test func serverStartsOnce() async throws {
        let server = HTTPServer(handler: echo)
        try server.start()
        #expect(throws: HTTPServerError.self) { try server.start() }
        await server.stop()
        let error = #expect(throws: HTTPServerError.self) { try server.start() }
        #expect(error?.code == .alreadyStarted)
    }

    @Test(arguments: ["localhost", "0.0.0.0", "::1", "[::1]", "::"])
    func listensOnHost(host: String) async throws {
        let server = HTTPServer(configuration: .init(host: host), handler: echo)
        #expect(try server.start() > 0)
        await server.stop()
    }

    @Test(arguments: [
        ("", HTTPServerError.Code.invalidHost), ("no such host", .invalidHost), ("192.0.2.1", .invalidHost),
    ])
    func unusableHostIsRefused(host: String, code: HTTPServerError.Code) {
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(configuration: .init(host: host), handler: echo).start()
        }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        (HTTPServer.Configuration(port: -1), "port"), (.init(port: 65536), "port"),
        (.init(maximumBodyBytes: -1), "maximumBodyBytes"), (.init(idleTimeoutSeconds: 0), "idleTimeoutSeconds"),
        (.init(threads: 0), "threads"), (.init(threads: 4, maximumConnections: 3), "maximumConnections"),
    ])
    func configurationOutsideItsRangeIsRefused(configuration: HTTPServer.Configuration, name: String) {
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(configuration: configuration, handler: echo).start()
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.hasPrefix(name) == true)
    }
}
