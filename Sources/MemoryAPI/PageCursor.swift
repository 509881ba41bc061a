import Digests
import Foundation
package import Records

/// Cursors as clients keep them, with a checksum: what was made up or cut off is told apart from what is out of place.
package enum PageCursor {
    private static let checksumBytes = 6

    package static func encode(_ cursor: Cursor) -> String {
        Base64URL.encode(Digest.sha256(cursor.bytes).prefix(checksumBytes) + cursor.bytes)
    }

    /// The cursor; nil when no server gave it.
    package static func decode(_ text: String) -> Cursor? {
        guard let bytes = Base64URL.decode(text), bytes.count > checksumBytes else { return nil }
        let content = Array(bytes.dropFirst(checksumBytes))
        return Digest.sha256(content).prefix(checksumBytes).elementsEqual(bytes.prefix(checksumBytes))
            ? Cursor(bytes: content) : nil
    }
}

/// Base64 for URLs, without padding (RFC 4648 §5).
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package static func decode(_ text: String) -> [UInt8]? {
        guard !text.isEmpty, !text.contains("+"), !text.contains("/") else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let plain = text.replacing("=", with: "").replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + padding).map { Array($0) }
    }
}
