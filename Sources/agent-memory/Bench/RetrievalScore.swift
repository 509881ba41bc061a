import AgentMemory
import Foundation

/// Recall, nDCG and MRR over queries, each query counting the same; repeated results count once.
struct RetrievalScore {
    private static let depths = [5, 10, 20, 50]

    private struct Row {
        var any: [Double]
        var all: [Double]
        var ndcg: [Double]
        var mrr: Double
        var first: Double
    }

    private var rows: [(category: String, row: Row)] = []

    /// Scores one query; without gold it does not count.
    mutating func add(_ ranked: [String], _ gold: [String], _ category: String) {
        let wanted = Set(gold)
        guard !wanted.isEmpty else { return }
        var seen: Set<String> = []
        let distinct = ranked.filter { seen.insert($0).inserted }
        let places = distinct.indices.filter { wanted.contains(distinct[$0]) }
        func gain(_ places: some Sequence<Int>) -> Double { places.reduce(0) { $0 + 1 / log2(Double($1) + 2) } }
        rows.append(
            (
                category,
                Row(
                    any: Self.depths.map { depth in places.contains { $0 < depth } ? 1 : 0 },
                    all: Self.depths.map { depth in places.filter { $0 < depth }.count == wanted.count ? 1 : 0 },
                    ndcg: Self.depths.map { depth in
                        gain(places.filter { $0 < depth }) / gain(0..<min(wanted.count, depth))
                    }, mrr: places.first.map { 1 / Double($0 + 1) } ?? 0, first: places.first == 0 ? 1 : 0)
            ))
    }

    /// The JSON of `bench retrieval`.
    var members: [String: JSONValue] {
        var members = Self.members(rows.map(\.row))
        var categories: [String: JSONValue] = [:]
        for (category, group) in Dictionary(grouping: rows, by: \.category) {
            categories[category] = .object(Self.members(group.map(\.row)))
        }
        members["by_category"] = .object(categories)
        return members
    }

    private static func members(_ rows: [Row]) -> [String: JSONValue] {
        func mean(_ value: (Row) -> Double) -> JSONValue {
            .double(rows.isEmpty ? 0 : (rows.reduce(0) { $0 + value($1) } / Double(rows.count)).rounded(places: 4))
        }
        func table(_ values: @escaping (Row) -> [Double]) -> JSONValue {
            var table: [String: JSONValue] = [:]
            for (index, depth) in depths.enumerated() { table[String(depth)] = mean { values($0)[index] } }
            return .object(table)
        }
        return [
            "queries": .int(Int64(rows.count)), "recall_any": table(\.any), "recall_all": table(\.all),
            "ndcg": table(\.ndcg),
            "mrr": mean(\.mrr), "hit_at_1": mean(\.first),
        ]
    }

    /// A table for people.
    var text: String {
        var lines = ["category          queries  any@5   any@10  any@20  all@10  ndcg@10 mrr"]
        func line(_ name: String, _ rows: [Row]) -> String {
            func mean(_ value: (Row) -> Double) -> String {
                let value = rows.isEmpty ? 0 : rows.reduce(0) { $0 + value($1) } / Double(rows.count)
                return String(format: "%.3f  ", value)
            }
            return name.padded(to: 18) + String(rows.count).padded(to: 9) + mean { $0.any[0] } + " "
                + mean { $0.any[1] } + " "
                + mean { $0.any[2] } + " " + mean { $0.all[1] } + " " + mean { $0.ndcg[1] } + " " + mean(\.mrr)
        }
        for (category, group) in Dictionary(grouping: rows, by: \.category).sorted(by: { $0.key < $1.key }) {
            lines.append(line(category, group.map(\.row)))
        }
        lines.append(line("all", rows.map(\.row)))
        return lines.joined(separator: "\n")
    }
}
