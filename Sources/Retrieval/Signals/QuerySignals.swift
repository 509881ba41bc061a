/// What a query says beside its words: whom it names and which dates it mentions.
package struct QuerySignals: Sendable, Equatable {
    /// The known participants the query names, in the order given, each in its first spelling.
    package let namedParticipants: [String]
    /// The dates the query mentions, in its order, without repetition, at most ``DateMention/mostPerText``.
    package let dates: [DateMention]

    /// The participant the query names if it names exactly one.
    package var soleParticipant: String? { namedParticipants.count == 1 ? namedParticipants[0] : nil }

    /// Reads a query.
    ///
    /// A participant is named by the full name, or by a part of it that no other participant's name has ("Caroline" for
    /// "Caroline White"). Names that are also common words ("Will", "May") must be capitalised inside a sentence.
    /// - Complexity: O(length of the query and of all names together), and a search of the query for every full name.
    package init(query: String, participants: [String]) {
        dates = DateMention.mentions(in: query)
        namedParticipants = ParticipantNames(participants).named(in: query, dates: dates)
    }
}
