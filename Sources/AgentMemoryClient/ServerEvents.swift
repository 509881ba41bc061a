import Foundation

/// The events of an answer that comes as server-sent events (WHATWG HTML §9.2).
struct ServerEvents: AsyncSequence, Sendable {
    struct Element: Sendable {
        var name: String
        var data: String
    }

    let body: AsyncThrowingStream<Data, any Error>

    func makeAsyncIterator() -> Iterator { Iterator(pieces: body.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var pieces: AsyncThrowingStream<Data, any Error>.Iterator
        private var rest: [UInt8] = []
        private var waiting: ArraySlice<Element> = []
        private var event = Element(name: "message", data: "")

        init(pieces: AsyncThrowingStream<Data, any Error>.Iterator) { self.pieces = pieces }

        mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(any Error) -> Element? {
            while true {
                if let event = waiting.popFirst() { return event }
                guard let piece = try await pieces.next(isolation: actor) else { return nil }
                rest += piece
                var start = 0
                while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                    take(String(decoding: rest[start..<end], as: UTF8.self))
                    start = end + 1
                }
                rest.removeFirst(start)
            }
        }

        private mutating func take(_ line: String) {
            if line.isEmpty {
                if !event.data.isEmpty { waiting.append(event) }
                event = Element(name: "message", data: "")
            } else if line.hasPrefix("event: ") {
                event.name = String(line.dropFirst(7))
            } else if line.hasPrefix("data: ") {
                event.data += (event.data.isEmpty ? "" : "\n") + line.dropFirst(6)
            }
        }
    }
}
