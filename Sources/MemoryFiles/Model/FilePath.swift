import Foundation
import Records

/// A checked path, such as `/projects/notes.md`.
struct FilePath: Sendable, Hashable {
    let text: String
    let segments: [String]

    /// - Throws: ``FileError`` `invalid`, naming the rule.
    init(_ text: String, _ name: String = "path") throws(FileError) {
        guard text.utf8.first == UInt8(ascii: "/") else { throw FileError(.invalid, "\(name) must begin with /") }
        guard text.utf8.count <= FileLimits.pathBytes else {
            throw FileError(
                .invalid, "\(name) has \(text.utf8.count) bytes; the limit is \(FileLimits.pathBytes)")
        }
        let segments = Self.segments(of: text)
        guard segments.allSatisfy({ !$0.isEmpty }) else {
            throw FileError(.invalid, "\(name) must not have an empty segment")
        }
        guard segments.count <= FileLimits.segments else {
            throw FileError(.invalid, "\(name) has \(segments.count) segments; the limit is \(FileLimits.segments)")
        }
        guard !segments.contains(where: { $0 == "." || $0 == ".." }) else {
            throw FileError(.invalid, "\(name) must not have the segments . and ..")
        }
        guard !text.unicodeScalars.contains(where: Self.isHidden) else {
            throw FileError(.invalid, "\(name) must not contain control, format or line separator characters")
        }
        guard Array(Self.composed(text).utf8) == Array(text.utf8) else {
            throw FileError(.invalid, "\(name) must be in Unicode Normalization Form C")
        }
        self.text = text
        self.segments = segments
    }

    private init(checked segments: ArraySlice<String>) {
        text = "/" + segments.joined(separator: "/")
        self.segments = Array(segments)
    }

    /// The directories above, the outermost first, without the root.
    var ancestors: [FilePath] { segments.indices.dropFirst().map { FilePath(checked: segments[..<$0]) } }

    /// The directory it is in; `/` at the top.
    var parent: String { segments.count == 1 ? "/" : FilePath(checked: segments.dropLast()).text }

    /// What the path of everything below begins with.
    var prefix: String { text + "/" }

    /// Whether this is below another.
    func isBelow(_ other: FilePath) -> Bool {
        segments.count > other.segments.count && zip(segments, other.segments).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    /// The path in another form of Unicode, composed canonically.
    static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }

    /// What is between the slashes after the first. Bytes are split: a combining mark after a slash is one character
    /// with it.
    static func segments(of text: String) -> [String] {
        text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    /// Characters that nobody sees, or that break a line.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
