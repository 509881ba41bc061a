internal import CCrypto

/// SHA-256 (FIPS 180-4) by libcrypto.
enum Digest {
    /// Lower-case hex, 64 characters.
    static func sha256Hex(_ text: String) -> String {
        var text = text
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = text.withUTF8 { EVP_Digest($0.baseAddress, $0.count, &digest, nil, EVP_sha256(), nil) }
        precondition(isDone == 1, "libcrypto has no SHA-256")
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 64) { buffer in
            for (index, byte) in digest.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return 64
        }
    }
}
