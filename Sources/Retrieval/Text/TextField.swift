/// The searchable fields of a document, in the order of their terms in the index.
package enum TextField: Int, Sendable, CaseIterable {
    /// The text itself.
    case content
    /// Labels.
    case topics
    /// The people involved.
    case participants
}

/// What a ``TextIndex`` ranks by.
package struct TextIndexOptions: Sendable, Equatable {
    /// How soon repetition of a term stops to count; 0 ... 3, usual 1.2.
    package var k1: Float = 1.2
    /// How much long fields are held back; 0 (not at all) ... 1, usual 0.75.
    package var b: Float = 0.75
    /// The weight of a match in the content.
    package var contentWeight: Float = 1
    /// The weight of a match in the topics.
    package var topicsWeight: Float = 0.65
    /// The weight of a match in the participants.
    package var participantsWeight: Float = 0.8

    /// The defaults.
    package init() {}

    func weight(of field: TextField) -> Float {
        switch field {
        case .content: contentWeight
        case .topics: topicsWeight
        case .participants: participantsWeight
        }
    }
}
