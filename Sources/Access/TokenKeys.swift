import Digests
package import Memories
import Records

/// The public keys of an issuer, from PEM or a JSON Web Key Set (RFC 7517).
package struct TokenKeys: Sendable {
    /// How a token says that it is signed (RFC 7518 §3.1, RFC 8037 §3.1). Whatever else it says is refused: `none`, and
    /// the symmetric ones, for which a public key would be a secret.
    enum Algorithm: String {
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"

        var kind: PublicKey.Kind {
            switch self {
            case .rs256: .rsa
            case .es256: .p256
            case .edDSA: .ed25519
            }
        }
    }

    private struct Named: Sendable {
        var id: String?
        var key: PublicKey
    }

    private let keys: [Named]

    /// Reads public keys: PEM (`BEGIN PUBLIC KEY`, several may follow each other), or a JSON Web Key Set. Keys of a set
    /// that are for something else than signatures, or of other kinds, are passed over.
    /// - Throws: ``MemoryError`` `invalid` for no key: RSA from 2,048 bits, P-256 or Ed25519. It does not say what was
    ///   read.
    package init(_ text: String) throws(MemoryError) {
        if text.contains("-----BEGIN PUBLIC KEY-----") {
            guard let keys = PublicKey.keys(pem: text) else {
                throw MemoryError(
                    .invalid, "the keys of tokens must be RSA from 2048 bits, P-256 or Ed25519 public keys in PEM")
            }
            self.keys = keys.map { Named(id: nil, key: $0) }
            return
        }
        guard case .object(let members)? = try? JSONValue(parsing: text), case .array(let set)? = members["keys"] else {
            throw MemoryError(.invalid, "the keys of tokens must be PEM public keys or a JSON Web Key Set")
        }
        keys = set.compactMap(Self.key)
        guard !keys.isEmpty else {
            throw MemoryError(
                .invalid, "the JSON Web Key Set has no public key for RS256 (from 2048 bits), ES256 or EdDSA")
        }
    }

    private static func key(_ json: JSONValue) -> Named? {
        guard case .object(let members) = json else { return nil }
        func text(_ name: String) -> String? {
            if case .string(let text)? = members[name] { text } else { nil }
        }
        func bytes(_ name: String) -> [UInt8]? { text(name).flatMap(JSONWebToken.bytes) }
        guard text("use").map({ $0 == "sig" }) ?? true else { return nil }
        let key: PublicKey?
        switch (text("kty"), text("crv")) {
        case ("RSA", _):
            guard let n = bytes("n"), let e = bytes("e") else { return nil }
            key = PublicKey(rsaModulus: n, exponent: e)
        case ("EC", "P-256"):
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            key = PublicKey(p256X: x, y: y)
        case ("OKP", "Ed25519"):
            key = bytes("x").flatMap(PublicKey.init(ed25519:))
        default: return nil
        }
        guard let key, text("alg").map({ Algorithm(rawValue: $0)?.kind == key.kind }) ?? true else { return nil }
        return Named(id: text("kid"), key: key)
    }

    /// Whether one of the keys that may be meant has signed it.
    func verify(_ token: JSONWebToken) -> Bool {
        guard let algorithm = Algorithm(rawValue: token.algorithm) else { return false }
        return keys.contains { named in
            guard named.key.kind == algorithm.kind else { return false }
            // A key without a name may be meant by any; one with a name only by its own.
            if let wanted = token.keyID, let id = named.id, wanted != id { return false }
            return named.key.verifies(token.signature, of: token.signed)
        }
    }
}

/// A signed JSON Web Token in its compact form (RFC 7519, RFC 7515 §7.1), taken apart and not yet believed.
struct JSONWebToken {
    let algorithm: String
    let keyID: String?
    let claims: [String: JSONValue]
    let signed: [UInt8]
    let signature: [UInt8]

    /// Longer ones are not looked at.
    private static let longest = 16_384

    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Self.bytes(String(parts[2])), case .string(let algorithm)? = header["alg"],
            // Extensions that must be understood, and are not (RFC 7515 §4.1.11).
            header["crit"] == nil
        else { return nil }
        self.algorithm = algorithm
        if case .string(let id)? = header["kid"] { keyID = id } else { keyID = nil }
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    private static func object(_ part: Substring) -> [String: JSONValue]? {
        guard let bytes = bytes(String(part)), let text = String(validating: bytes, as: UTF8.self),
            case .object(let members)? = try? JSONValue(parsing: text)
        else { return nil }
        return members
    }

    /// The bytes of base64 for URLs without padding (RFC 7515 §2).
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let digit: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt32(byte - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt32(byte - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt32(byte - UInt8(ascii: "0")) + 52
            case UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "_"): digit = 63
            default: return nil
            }
            bits = (bits << 6 | digit) & 0xff_ffff
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // A single digit is no byte, and what is left over must be nothing.
        guard text.utf8.count % 4 != 1, bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}
