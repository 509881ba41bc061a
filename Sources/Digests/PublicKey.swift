internal import CCrypto
import Foundation

/// A public key, and the one way in which its signatures are checked: RSASSA-PKCS1-v1_5 and ECDSA on P-256 with SHA-256,
/// or Ed25519, by libcrypto.
package final class PublicKey: Sendable {
    package enum Kind: Sendable, Hashable { case rsa, p256, ed25519 }

    package let kind: Kind
    /// libcrypto counts references atomically, and checking a signature does not change a key.
    private nonisolated(unsafe) let key: OpaquePointer

    /// The least length of an RSA modulus that is taken, in bits.
    package static let leastRSABits = 2_048

    /// Reads the `SubjectPublicKeyInfo` of a key (RFC 5280); nil for what is none, or of another kind.
    package init?(der: [UInt8]) {
        let parsed: OpaquePointer? = der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            let end = bytes.baseAddress.map { $0 + bytes.count }
            guard let key = d2i_PUBKEY(nil, &start, bytes.count) else { return nil }
            // What follows the key would be somebody's surprise.
            guard start == end else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
        guard let parsed else { return nil }
        let kind: Kind? =
            switch EVP_PKEY_get_base_id(parsed) {
            case EVP_PKEY_RSA: EVP_PKEY_get_bits(parsed) >= Self.leastRSABits ? .rsa : nil
            case EVP_PKEY_EC: Self.isP256(parsed) ? .p256 : nil
            case EVP_PKEY_ED25519: .ed25519
            default: nil
            }
        guard let kind else {
            EVP_PKEY_free(parsed)
            return nil
        }
        self.kind = kind
        key = parsed
    }

    deinit { EVP_PKEY_free(key) }

    private static func isP256(_ key: OpaquePointer) -> Bool {
        var name = [CChar](repeating: 0, count: 80)
        var count = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else { return false }
        return ["prime256v1", "P-256"].contains(
            String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Every key in a text of PEM (`BEGIN PUBLIC KEY`); nil when one of them is none.
    package static func keys(pem text: String) -> [PublicKey]? {
        var keys: [PublicKey] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "-----BEGIN PUBLIC KEY-----") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "-----END PUBLIC KEY-----"),
                let data = Data(
                    base64Encoded: String(rest[..<end.lowerBound]), options: .ignoreUnknownCharacters),
                let key = PublicKey(der: Array(data))
            else { return nil }
            keys.append(key)
            rest = rest[end.upperBound...]
        }
        return keys.isEmpty ? nil : keys
    }

    /// A key of RSA by modulus and exponent, big-endian.
    package convenience init?(rsaModulus modulus: [UInt8], exponent: [UInt8]) {
        let algorithm: [UInt8] = [
            0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        let numbers = DER.sequence(DER.integer(modulus) + DER.integer(exponent))
        self.init(der: DER.sequence(algorithm + DER.element(0x03, [0] + numbers)))
    }

    /// A key on P-256 by the coordinates of its point, 32 bytes each.
    package convenience init?(p256X x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        let head: [UInt8] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ]
        self.init(der: head + x + y)
    }

    /// A key of Ed25519, 32 bytes.
    package convenience init?(ed25519 x: [UInt8]) {
        guard x.count == 32 else { return nil }
        self.init(der: [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + x)
    }

    /// Whether a signature, as JSON Web Signatures write it (RFC 7518 §3, RFC 8037), is this key's over a message.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var signature = signature
        if kind == .p256 {
            guard signature.count == 64 else { return false }
            signature = DER.sequence(
                DER.integer(Array(signature.prefix(32))) + DER.integer(Array(signature.suffix(32))))
        }
        let digest = kind == .ed25519 ? nil : EVP_sha256()
        return EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// The few forms of ASN.1 DER that keys and signatures need.
private enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 128 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 255), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

    /// A number that is not negative: the shortest form, whose first bit is 0.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return element(0x02, digits)
    }
}
