internal import Foundation

/// What stands for the older part of a conversation. The events it stands for stay where they are.
public struct ConversationSummary: Sendable, Hashable, Codable {
    /// What was said, in short.
    public var text: String
    /// The last event it stands for; it stands for all before it, too.
    public var through: Int64
    /// What made it.
    public var summarizer: String

    /// A summary.
    public init(text: String, through: Int64, summarizer: String) {
        self.text = text
        self.through = through
        self.summarizer = summarizer
    }
}

extension EventType {
    /// A summary of what is before it.
    public static let summary = EventType(rawValue: "summary")
}

/// A conversation as a model is given it: a summary of the older part, and the newer part as it was.
public struct ConversationContext: Sendable, Hashable {
    /// The newest summary; nil where there is none.
    public var summary: ConversationSummary?
    /// The events after what it stands for, oldest first.
    public var events: [Event]
}

/// Makes summaries: a model, or ``ExtractiveSummarizer``.
public protocol Summarizer: Sendable {
    /// Its name, as summaries keep it.
    var identifier: String { get }
    /// What events say, in short.
    /// - Parameter earlier: What was said before them, in short.
    func summary(of events: [Event], after earlier: String?) async throws -> String
}

/// Takes the sentences that say most of what the others say, in their order, without a model.
///
/// A sentence is worth the mean frequency of its words among all (SumBasic, Nenkova and Vanderwende 2005); what was taken
/// lowers the worth of its words, so that the next sentence says something else.
public struct ExtractiveSummarizer: Summarizer {
    /// `extractive`.
    public var identifier: String { "extractive" }
    /// The most UTF-8 bytes of a summary; 2,000 by default.
    public var maximumBytes: Int

    /// A summarizer.
    public init(maximumBytes: Int = 2_000) { self.maximumBytes = max(1, maximumBytes) }

    /// The sentences that say most.
    public func summary(of events: [Event], after earlier: String?) -> String {
        var sentences: [(text: String, words: [String])] = []
        func add(_ text: String, _ author: String) {
            let ends: Set<Character> = [".", "!", "?", "\n"]
            let pieces: [Substring] = text.split { character in ends.contains(character) }
            for sentence in pieces {
                let lower: String = sentence.lowercased()
                let all: [Substring] = lower.split { character in !character.isLetter && !character.isNumber }
                let words: [Substring] = all.filter { $0.count > 3 }
                guard !words.isEmpty else { continue }
                let said = sentence.trimmingCharacters(in: .whitespaces)
                sentences.append((author + said + ".", words.map(String.init)))
            }
        }
        if let earlier { add(earlier, "") }
        for event in events {
            guard let text = event.payload.text else { continue }
            add(text, (event.author ?? event.type.rawValue) + ": ")
        }
        var worth: [String: Double] = [:]
        for sentence in sentences { for word in sentence.words { worth[word, default: 0] += 1 } }
        var taken: Set<Int> = []
        var bytes = 0
        while taken.count < sentences.count {
            func value(_ place: Int) -> Double {
                let words = sentences[place].words
                return words.reduce(0) { $0 + (worth[$1] ?? 0) } / Double(words.count)
            }
            let rest = sentences.indices.filter { !taken.contains($0) }
            guard let best = rest.max(by: { (value($0), -$0) < (value($1), -$1) }) else { break }
            bytes += sentences[best].text.utf8.count + 1
            if bytes > maximumBytes { break }
            taken.insert(best)
            for word in sentences[best].words { worth[word, default: 0] /= 2 }
        }
        return taken.sorted().map { sentences[$0].text }.joined(separator: "\n")
    }
}
