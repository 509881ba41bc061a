import Digests
import Foundation

/// AES-256-GCM (NIST SP 800-38D) under a key of 32 bytes, with older keys that still open.
///
/// Every value gets a random nonce of 96 bits; one key is good for 2^32 values. What is stored is the first 4 bytes of
/// the key's SHA-256, by which the key is found again, the nonce, the sealed bytes and the tag.
public struct KeyRing: StateCipher {
    /// `aes-256-gcm`.
    public let name = "aes-256-gcm"
    private let current: Key
    private let all: [[UInt8]: Key]

    private struct Key {
        var bytes: [UInt8]
        var mark: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var digest = Digest()
            digest.update(bytes)
            mark = Array(digest.finish().prefix(KeyRing.markBytes))
        }
    }

    private static let markBytes = 4

    /// A ring of keys.
    /// - Parameters:
    ///   - key: What seals, 32 bytes.
    ///   - older: Keys that were used before, and only open.
    /// - Throws: ``CheckpointError`` `invalid` when a key has another length, or two keys have one mark.
    public init(_ key: [UInt8], older: [[UInt8]] = []) throws(CheckpointError) {
        var all: [[UInt8]: Key] = [:]
        for bytes in [key] + older {
            guard bytes.count == AES256GCM.keyBytes else {
                throw CheckpointError(
                    .invalid, "a key of AES-256-GCM has \(AES256GCM.keyBytes) bytes, not \(bytes.count)")
            }
            let key = Key(bytes)
            guard all[key.mark].map({ $0.bytes == bytes }) ?? true else {
                throw CheckpointError(.invalid, "two keys of a ring have one mark: make another key")
            }
            all[key.mark] = key
        }
        current = Key(key)
        self.all = all
    }

    /// A ring of keys in base64, separated by commas: the first seals, the others only open.
    /// - Throws: ``CheckpointError`` `invalid`, without the text.
    public init(parsing text: String) throws(CheckpointError) {
        var keys: [[UInt8]] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let data = Data(base64Encoded: part.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw CheckpointError(.invalid, "a key must be 32 bytes in base64; several are separated by commas")
            }
            keys.append(Array(data))
        }
        try self.init(keys[0], older: Array(keys.dropFirst()))
    }

    /// Seals a value.
    /// - Throws: When the system has no random bytes or no memory.
    public func seal(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8] {
        let nonce = try AES256GCM.random(AES256GCM.nonceBytes)
        return current.mark + nonce
            + (try AES256GCM.seal(bytes, key: current.bytes, nonce: nonce, additionalData: current.mark + context))
    }

    /// Opens a value.
    /// - Throws: When the key is not in the ring, or bytes or context are not those that were sealed.
    public func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8] {
        let head = Self.markBytes + AES256GCM.nonceBytes
        guard sealed.count >= head, let key = all[Array(sealed.prefix(Self.markBytes))] else {
            throw AES256GCM.Failure.refused
        }
        return try AES256GCM.open(
            sealed[head...], key: key.bytes, nonce: Array(sealed[Self.markBytes..<head]),
            additionalData: key.mark + context)
    }
}
