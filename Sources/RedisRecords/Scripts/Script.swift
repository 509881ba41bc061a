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

    /// Does once, on a key of its own, what commits do: a user who may not must be refused before, because a script that is
    /// refused half way is not undone.
    static let probe = Script(
        #"""
        local name = KEYS[1]
        call('DEL', name)
        call('HSET', name, 'a', '1')
        call('HGET', name, 'a')
        call('HMGET', name, 'a')
        call('HGETALL', name)
        call('HKEYS', name)
        call('HDEL', name, 'a')
        call('ZADD', name, '0', 'a')
        call('ZRANGEBYLEX', name, '-', '+')
        call('ZREVRANGEBYLEX', name, '+', '-')
        call('ZRANGEBYSCORE', name, '0', '0')
        call('ZCARD', name)
        call('ZREM', name, 'a')
        call('SADD', name, 'a')
        call('DEL', name)
        call('SET', name, 'a', 'PX', '1000')
        call('GET', name)
        call('EXISTS', name)
        call('DEL', name)
        return {'ok'}
        """#)

    /// Holds a lock for so many milliseconds more, or lets go of it where that is 0; answers whether it was held.
    static let lock = Script(
        #"""
        local token, time = take(), take()
        if call('GET', KEYS[1]) ~= token then return 0 end
        if time == '0' then call('DEL', KEYS[1]) else call('PEXPIRE', KEYS[1], time) end
        return 1
        """#)

    /// Every script, as a connection loads them.
    static let all = [commit, read, migrate, probe, lock, mark]

    /// The SHA-1 of a text, 40 hexadecimal digits.
    static func digest(_ text: String) -> String {
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
