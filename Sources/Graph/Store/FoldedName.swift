import Foundation

/// A name as names are compared: without case, in one Unicode form, with single spaces between words and none around.
///
/// Letters go to upper case first, so that those which differ only there (`ß` and `ss`, final sigma) are the same.
struct FoldedName: Hashable {
    let text: String

    init(_ name: String) {
        let words = name.uppercased().lowercased().precomposedStringWithCanonicalMapping
            .split(whereSeparator: \.isWhitespace)
        text = words.joined(separator: " ")
    }

    /// Names whose folded forms differ from each other and from those given, in order.
    static func distinct(_ names: [String], besides taken: [String]) -> [String] {
        var seen = Set(taken.map(FoldedName.init))
        return names.filter { seen.insert(FoldedName($0)).inserted }
    }
}
