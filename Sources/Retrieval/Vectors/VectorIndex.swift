internal import CKernels

/// A document found by the direction of its vector.
package struct VectorMatch: Sendable, Equatable {
    /// The number the caller gave the document.
    package var slot: Int32
    /// The cosine of the angle between the vectors, -1 ... 1.
    package var similarity: Float
}

/// Nearest neighbours by cosine among the vectors of one partition, in memory.
///
/// A query scans a copy of all vectors quantised to 8 bits (one scale a vector) for the best max(4 · limit, 40)
/// candidates and computes the exact single-precision cosine of these. Every similarity returned is exact; a true
/// neighbour could be missed only if quantisation put as many others before it.
///
/// Vectors are normalised when added, so their lengths do not matter; a vector of zeros has no direction and is
/// refused, as are components that are not finite. Slots are the caller's, 0 or more and stable; memory is proportional
/// to the largest one (4 bytes each) beside 5 bytes a component. A value type: copies are independent.
package struct VectorIndex: Sendable {
    /// The dimensions an index can have.
    package static let supportedDimensions = 1...65_536

    /// The dimension of every vector.
    package let dimensions: Int
    private let stride: Int
    private var quantized: [Int8] = []  // [count × stride]
    private var scales: [Float] = []  // [count]
    private var vectors: [Float] = []  // [count × dimensions], of length 1
    private var slotOfRow: [Int32] = []  // [count]
    private var rowOfSlot: [Int32] = []  // -1 where the slot has no vector

    /// An empty index. A dimension outside ``supportedDimensions`` is a programming error.
    package init(dimensions: Int) {
        precondition(Self.supportedDimensions.contains(dimensions), "dimensions: 1 ... 65,536")
        self.dimensions = dimensions
        stride = UnitVector.stride(of: dimensions)
    }

    /// How many vectors are in the index.
    package var count: Int { slotOfRow.count }

    /// The approximate memory of the index in bytes.
    package var byteCount: Int {
        quantized.capacity + 4 * (scales.capacity + vectors.capacity + slotOfRow.capacity + rowOfSlot.capacity)
    }

    /// Whether a vector has this slot. Constant time.
    package func contains(_ slot: Int32) -> Bool { row(of: slot) != nil }

    /// Makes room for `count` vectors in all, so that adding them does not move the others.
    package mutating func reserveCapacity(_ count: Int) {
        quantized.reserveCapacity(count * stride)
        scales.reserveCapacity(count)
        vectors.reserveCapacity(count * dimensions)
        slotOfRow.reserveCapacity(count)
    }

    /// Adds a vector, replacing the one with the same slot. A negative slot is a programming error.
    /// - Throws: ``VectorIndexError``; the index is unchanged then.
    package mutating func insert(_ slot: Int32, _ vector: [Float]) throws(VectorIndexError) {
        precondition(slot >= 0, "a slot is 0 or more")
        let unit = try UnitVector(vector, dimensions: dimensions)
        if let row = row(of: slot) {
            quantized.replaceSubrange(row * stride..<(row + 1) * stride, with: unit.quantized)
            vectors.replaceSubrange(row * dimensions..<(row + 1) * dimensions, with: unit.values)
            scales[row] = unit.scale
            return
        }
        if Int(slot) >= rowOfSlot.count {
            rowOfSlot.append(contentsOf: repeatElement(-1, count: Int(slot) + 1 - rowOfSlot.count))
        }
        rowOfSlot[Int(slot)] = Int32(slotOfRow.count)
        slotOfRow.append(slot)
        quantized.append(contentsOf: unit.quantized)
        vectors.append(contentsOf: unit.values)
        scales.append(unit.scale)
    }

    /// Removes a vector by moving the last one into its place. Returns whether it was there.
    @discardableResult
    package mutating func remove(_ slot: Int32) -> Bool {
        guard let row = row(of: slot) else { return false }
        let last = count - 1
        if row != last {
            for offset in 0..<stride { quantized[row * stride + offset] = quantized[last * stride + offset] }
            for offset in 0..<dimensions { vectors[row * dimensions + offset] = vectors[last * dimensions + offset] }
            scales[row] = scales[last]
            slotOfRow[row] = slotOfRow[last]
            rowOfSlot[Int(slotOfRow[row])] = Int32(row)
        }
        quantized.removeLast(stride)
        vectors.removeLast(dimensions)
        scales.removeLast()
        slotOfRow.removeLast()
        rowOfSlot[Int(slot)] = -1
        return true
    }

    /// The vectors nearest to a query, nearest first; equal similarities by ascending slot.
    ///
    /// - Parameters:
    ///   - query: [dimensions], of any length but 0.
    ///   - limit: How many matches at most; nothing is found with 0 or less.
    ///   - allowed: If given, only these slots are found.
    /// - Throws: ``VectorIndexError`` if the query is refused.
    /// - Complexity: O(count · dimensions), or O(allowed · dimensions) when few are allowed.
    package func search(
        _ query: [Float], limit: Int, allowed: SlotSet? = nil
    ) throws(VectorIndexError) -> [VectorMatch] {
        let unit = try UnitVector(query, dimensions: dimensions)
        let limit = min(limit, allowed?.count ?? count, count)
        guard limit > 0 else { return [] }
        let wanted = max(4 * limit, 40)
        let rows: [UInt32]
        if let allowed, allowed.count <= max(wanted, count / 32) {
            rows = self.rows(of: allowed)
        } else if count <= wanted {
            rows = (0..<UInt32(count)).filter { row in allowed.map { $0.contains(slotOfRow[Int(row)]) } ?? true }
        } else {
            rows = candidates(for: unit, limit: wanted, allowed: allowed)
        }
        var best = TopSelection<VectorMatch>(limit: limit) { left, right in
            left.similarity == right.similarity ? left.slot < right.slot : left.similarity > right.similarity
        }
        for row in rows {
            best.insert(VectorMatch(slot: slotOfRow[Int(row)], similarity: similarity(of: Int(row), to: unit)))
        }
        return best.sorted()
    }

    /// The exact cosine of each slot's vector and the query, nil where a slot has no vector.
    /// - Throws: ``VectorIndexError`` if the query is refused.
    package func similarities(of slots: [Int32], to query: [Float]) throws(VectorIndexError) -> [Float?] {
        let unit = try UnitVector(query, dimensions: dimensions)
        return slots.map { slot in row(of: slot).map { similarity(of: $0, to: unit) } }
    }

    private func row(of slot: Int32) -> Int? {
        guard slot >= 0, Int(slot) < rowOfSlot.count, rowOfSlot[Int(slot)] >= 0 else { return nil }
        return Int(rowOfSlot[Int(slot)])
    }

    private func rows(of allowed: SlotSet) -> [UInt32] {
        var rows: [UInt32] = []
        allowed.forEach { slot in
            if let row = row(of: slot) { rows.append(UInt32(row)) }
        }
        return rows
    }

    private func similarity(of row: Int, to unit: UnitVector) -> Float {
        let cosine = vectors.withUnsafeBufferPointer { vectors in
            unit.values.withUnsafeBufferPointer { query -> Float in
                guard let start = vectors.baseAddress, let query = query.baseAddress else { return 0 }
                return scan_dot_float(start + row * dimensions, query, dimensions)
            }
        }
        return max(-1, min(1, cosine))
    }

    /// From how many bytes on a scan is shared by several threads: below, waking one costs more than it saves.
    private static let sharedScanBytes = 4 << 20
    /// Into how many parts, so that a thread that wakes late leaves little to wait for.
    private static let scanParts = 8

    private func candidates(for unit: UnitVector, limit: Int, allowed: SlotSet?) -> [UInt32] {
        let parts = ScanParts(rows: count, stride: stride)
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: parts.count * limit) { rows in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: parts.count * limit) { scores in
                func scan(_ part: Int, _ allowed: UnsafeBufferPointer<UInt64>?) -> Int {
                    let (range, places) = (parts[part], part * limit..<(part + 1) * limit)
                    let (rows, scores) = (rows.extracting(places), scores.extracting(places))
                    let found = quantized.withUnsafeBufferPointer { quantized in
                        scales.withUnsafeBufferPointer { scales in
                            slotOfRow.withUnsafeBufferPointer { slots in
                                scan_top(
                                    quantized.extracting(range.lowerBound * stride..<range.upperBound * stride)
                                        .baseAddress,
                                    scales.extracting(range).baseAddress, slots.extracting(range).baseAddress,
                                    range.count, stride, unit.quantized, allowed?.baseAddress, allowed?.count ?? 0,
                                    limit, rows.baseAddress, scores.baseAddress, scan_best_level())
                            }
                        }
                    }
                    for index in 0..<found { rows[index] += UInt32(range.lowerBound) }
                    return found
                }
                let found = parts.map { part in
                    allowed.map { $0.words.withUnsafeBufferPointer { scan(part, $0) } } ?? scan(part, nil)
                }
                if parts.count == 1 { return Array(rows[..<found[0]]) }
                // The best of every part contain the best of all; ties are broken as one long scan breaks them.
                var union = found.indices.flatMap { part in part * limit..<part * limit + found[part] }
                union.sort { scores[$0] == scores[$1] ? rows[$0] < rows[$1] : scores[$0] > scores[$1] }
                return union.prefix(limit).map { rows[$0] }
            }
        }
    }
}
