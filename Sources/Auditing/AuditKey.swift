import Digests
import Foundation
package import Memories

/// The secret under which an audit log is chained. It is kept away from the store: whoever can write there and does not
/// have it cannot make an entry that verifies.
package struct AuditKey: Sendable {
    private let bytes: [UInt8]

    /// Reads a key.
    /// - Parameter text: At least 32 bytes in base64, white space around it aside.
    /// - Throws: ``MemoryError`` `invalid`; it does not say what was read.
    package init(base64 text: String) throws(MemoryError) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let data = Data(base64Encoded: trimmed), data.count >= 32 else {
            throw MemoryError(.invalid, "the audit key must be at least 32 bytes in base64")
        }
        bytes = Array(data)
    }

    /// The code of an entry that follows another's.
    func code(of content: [UInt8], after previous: [UInt8]) -> [UInt8] {
        HMACSHA256.code(of: [UInt8(ascii: "e")] + previous + content, key: bytes)
    }

    /// The code before the first entry of a log.
    func beginning(of log: String) -> [UInt8] {
        HMACSHA256.code(of: [UInt8(ascii: "b")] + Array(log.utf8), key: bytes)
    }

    /// What stands for an owner in entries: it tells owners apart and does not name them.
    func pseudonym(app: String, user: String) -> String {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        let content = Array("s\(app.utf8.count):\(app)\(user)".utf8)
        return Digest.hex(Array(HMACSHA256.code(of: content, key: bytes).prefix(16)))
    }
}
