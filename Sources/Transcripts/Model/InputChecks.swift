import Records

/// The limits that inputs are checked against.
enum Bounds {
    static let identifierBytes = 255
    static let titleBytes = 1_024
    static let labels = 64
    static let labelBytes = 1_024
    static let metadataBytes = 65_536
    static let attributes = 64
    static let attributeBytes = 4_096
    static let reasonBytes = 255
    static let outcomeBytes = 1 << 20
    static let suspensionBytes = 4 << 20
    static let stateValueBytes = 256 << 10
    static let stateChanges = 256
    static let eventsInAppend = 256
    static let appendBytes = 8 << 20
    static let outboxBytes = 1 << 20
    static let searchTextBytes = 65_536
    static let page = 1_000
    static let types = 16
    static let typeBytes = 64
}

/// Checks of inputs; each error names the field and the limit.
enum Check {
    static func identifier(_ text: String, _ field: String) throws(TranscriptError) {
        guard !text.isEmpty else { throw TranscriptError(.invalid, "\(field) is required and must not be empty") }
        try self.text(text, field, maximumBytes: Bounds.identifierBytes)
    }

    static func identifier(_ text: String?, _ field: String) throws(TranscriptError) {
        if let text { try identifier(text, field) }
    }

    static func text(_ text: String?, _ field: String, maximumBytes: Int) throws(TranscriptError) {
        guard let text else { return }
        try size(text.utf8.count, field, maximumBytes)
        guard !text.utf8.contains(0) else { throw TranscriptError(.invalid, "\(field) must not contain U+0000") }
    }

    static func size(_ count: Int, _ field: String, _ maximumBytes: Int) throws(TranscriptError) {
        guard count <= maximumBytes else {
            throw TranscriptError(.invalid, "\(field) has \(count) bytes; the limit is \(maximumBytes)")
        }
    }

    static func labels(_ labels: [String: String]) throws(TranscriptError) {
        guard labels.count <= Bounds.labels else {
            throw TranscriptError(.invalid, "labels has \(labels.count) elements; the limit is \(Bounds.labels)")
        }
        for (name, value) in labels {
            try identifier(name, "a label's name")
            try text(value, "a label", maximumBytes: Bounds.labelBytes)
        }
    }

    static func metadata(_ metadata: [String: JSONValue]) throws(TranscriptError) {
        guard !metadata.isEmpty else { return }
        try size(JSONValue.object(metadata).canonical.utf8.count, "metadata", Bounds.metadataBytes)
        guard !JSONValue.object(metadata).holdsNUL else {
            throw TranscriptError(.invalid, "metadata must not contain U+0000")
        }
    }

    static func limit(_ limit: Int, maximum: Int = Bounds.page) throws(TranscriptError) {
        guard (1...maximum).contains(limit) else {
            throw TranscriptError(.invalid, "limit must be 1 to \(maximum), not \(limit)")
        }
    }

    static func timeToLive(_ seconds: Int64?) throws(TranscriptError) {
        if let seconds, seconds < 1 { throw TranscriptError(.invalid, "time to live must be at least 1 second") }
    }
}

extension String {
    /// The longest beginning of at most so many UTF-8 bytes that ends on a whole Unicode scalar.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, utf8[end] & 0xc0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
