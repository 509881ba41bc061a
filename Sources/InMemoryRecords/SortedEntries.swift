internal import Records

/// Rows of values in lexicographic order, in chunks, so that an insertion moves at most one chunk.
///
/// Insertion and removal are O(log n + chunk); a walk is O(log n + visited).
struct SortedEntries {
    private static let chunkLimit = 256

    private var chunks: [[[Value]]] = []

    /// The order of two rows over their common length.
    static func compare(_ left: [Value], _ right: [Value]) -> Int {
        for position in 0..<min(left.count, right.count) {
            let order = left[position].compare(right[position])
            if order != 0 { return order }
        }
        return 0
    }

    mutating func insert(_ entry: [Value]) {
        guard !chunks.isEmpty else {
            chunks = [[entry]]
            return
        }
        var (chunk, offset) = partitionPoint { Self.compare($0, entry) >= 0 }
        if offset == 0, chunk > 0 {
            chunk -= 1
            offset = chunks[chunk].count
        }
        chunks[chunk].insert(entry, at: offset)
        if chunks[chunk].count > Self.chunkLimit {
            let middle = chunks[chunk].count / 2
            let upper = Array(chunks[chunk][middle...])
            chunks[chunk].removeSubrange(middle...)
            chunks.insert(upper, at: chunk + 1)
        }
    }

    mutating func remove(_ entry: [Value]) {
        let (chunk, offset) = partitionPoint { Self.compare($0, entry) >= 0 }
        guard chunk < chunks.count, Self.compare(chunks[chunk][offset], entry) == 0 else { return }
        chunks[chunk].remove(at: offset)
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
    }

    /// Visits the rows that start with `prefix`, strictly beyond `bound` in the walk's direction, until `visit` is false.
    func walk(prefix: [Value], beyond bound: [Value]?, isDescending: Bool, _ visit: ([Value]) -> Bool) {
        if isDescending {
            var (chunk, offset) = partitionPoint { entry in
                bound.map { Self.compare(entry, $0) >= 0 } ?? (Self.compare(entry, prefix) > 0)
            }
            while true {
                if offset == 0 {
                    guard chunk > 0 else { return }
                    chunk -= 1
                    offset = chunks[chunk].count
                }
                offset -= 1
                let entry = chunks[chunk][offset]
                guard Self.compare(entry, prefix) == 0, visit(entry) else { return }
            }
        }
        var (chunk, offset) = partitionPoint { entry in
            bound.map { Self.compare(entry, $0) > 0 } ?? (Self.compare(entry, prefix) >= 0)
        }
        while chunk < chunks.count {
            let entry = chunks[chunk][offset]
            guard Self.compare(entry, prefix) == 0, visit(entry) else { return }
            offset += 1
            if offset == chunks[chunk].count { (chunk, offset) = (chunk + 1, 0) }
        }
    }

    /// The place of the first row that is on the far side; the end is (number of chunks, 0).
    private func partitionPoint(_ isFar: ([Value]) -> Bool) -> (chunk: Int, offset: Int) {
        let chunk = Self.partitionPoint(chunks.count) { isFar(chunks[$0][chunks[$0].count - 1]) }
        guard chunk < chunks.count else { return (chunk, 0) }
        return (chunk, Self.partitionPoint(chunks[chunk].count) { isFar(chunks[chunk][$0]) })
    }

    private static func partitionPoint(_ count: Int, _ isFar: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isFar(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
