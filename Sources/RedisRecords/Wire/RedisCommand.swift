/// A command and its arguments, already in their form on the wire.
struct RedisCommand: Sendable {
    private var body: [UInt8] = []
    private(set) var count = 0

    /// A command of these words.
    init(_ words: String...) {
        for word in words { append(word) }
    }

    /// A call of a script with the key it declares.
    init(_ script: Script, key: String) {
        body.reserveCapacity(1_024)
        append("EVALSHA")
        append(script.name)
        append("1")
        append(key)
    }

    mutating func append(_ word: String) {
        var word = word
        word.withUTF8 { append(raw: $0) }
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append(raw: $0) } }

    mutating func append(_ number: Int) { append(String(number)) }

    mutating func append(_ flag: Bool) { append(flag ? "1" : "0") }

    private mutating func append(raw: UnsafeBufferPointer<UInt8>) {
        count += 1
        body.append(UInt8(ascii: "$"))
        body.append(contentsOf: String(raw.count).utf8)
        body.append(13)
        body.append(10)
        body.append(contentsOf: raw)
        body.append(13)
        body.append(10)
    }

    /// Appends the bytes that a server takes.
    func write(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "*"))
        output.append(contentsOf: String(count).utf8)
        output.append(13)
        output.append(10)
        output.append(contentsOf: body)
    }
}
