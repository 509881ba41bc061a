import Access
import HTTPServer
import Memories
import MemoryAPI

/// What `If-Match` asks of a memory or session.
enum Precondition: Equatable {
    /// Nothing.
    case none
    /// That it exists.
    case exists
    /// That it has this revision.
    case revision(Int64)

    static let failure = MemoryError(.preconditionFailed, "what is stored is not what If-Match says")

    /// - Throws: ``MemoryError`` `invalid` for several tags: nothing has more than one.
    init(_ request: HTTPRequest) throws(MemoryError) {
        guard let text = request.header("if-match") else {
            self = .none
            return
        }
        let tags = EntityTags(text)
        if tags.isAny {
            self = .exists
        } else if tags.tags.count > 1 {
            throw MemoryError(.invalid, "If-Match takes one entity tag")
        } else {
            guard let tag = tags.tags.first, tag.hasSuffix("\""), tag.hasPrefix("\"") || tag.hasPrefix("W/\""),
                tag.utf8.count >= 2
            else { throw MemoryError(.invalid, "If-Match must be an entity tag, such as \"3\"") }
            // No memory has this revision: so fails what is none of our tags, and every weak one (RFC 9110 §13.1.1).
            let revision = tag.hasPrefix("\"") ? Int64(tag.dropFirst().dropLast()) : nil
            self = .revision(revision.flatMap { $0 >= 1 ? $0 : nil } ?? .max)
        }
    }
}

/// The entity tags of `If-Match` and `If-None-Match` (RFC 9110 §8.8.3).
struct EntityTags {
    let tags: [String]
    let isAny: Bool

    init(_ field: String?) {
        tags = (field ?? "").split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        isAny = tags == ["*"]
    }

    /// Whether a strong tag is among them, weak comparison.
    func includes(_ tag: String) -> Bool { isAny || tags.contains(tag) || tags.contains("W/" + tag) }
}
