/// What inputs are checked against.
enum FileLimits {
    static let ownerBytes = 512
    static let nameCharacters = 255
    static let descriptionCharacters = 1_024
    static let metadataPairs = 16
    static let metadataKeyCharacters = 64
    static let metadataValueCharacters = 512
    static let pathBytes = 1_024
    static let segments = 20
    static let contentBytes = 102_400
    static let authorBytes = 255
    /// The longest identifier: a directory's.
    static let identifierBytes = 72
    static let page = 1_000
    /// How often a call starts again because others changed what it read.
    static let attempts = 64

    /// Counts characters as Unicode code points, as JSON and Python do.
    static func check(_ text: String, _ name: String, characters: ClosedRange<Int>) throws(FileError) {
        let count = text.unicodeScalars.count
        guard characters.contains(count) else {
            throw FileError(
                .invalid,
                "\(name) has \(count) characters; the limit is \(characters.lowerBound) to \(characters.upperBound)")
        }
        guard !text.utf8.contains(0) else { throw FileError(.invalid, "\(name) must not contain U+0000") }
    }

    static func check(content: String) throws(FileError) {
        guard content.utf8.count <= contentBytes else {
            throw FileError(.invalid, "content has \(content.utf8.count) bytes; the limit is \(contentBytes)")
        }
        guard !content.utf8.contains(0) else { throw FileError(.invalid, "content must not contain U+0000") }
    }

    static func check(limit: Int, atMost most: Int = page) throws(FileError) {
        guard (1...most).contains(limit) else {
            throw FileError(.invalid, "limit must be 1 to \(most), not \(limit)")
        }
    }
}
