import CCrypto
import Foundation
import Records

/// A key pair of an authorization server, made for one test.
final class TestSigner {
    enum Kind: String, CaseIterable { case rsa = "RS256", p256 = "ES256", ed25519 = "EdDSA" }

    let kind: Kind
    private let key: OpaquePointer

    init(_ kind: Kind, bits: Int32 = 2_048) throws {
        self.kind = kind
        let number: Int32 =
            switch kind {
            case .rsa: EVP_PKEY_RSA
            case .p256: EVP_PKEY_EC
            case .ed25519: EVP_PKEY_ED25519
            }
        let context = EVP_PKEY_CTX_new_id(number, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        if kind == .rsa { EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) }
        if kind == .p256 { EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) }
        guard EVP_PKEY_keygen(context, &key) == 1, let key else { throw CancellationError() }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// The public key's `SubjectPublicKeyInfo`.
    var der: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &bytes)
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    var pem: String {
        "-----BEGIN PUBLIC KEY-----\n"
            + Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            + "\n-----END PUBLIC KEY-----\n"
    }

    /// The public key in a JSON Web Key Set.
    func keySet(id: String) -> String {
        var members: [String: JSONValue] = ["kid": .string(id), "use": .string("sig"), "alg": .string(kind.rawValue)]
        switch kind {
        case .rsa:
            members["kty"] = .string("RSA")
            for name in ["n", "e"] {
                var number: OpaquePointer?
                EVP_PKEY_get_bn_param(key, name, &number)
                var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
                BN_bn2bin(number, &bytes)
                BN_free(number)
                members[name] = .string(Self.base64URL(bytes))
            }
        case .p256:
            members["kty"] = .string("EC")
            members["crv"] = .string("P-256")
            members["x"] = .string(Self.base64URL(Array(der.suffix(64).prefix(32))))
            members["y"] = .string(Self.base64URL(Array(der.suffix(32))))
        case .ed25519:
            members["kty"] = .string("OKP")
            members["crv"] = .string("Ed25519")
            members["x"] = .string(Self.base64URL(Array(der.suffix(32))))
        }
        return JSONValue.object(["keys": .array([.object(members)])]).canonical
    }

    /// A signed token.
    func token(_ claims: [String: JSONValue], header: [String: JSONValue] = [:]) -> String {
        let head = ["alg": JSONValue.string(kind.rawValue), "typ": .string("at+jwt")].merging(header) { $1 }
        let signed =
            Self.base64URL(JSONValue.object(head).canonicalBytes) + "."
            + Self.base64URL(JSONValue.object(claims).canonicalBytes)
        return signed + "." + Self.base64URL(sign(Array(signed.utf8)))
    }

    private func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var count = 1_024
        var signature = [UInt8](repeating: 0, count: count)
        EVP_DigestSignInit(context, nil, kind == .ed25519 ? nil : EVP_sha256(), nil, key)
        EVP_DigestSign(context, &signature, &count, message, message.count)
        signature = Array(signature.prefix(count))
        return kind == .p256 ? Self.raw(signature) : signature
    }

    /// Both numbers of an ECDSA signature, 32 bytes each.
    private static func raw(_ der: [UInt8]) -> [UInt8] {
        var place = 2
        var raw: [UInt8] = []
        for _ in 0..<2 {
            let number = der[(place + 2)..<(place + 2 + Int(der[place + 1]))]
            place += 2 + Int(der[place + 1])
            raw += [UInt8](repeating: 0, count: max(0, 32 - number.count)) + number.suffix(32)
        }
        return raw
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
