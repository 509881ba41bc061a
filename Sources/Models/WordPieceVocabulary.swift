internal import Foundation

/// The pieces of vocab.txt, one a line, whose numbers are their line numbers from 0.
struct WordPieceVocabulary: Sendable {
    /// Bytes rather than a string, because strings compare by canonical equivalence and pieces do not.
    private struct Piece: Hashable, Sendable {
        let bytes: ArraySlice<UInt8>

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// Pieces that begin a word.
    private var beginnings: [Piece: Int32] = [:]
    /// Pieces that go on with a word, without their `##`.
    private var continuations: [Piece: Int32] = [:]
    private let longest: Int

    let count: Int
    /// A hash of the file.
    let fingerprint: UInt64
    let unknown: Int32
    let classification: Int32
    let separator: Int32

    /// - Throws: `modelNotFound` when there is no such file; `malformedModel` without the tokens BERT needs.
    init(directory: ModelDirectory) throws(EmbeddingError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: directory.file(ModelFile.vocabulary)))
        } catch {
            throw EmbeddingError(
                code: .modelNotFound, message: "cannot read \(directory.file(ModelFile.vocabulary))", underlying: error)
        }
        try self.init(bytes: [UInt8](data))
    }

    init(bytes: [UInt8]) throws(EmbeddingError) {
        let marker = Array("##".utf8)
        beginnings.reserveCapacity(bytes.count / 8)
        var number: Int32 = 0
        var longest = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            var line = bytes[start..<end]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            longest = max(longest, line.count)
            if line.count > marker.count, line.starts(with: marker) {
                continuations[Piece(bytes: line.dropFirst(marker.count))] = number
            } else {
                beginnings[Piece(bytes: line)] = number
            }
            number += 1
            start = end + 1
        }
        count = Int(number)
        var hash: UInt64 = 0
        bytes.withUnsafeBytes { EmbeddingSpace.add($0, to: &hash) }
        fingerprint = hash
        self.longest = longest
        unknown = try Self.special("[UNK]", in: beginnings)
        classification = try Self.special("[CLS]", in: beginnings)
        separator = try Self.special("[SEP]", in: beginnings)
    }

    private static func special(_ name: String, in pieces: [Piece: Int32]) throws(EmbeddingError) -> Int32 {
        guard let number = pieces[Piece(bytes: Array(name.utf8)[...])] else {
            throw EmbeddingError(code: .malformedModel, message: "\(ModelFile.vocabulary): no token \(name)")
        }
        return number
    }

    /// Appends the pieces of a word, the longest that fits first; [UNK] alone where a part fits no piece.
    ///
    /// Greedy longest match first: Wu et al., "Google's Neural Machine Translation System" (2016), section 4.1.
    ///
    /// - Complexity: O(n²) in the length of the word, which the tokenizer bounds.
    func append(_ word: [UInt8], to numbers: inout [Int32]) {
        let before = numbers.count
        var start = word.startIndex
        while start < word.endIndex {
            var end = min(word.endIndex, start + longest)
            let pieces = start == word.startIndex ? beginnings : continuations
            var match: Int32?
            while end > start {
                // Only ends of whole characters can match.
                if end == word.endIndex || word[end] & 0xC0 != 0x80 {
                    match = pieces[Piece(bytes: word[start..<end])]
                    if match != nil { break }
                }
                end -= 1
            }
            guard let match else {
                numbers.removeSubrange(before...)
                numbers.append(unknown)
                return
            }
            numbers.append(match)
            start = end
        }
    }
}
