internal import CCrypto

/// HMAC-SHA256 (RFC 2104) by libcrypto.
package enum HMACSHA256 {
    /// The code of bytes under a key: 32 bytes.
    package static func code(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &count) != nil, count == 32 else {
            preconditionFailure("libcrypto has no HMAC-SHA256")
        }
        return code
    }
}
