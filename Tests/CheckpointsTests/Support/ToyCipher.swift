import Checkpoints

/// Exclusive-or with a key byte, and a check over bytes and context: shows what is sealed and what it is bound to.
struct ToyCipher: StateCipher {
    var name = "toy"
    var key: UInt8 = 0x5a

    struct Refused: Error {}

    func seal(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8] {
        [key, Self.check(bytes, context)] + bytes.map { $0 ^ key }
    }

    func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
        guard sealed.count >= 2, sealed[0] == key else { throw Refused() }
        let bytes = sealed.dropFirst(2).map { $0 ^ key }
        guard sealed[1] == Self.check(bytes, context) else { throw Refused() }
        return bytes
    }

    private static func check(_ bytes: [UInt8], _ context: [UInt8]) -> UInt8 {
        (bytes + context).reduce(7) { ($0 &* 31) &+ $1 }
    }
}
