import Foundation
import Records

/// What a path of the memory tool means: `/memories` is the folder, everything below is in it.
enum ClaudePath {
    /// The folder itself.
    case root
    /// Something in it.
    case inside(FilePath)
    /// A neighbour such as `/memories_evil`, of which the client libraries say that it does not exist.
    case nowhere

    static let rootText = "/memories"

    /// The path as the model may see it.
    static func text(_ path: String) -> String { rootText + path }

    init(_ text: String, _ wording: ClaudeWording) throws(ClaudeFailure) {
        let bytes = Array(text.utf8)
        let root = Array(Self.rootText.utf8)
        guard bytes.starts(with: root) else { throw ClaudeFailure(wording.outside(text)) }
        guard bytes.count == root.count || bytes[root.count] == UInt8(ascii: "/") else {
            guard wording == .sdk else { throw ClaudeFailure(wording.outside(text)) }
            self = .nowhere
            return
        }
        // A folder has no files outside itself, so nothing could be reached. What looks like an attempt is refused all the
        // same: the path may be used elsewhere, and whoever tries should see that it does not work.
        let below = String(decoding: bytes.dropFirst(root.count), as: UTF8.self)
        guard !Self.climbs(below), wording == .sdk || !Self.hidesStructure(below) else {
            throw ClaudeFailure(wording.escape(text))
        }
        let segments = Self.segments(below).filter { $0 != "." }
        guard !segments.isEmpty else {
            self = .root
            return
        }
        do {
            self = .inside(try FilePath(FilePath.composed("/" + segments.joined(separator: "/"))))
        } catch {
            // The path itself may hold what a terminal should not print.
            throw ClaudeFailure(wording.other("The path is not valid: \(error.message)."))
        }
    }

    /// Whether it steps up, with either kind of slash.
    private static func climbs(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "\\")) || segments(text).contains("..")
    }

    /// Whether another reader of the path, who decodes escapes or folds look-alikes, would see another structure.
    private static func hidesStructure(_ text: String) -> Bool {
        var decoded = text
        while true {
            guard let next = percentDecoded(decoded) else { return true }
            if next.utf8.elementsEqual(decoded.utf8) { break }
            decoded = next
        }
        let folded = decoded.precomposedStringWithCompatibilityMapping
        for form in [decoded, folded] {
            if climbs(form) || form.utf8.contains(0) || segments(form).count != segments(text).count { return true }
        }
        return false
    }

    /// Escapes as bytes, once; nil where they give no UTF-8, such as an overlong spelling of a dot.
    private static func percentDecoded(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let bytes = Array(text.utf8)
        func digit(_ place: Int) -> UInt8? {
            guard place < bytes.count else { return nil }
            switch bytes[place] {
            case 0x30...0x39: return bytes[place] - 0x30
            case 0x41...0x46, 0x61...0x66: return (bytes[place] | 0x20) - 0x57
            default: return nil
            }
        }
        var decoded: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "%"), let high = digit(place + 1), let low = digit(place + 2) {
                decoded.append(high << 4 | low)
                place += 3
            } else {
                decoded.append(bytes[place])
                place += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func segments(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }
}

/// Why a command failed, in the words that the model reads.
struct ClaudeFailure: Error {
    var text: String

    init(_ text: String) { self.text = text }
}
