import Dispatch
import Foundation
import Glibc

/// A blocking client that sends exactly the bytes it is told to, and parses answers just enough to separate them.
/// Reads give up after 20 s, so that a broken server fails a test instead of hanging it.
final class RawClient {
    struct Answer {
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var text: String { String(decoding: body, as: UTF8.self) }
    }
    enum Failure: Error { case refused(Int32), ended, malformed }

    let socket: Int32
    private var buffer: [UInt8] = []

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.refused(errno) }
    }

    deinit { Glibc.close(socket) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.ended }
            rest = rest.dropFirst(count)
        }
    }

    func closeSendingSide() { shutdown(socket, Int32(SHUT_WR)) }

    /// The next answer; `hasBody` is false for answers to HEAD.
    func answer(hasBody: Bool = true) throws -> Answer {
        var end: Int?
        while true {
            end = buffer.indices.dropLast(3).first { Array(buffer[$0..<($0 + 4)]) == Array("\r\n\r\n".utf8) }
            if end != nil { break }
            guard try fill() else { throw Failure.ended }
        }
        guard let end else { throw Failure.malformed }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        buffer.removeFirst(end + 4)
        var answer = Answer()
        answer.status = Int(lines[0].split(separator: " ")[1]) ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        guard hasBody, answer.status >= 200 else { return answer }
        guard let length = answer.headers["content-length"].flatMap({ Int($0) }) else { throw Failure.malformed }
        while buffer.count < length {
            guard try fill() else { throw Failure.ended }
        }
        answer.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return answer
    }

    /// Everything up to an end, which is taken too.
    func bytes(until end: String) throws -> String {
        var text: [UInt8] = []
        while true {
            // The end may lie across two pieces.
            let start = max(0, text.count - end.utf8.count)
            text += buffer
            buffer = []
            if let place = text[start...].firstRange(of: Array(end.utf8)) {
                buffer = Array(text[place.upperBound...])
                return String(decoding: text[..<place.upperBound], as: UTF8.self)
            }
            guard try fill() else { throw Failure.ended }
        }
    }

    /// Whether the server has closed the connection and nothing is left to read.
    func isAtEnd() throws -> Bool { buffer.isEmpty ? try !fill() : false }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        if count < 0 && errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure.ended }
        buffer += chunk.prefix(count)
        return count > 0
    }
}

/// Runs blocking work on a thread of its own: the pool of tasks, which the server's handlers need, has few threads.
func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Swift.Result { try work() }) }.start()
    }
}

/// Sends text on a new connection and returns its first answer.
func exchange(_ text: String, port: Int, hasBody: Bool = true) async throws -> RawClient.Answer {
    try await onThread {
        let client = try RawClient(port: port)
        try client.send(text)
        return try client.answer(hasBody: hasBody)
    }
}
