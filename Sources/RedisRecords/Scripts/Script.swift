#if Redis
    internal import COpenSSL
#endif

/// A Lua program that runs on the server, called by the SHA-1 of its text and loaded where the server lacks it.
struct Script: Sendable {
    let text: String
    /// The SHA-1 of the text, 40 hexadecimal digits: the name that `EVALSHA` takes.
    let name: String

    /// The prelude and a body.
    init(_ body: String) {
        text = Self.prelude + body
        name = Self.digest(text)
    }

    static let all = [commit, read, migrate]

    private static func digest(_ text: String) -> String {
        #if Redis
            let bytes = Array(text.utf8)
            var digest = [UInt8](repeating: 0, count: 20)
            _ = SHA1(bytes, bytes.count, &digest)
            return digest.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 2 ? digits : "0" + digits
            }.joined()
        #else
            return ""
        #endif
    }
}
