import Records

/// A text as lines. Only a line feed ends one; bytes are split, because a carriage return and a line feed are one character.
package struct TextLines {
    package var lines: [String]

    /// Every piece between line feeds: a text that ends in one has an empty last line.
    package init(_ text: String) {
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    /// The lines of a place, each after its number in six columns and a tab.
    func numbered(_ range: Range<Int>) -> String {
        range.map { place in
            let number = String(place + 1)
            return String(repeating: " ", count: max(0, 6 - number.utf8.count)) + number + "\t" + lines[place]
        }.joined(separator: "\n")
    }

    /// The text with other text as a new line after so many lines, a line feed at the end; nil when there are fewer.
    func inserting(_ text: String, after line: Int64) -> String? {
        var kept = lines
        if kept.last?.isEmpty == true { kept.removeLast() }
        guard (0...Int64(kept.count)).contains(line) else { return nil }
        var bytes = Array(text.utf8)
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        kept.insert(String(decoding: bytes, as: UTF8.self), at: Int(line))
        let joined = kept.joined(separator: "\n")
        return joined.utf8.last == UInt8(ascii: "\n") ? joined : joined + "\n"
    }

    /// How many lines there are to insert after.
    var insertable: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }
}

/// Where a text occurs in another, by bytes.
package struct Occurrences {
    /// The offsets, those that overlap included.
    package let offsets: [Int]
    private let bytes: [UInt8]
    private let length: Int

    package init(of needle: String, in text: String) {
        bytes = Array(text.utf8)
        let wanted = Array(needle.utf8)
        length = wanted.count
        var offsets: [Int] = []
        if let first = wanted.first, wanted.count <= bytes.count {
            for offset in 0...(bytes.count - wanted.count)
            where bytes[offset] == first && bytes[offset..<offset + wanted.count].elementsEqual(wanted) {
                offsets.append(offset)
            }
        }
        self.offsets = offsets
    }

    /// How many there are next to each other.
    package var count: Int {
        var count = 0
        var end = 0
        for offset in offsets where offset >= end {
            count += 1
            end = offset + length
        }
        return count
    }

    /// The lines of the offsets, from 1.
    package var lines: [Int] {
        var lines: [Int] = []
        var line = 1
        var place = 0
        for offset in offsets {
            while place < offset {
                if bytes[place] == UInt8(ascii: "\n") { line += 1 }
                place += 1
            }
            lines.append(line)
        }
        return lines
    }

    /// The text with the first occurrence replaced.
    package func replacing(with text: String) -> String {
        guard let offset = offsets.first else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes[..<offset] + Array(text.utf8) + bytes[(offset + length)...], as: UTF8.self)
    }
}
