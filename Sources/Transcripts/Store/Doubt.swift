import Records

/// Whether something that a call committed may have happened although nobody was told.
struct Doubt {
    /// How often a call commits anew after an outcome that nobody knows: that is no race, and nobody else's progress.
    private static let attempts = 8
    private var count = 0

    /// Whether the outcome of a commit of this call was unknown.
    var isOpen: Bool { count > 0 }

    /// Notes why a commit is to be looked up.
    /// - Throws: `outcomeUnknown` when that was so too often.
    mutating func note(_ error: StoreError) throws(TranscriptError) {
        guard error.code == .outcomeUnknown else { return }
        count += 1
        if count > Self.attempts { throw TranscriptError(error) }
    }
}
