import Digests
import Foundation

/// Identifiers that are made here.
enum PlainIdentifier {
    /// A new random UUID, lower case.
    static func make() -> String { UUID().uuidString.lowercased() }

    /// 64 hex digits that are the same for the same text.
    static func hash(_ text: String) -> String { Digest.sha256Hex(text) }

    /// The same UUID for the same text.
    static func derived(from text: String) -> String {
        let digits = Array(hash(text).prefix(32))
        let lengths = [8, 4, 4, 4, 12]
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return String(digits[start..<(start + length)])
        }.joined(separator: "-")
    }
}
