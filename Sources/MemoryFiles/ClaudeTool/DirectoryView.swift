import Records

/// What `view` shows of a directory: two levels, each with the size of what is in it.
struct DirectoryView {
    private var sizes: [[String]: (bytes: Int, isDirectory: Bool)] = [:]
    private var total = 0

    /// Adds a file by the segments of its path below the directory.
    mutating func add(_ segments: [String], bytes: Int) {
        total += bytes
        for depth in 1...2 where segments.count >= depth {
            let known = sizes[Array(segments[..<depth])]?.bytes ?? 0
            sizes[Array(segments[..<depth])] = (known + bytes, segments.count > depth)
        }
    }

    func text(_ path: String, _ wording: ClaudeWording) -> String {
        var lines = [Self.size(total) + "\t" + path]
        for (segments, entry) in sizes.sorted(by: { Self.isOrdered($0.key, $1.key) })
        where !segments.contains(where: { Self.isLeftOut($0, wording) }) {
            let slash = entry.isDirectory && wording == .sdk ? "/" : ""
            lines.append(Self.size(entry.bytes) + "\t" + path + "/" + segments.joined(separator: "/") + slash)
        }
        return lines.joined(separator: "\n")
    }

    private static func isLeftOut(_ segment: String, _ wording: ClaudeWording) -> Bool {
        segment.utf8.first == UInt8(ascii: ".") || (wording == .documented && segment == "node_modules")
    }

    private static func isOrdered(_ left: [String], _ right: [String]) -> Bool {
        for (a, b) in zip(left, right) where !a.hasSameBytes(as: b) { return a.compareBytes(b) < 0 }
        return left.count < right.count
    }

    /// `0B`, `42B`, `1.5K`, `2M`.
    private static func size(_ bytes: Int) -> String {
        var unit = 0
        var whole = 1
        while unit < 3, bytes >= whole * 1_024 {
            whole *= 1_024
            unit += 1
        }
        let name = ["B", "K", "M", "G"][unit]
        if bytes % whole == 0 { return "\(bytes / whole)\(name)" }
        let tenths = (bytes * 10 + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10)\(name)"
    }
}
