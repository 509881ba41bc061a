import CKernels
import Retrieval
import Testing

@Suite struct VectorIndexTests {
    /// Vectors in clusters, harder than random ones because many lie close to the query.
    func clustered(_ count: Int, _ dimensions: Int, _ generator: inout SeededGenerator) -> [[Float]] {
        let centers = (0..<max(count / 20, 1)).map { _ in generator.vector(dimensions) }
        return (0..<count).map { index in
            zip(centers[index % centers.count], generator.vector(dimensions)).map { $0 + 0.5 * $1 }
        }
    }

    func cosine(_ a: [Float], _ b: [Float]) -> Double {
        func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    @Test(arguments: [1, 3, 63, 64, 65, 128, 384])
    func findsTheNearest(dimensions: Int) throws {
        var generator = SeededGenerator(seed: UInt64(dimensions))
        let vectors = clustered(600, dimensions, &generator)
        var index = VectorIndex(dimensions: dimensions)
        for (slot, vector) in vectors.enumerated() { try index.insert(Int32(slot), vector) }
        for query in clustered(15, dimensions, &generator) {
            let matches = try index.search(query, limit: 10)
            let exact = vectors.map { cosine($0, query) }.sorted(by: >)
            #expect(matches.count == 10)
            for (match, similarity) in zip(matches, exact) {
                #expect(abs(Double(match.similarity) - similarity) < 1e-5)
                #expect(abs(cosine(vectors[Int(match.slot)], query) - similarity) < 1e-5)
            }
        }
    }

    @Test(arguments: [1, 10, 149, 150, 599, 600, 601, Int.max])
    func everyLimit(limit: Int) throws {
        var generator = SeededGenerator(seed: 2)
        var index = VectorIndex(dimensions: 32)
        for slot in 0..<Int32(600) { try index.insert(slot, generator.vector(32)) }
        let matches = try index.search(generator.vector(32), limit: limit)
        #expect(matches.count == min(limit, 600))
        #expect(Set(matches.map(\.slot)).count == matches.count)
        #expect(zip(matches, matches.dropFirst()).allSatisfy { $0.similarity >= $1.similarity })
    }

    @Test func equalSimilaritiesGoBySlot() throws {
        var index = VectorIndex(dimensions: 2)
        for slot in [Int32(8), 3, 5, 900] { try index.insert(slot, [1, 1]) }
        #expect(try index.search([2, 2], limit: 3).map(\.slot) == [3, 5, 8])
    }

    @Test func lengthDoesNotMatterAndSimilarityStaysInRange() throws {
        var index = VectorIndex(dimensions: 3)
        try index.insert(0, [1e-30, 2e-30, 0])
        try index.insert(1, [3e38, 3e38, 3e38])
        try index.insert(2, [-1, -2, 0])
        let matches = try index.search([100, 200, 0], limit: 3)
        #expect(matches.map(\.slot) == [0, 1, 2])
        #expect(abs(matches[0].similarity - 1) < 1e-6 && abs(matches[2].similarity + 1) < 1e-6)
        #expect(matches.allSatisfy { (-1...1).contains($0.similarity) })
    }

    @Test func badVectorsAreRefused() throws {
        var index = VectorIndex(dimensions: 2)
        #expect(throws: VectorIndexError.dimensionMismatch(expected: 2, actual: 3)) { try index.insert(0, [1, 2, 3]) }
        #expect(throws: VectorIndexError.notFinite(component: 1)) { try index.insert(0, [1, .nan]) }
        #expect(throws: VectorIndexError.notFinite(component: 0)) { try index.insert(0, [-.infinity, 1]) }
        #expect(throws: VectorIndexError.zeroVector) { try index.insert(0, [0, -0.0]) }
        #expect(index.count == 0)
        #expect(throws: VectorIndexError.zeroVector) { try index.search([0, 0], limit: 1) }
        #expect(throws: VectorIndexError.dimensionMismatch(expected: 2, actual: 0)) { try index.search([], limit: 1) }
    }

    /// Additions, replacements and removals in any order: the slots stay the caller's.
    @Test func removalMovesNothingVisible() throws {
        var generator = SeededGenerator(seed: 9)
        var index = VectorIndex(dimensions: 20)
        var vectors: [Int32: [Float]] = [:]
        for step in 0..<600 {
            let slot = Int32.random(in: 0..<80, using: &generator)
            if Bool.random(using: &generator) {
                let removed = index.remove(slot)
                #expect(removed == (vectors.removeValue(forKey: slot) != nil))
            } else {
                vectors[slot] = generator.vector(20)
                try index.insert(slot, vectors[slot, default: []])
            }
            #expect(index.count == vectors.count)
            guard step % 50 == 49 else { continue }
            let query = generator.vector(20)
            let matches = try index.search(query, limit: 80)
            #expect(Set(matches.map(\.slot)) == Set(vectors.keys))
            for match in matches {
                #expect(abs(Double(match.similarity) - cosine(vectors[match.slot, default: []], query)) < 1e-5)
            }
        }
    }

    @Test(arguments: [2, 3, 50, 500])
    func onlyAllowedSlotsAreFound(step: Int) throws {
        var generator = SeededGenerator(seed: 4)
        var index = VectorIndex(dimensions: 48)
        let vectors = clustered(2_000, 48, &generator)
        for (slot, vector) in vectors.enumerated() { try index.insert(Int32(slot), vector) }
        let slots = (0..<Int32(2_000)).filter { $0 % Int32(step) == 1 }
        let query = vectors[1].map { $0 + 0.1 }
        let matches = try index.search(query, limit: 10, allowed: SlotSet(slots + [5_000]))
        let expected = slots.map { cosine(vectors[Int($0)], query) }.sorted(by: >).prefix(10)
        #expect(matches.allSatisfy { slots.contains($0.slot) })
        #expect(matches.count == expected.count)
        for (match, similarity) in zip(matches, expected) { #expect(abs(Double(match.similarity) - similarity) < 1e-5) }
        #expect(try index.search(query, limit: 10, allowed: SlotSet()).isEmpty)
        #expect(try index.search(query, limit: 0).isEmpty)
    }

    @Test func similaritiesOfGivenSlots() throws {
        var index = VectorIndex(dimensions: 2)
        try index.insert(7, [0, 3])
        #expect(try index.similarities(of: [7, 6, -1, 1_000], to: [0, 1]) == [1, nil, nil, nil])
        #expect(index.contains(7) && !index.contains(6) && !index.contains(-1))
        #expect(index.byteCount >= 64 + 8)
    }

    /// Every instruction set gives the same integers, for odd row counts too.
    @Test(arguments: [64, 128, 384, 448])
    func levelsAgree(stride: Int) {
        var generator = SeededGenerator(seed: UInt64(stride))
        for count in [1, 2, 3, 4, 5, 7, 64, 67] {
            // Extremes first: nothing may saturate.
            let rows = (0..<count * stride).map { place -> Int8 in
                place < stride ? (place % 2 == 0 ? 127 : -127) : Int8.random(in: -127...127, using: &generator)
            }
            let query = (0..<stride).map { place -> Int8 in
                count % 2 == 0 ? (place % 2 == 0 ? -127 : 127) : Int8.random(in: -127...127, using: &generator)
            }
            var expected = [Int32](repeating: 0, count: count)
            for row in 0..<count {
                for place in 0..<stride { expected[row] += Int32(rows[row * stride + place]) * Int32(query[place]) }
            }
            for level in [Int32(0), 1, 2, 99] {
                var dots = [Int32](repeating: 0, count: count)
                scan_dots(rows, count, stride, query, &dots, level)
                #expect(dots == expected, "level \(level)")
            }
        }
    }

    /// Long enough for a scan that several threads share.
    @Test func sharedScanAnswersAsOneScanWould() throws {
        var generator = SeededGenerator(seed: 7)
        let (count, dimensions) = (18_000, 256)
        var index = VectorIndex(dimensions: dimensions)
        var vectors: [[Float]] = []
        for slot in 0..<count {
            // Every vector twice: at its place and half the index later, in another part.
            let vector =
                slot < count / 2
                ? (0..<dimensions).map { _ in Float.random(in: -1...1, using: &generator) } : vectors[slot - count / 2]
            vectors.append(vector)
            try index.insert(Int32(slot), vector)
        }
        for slot in stride(from: 0, to: count / 2, by: 1_499) {
            let found = try index.search(vectors[slot], limit: 2)
            #expect(found.map(\.slot) == [Int32(slot), Int32(slot + count / 2)])
            let allowed = SlotSet((Int32(0)..<Int32(count)).filter { $0 != Int32(slot) })
            #expect(try index.search(vectors[slot], limit: 1, allowed: allowed).first?.slot == Int32(slot + count / 2))
        }
    }

    @Test func scanKeepsTheFirstOfEqualRows() {
        let rows = [Int8](repeating: 1, count: 300 * 64)
        var best = [UInt32](repeating: 0, count: 5)
        var scores = [Float](repeating: 0, count: 5)
        let scales = [Float](repeating: 1, count: 300)
        let slots = (0..<Int32(300)).map { $0 }
        for level in Int32(0)...scan_best_level() {
            let found = scan_top(
                rows, scales, slots, 300, 64, Array(rows[..<64]), nil, 0, 5, &best, &scores, level)
            #expect(found == 5)
            #expect(best.sorted() == [0, 1, 2, 3, 4])
        }
    }
}
