import Records

/// Random records, filters and batches over few values, so that they meet.
enum RandomInputs {
    private static let texts = ["", "a", "A", "b", "%", "é", "e\u{301}", "'", "日本"]
    private static let terms = ["a", "b", "c#", "日", "or"]

    static func item(_ id: String, using random: inout SeededGenerator) -> [Value] {
        func maybe<T>(_ value: T) -> T? { Int.random(in: 0..<4, using: &random) == 0 ? nil : value }
        let name = texts.randomElement(using: &random) ?? ""
        let kind = texts.randomElement(using: &random) ?? ""
        let rank = Int64.random(in: -2...2, using: &random)
        let scores: [Double] = [-1.5, 0, 0.25, 2]
        let score = scores.randomElement(using: &random) ?? 0
        let flag = Bool.random(using: &random)
        let at = Int64.random(in: 0...3, using: &random)
        let number = Int.random(in: 0...2, using: &random)
        let data = "{\"list\":[\"\(terms.randomElement(using: &random) ?? "")\"],\"n\":\(number)}"
        let words = (0..<number).map { _ in terms.randomElement(using: &random) ?? "a" }
        let tag = "t\(Int.random(in: 0..<12, using: &random))"
        return Samples.item(
            id, name: maybe(name), kind: maybe(kind), rank: maybe(rank), score: maybe(score), flag: maybe(flag),
            at: maybe(at), data: maybe(data), place: maybe([Float(rank) + 0.5, Float(at)]), words: maybe(words),
            tag: maybe(tag))
    }

    static func filter(depth: Int, using random: inout SeededGenerator) -> Filter {
        let choice = Int.random(in: 0..<(depth > 0 ? 14 : 10), using: &random)
        let text = Value.text(texts.randomElement(using: &random) ?? "")
        let rank = Value.int(Int64.random(in: -2...2, using: &random))
        let term = terms.randomElement(using: &random) ?? "a"
        switch choice {
        case 0: return .all
        case 1: return .equal("name", text)
        case 2: return .less("rank", rank)
        case 3: return .atMost("score", .double(0.25))
        case 4: return .isIn("rank", [rank, .int(0)])
        case 5:
            return .exists(
                ["name", "rank", "at", "data", "words", "place"].randomElement(using: &random).map { FieldPath($0) }
                    ?? "name")
        case 6: return .equal(FieldPath("data", ["n"]), .int(Int64.random(in: 0...2, using: &random)))
        case 7: return .contains(FieldPath("data", ["list"]), .text(term))
        case 8: return .has("words", anyOf: [term, terms.randomElement(using: &random) ?? "b"])
        case 9: return .equal("flag", .bool(Bool.random(using: &random)))
        case 10: return .not(filter(depth: depth - 1, using: &random))
        case 11: return .hasSubstring("name", texts.randomElement(using: &random) ?? "")
        default:
            let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in filter(depth: depth - 1, using: &random)
            }
            return choice == 12 ? .and(parts) : .or(parts)
        }
    }

    static func write(using random: inout SeededGenerator) -> Write {
        let id = "k\(Int.random(in: 0..<14, using: &random))"
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: return .insert("item", item(id, using: &random))
        case 3, 4: return .put("item", item(id, using: &random))
        case 5:
            let rank = Int64.random(in: -3...3, using: &random)
            return .patch(
                Samples.key(id),
                [
                    .add("rank", rank), .greatest("at", .time(rank)),
                    .set("tag", .text("t\(Int.random(in: 0..<12, using: &random))")),
                ])
        case 6: return .patch(Samples.key(id), [.set("words", .tokens(["a", "日"])), .least("score", .double(0))])
        case 7: return .delete(Samples.key(id))
        case 8: return .insert("event", [.text("log"), .next("n"), .text(id)])
        default:
            return .count(
                "c\(Int.random(in: 0..<2, using: &random))", Int64.random(in: -2...3, using: &random), atMost: 5)
        }
    }

    static func batch(in partition: Partition, using random: inout SeededGenerator) -> Batch {
        var guards: [Guard] = []
        if Int.random(in: 0..<3, using: &random) == 0 {
            let key = Samples.key("k\(Int.random(in: 0..<14, using: &random))")
            let condition = Guard.matches(key, .not(.equal("rank", .int(Int64.random(in: -2...2, using: &random)))))
            guards.append(Bool.random(using: &random) ? .absent(key) : condition)
        }
        let id: UInt64? = Int.random(in: 0..<5, using: &random) == 0 ? UInt64.random(in: 0..<4, using: &random) : nil
        return Batch(
            partition, id: id, guards: guards,
            (0..<Int.random(in: 0...4, using: &random)).map { _ in write(using: &random) })
    }
}
