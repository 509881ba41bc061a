internal import CMicroHTTPD
internal import Glibc

// What the library's threads call. None of it waits: it takes bytes, suspends a connection, or queues an answer.

/// The request line is read: makes the exchange, which the connection keeps until `endExchange`.
func beginExchange(
    listener: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let listener, let target else { return nil }
    let exchange = Exchange(
        target: String(validatingCString: target), targetLength: strlen(target),
        listener: Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue())
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// The answer is sent or the connection is gone.
func endExchange(
    listener: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let exchange = context?.pointee else { return }
    context?.pointee = nil
    Unmanaged<Exchange>.fromOpaque(exchange).takeRetainedValue().finish()
}

/// Called with the head, then with each part of the body, then once the request is complete or its connection resumed.
func handleRequest(
    listener: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let listener, let connection, let url, let method, let version, let size, let pointer = context?.pointee
    else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let answer: HTTPResponse?
    if exchange.isFirstCall() {
        // The target and the version follow each other in one buffer, one space apart, so a target that ends before
        // the space contains NUL.
        let space = UnsafeRawPointer(version) - UnsafeRawPointer(url) - 1
        let head = RequestHead(
            connection, target: exchange.target, hasNUL: space != exchange.targetLength,
            method: String(cString: method), isHTTP11: strcmp(version, "HTTP/1.1") == 0)
        answer = exchange.begin(head)
    } else if size.pointee > 0 {
        let goesOn = exchange.receive(UnsafeRawBufferPointer(start: data, count: size.pointee))
        size.pointee = 0
        return goesOn ? .YES : .NO
    } else {
        answer = exchange.proceed(connection)
    }
    guard let answer else { return .YES }
    let closes = Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().closesConnections
    return queue(answer, of: exchange, on: connection, closes: closes)
}

/// Sends what a streamed body has.
private func readStream(
    pump: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, limit: Int
) -> Int {
    guard let pump, let buffer else { return microhttpd_end_with_error() }
    return Unmanaged<BodyPump>.fromOpaque(pump).takeUnretainedValue().read(into: buffer, atMost: limit)
}

private func releaseStream(_ pump: UnsafeMutableRawPointer?) {
    guard let pump else { return }
    Unmanaged<BodyPump>.fromOpaque(pump).release()
}

private func makeResponse(
    _ answer: HTTPResponse, of exchange: Exchange, on connection: OpaquePointer
) -> OpaquePointer? {
    if let stream = answer.stream {
        let pump = BodyPump(stream, connection: connection)
        exchange.stream(pump, on: connection)
        return microhttpd_streamed(Unmanaged.passRetained(pump).toOpaque(), readStream, releaseStream)
    }
    return answer.body.withUnsafeBytes { body in
        // The library copies the bytes; it only lacks the const.
        MHD_create_response_from_buffer(
            body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
    }
}

private func queue(
    _ answer: HTTPResponse, of exchange: Exchange, on connection: OpaquePointer, closes: Bool
) -> MHD_Result {
    let response = makeResponse(answer, of: exchange, on: connection)
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    for (name, value) in answer.headers + (closes ? [("Connection", "close")] : []) where !value.isEmpty {
        guard MHD_add_response_header(response, name, value) == .YES else { return .NO }
    }
    return MHD_queue_response(connection, UInt32(answer.status), response)
}
