/// An inverted index of one partition in memory, ranked by BM25 with a calibrated score (see ``LexicalScore``).
///
/// Documents are numbered by the caller with slots of 0 or more; memory is proportional to the largest slot, so slots
/// should be dense and be reused. Terms come from ``Analyzer``. A value type: copies are independent.
package struct TextIndex: Sendable {
    /// A document may hold this many terms in all fields together; later ones are not indexed.
    package static let mostTermsPerDocument = 1 << 20

    /// What the index ranks by.
    package let options: TextIndexOptions
    /// How many documents are in the index.
    package private(set) var count = 0

    private(set) var terms = TermTable()
    private(set) var lists: [PostingList] = []
    private(set) var documents: [Document] = []
    /// The terms of every document, in order: where phrases are looked for and what removal goes through.
    private(set) var sequences: [Int32] = []
    private(set) var fields = FieldStatistics()
    private var unusedSequenceTerms = 0
    private var postingCount = 0

    /// Where a document's terms lie in `sequences`: content, topics and participants, one after the other.
    struct Document: Sendable {
        var start = 0
        var lengths = SIMD4<Int32>(repeating: 0)  // indexed by TextField.rawValue; the last lane is unused
        var isPresent = false

        var length: Int { Int(lengths.wrappedSum()) }

        func range(of field: TextField) -> Range<Int> {
            var lower = start
            for index in 0..<field.rawValue { lower += Int(lengths[index]) }
            return lower..<lower + Int(lengths[field.rawValue])
        }
    }

    /// Total length and number of documents of each field, for the average lengths.
    struct FieldStatistics: Sendable, Equatable {
        var totals = SIMD4<Int64>(repeating: 0)
        var documents = SIMD4<Int64>(repeating: 0)

        func averageLength(of field: TextField) -> Float {
            let count = documents[field.rawValue]
            return count > 0 ? Float(Double(totals[field.rawValue]) / Double(count)) : 1
        }
    }

    /// An empty index.
    package init(options: TextIndexOptions = TextIndexOptions()) {
        self.options = options
    }

    /// Whether a document has this slot. Constant time.
    package func contains(_ slot: Int32) -> Bool {
        slot >= 0 && Int(slot) < documents.count && documents[Int(slot)].isPresent
    }

    /// The approximate memory of the index in bytes.
    package var byteCount: Int {
        terms.byteCount + lists.count * 40 + postingCount * MemoryLayout<Posting>.stride * 5 / 4
            + documents.capacity * MemoryLayout<Document>.stride + sequences.capacity * 4
    }

    /// Adds a document, replacing the one with the same slot. A negative slot is a programming error.
    /// - Complexity: O(terms), when slots ascend; otherwise every term also moves the postings behind the slot.
    package mutating func insert(
        _ slot: Int32, content: [String], topics: [String] = [], participants: [String] = []
    ) {
        precondition(slot >= 0, "a slot is 0 or more")
        remove(slot)
        if Int(slot) >= documents.count {
            documents.append(contentsOf: repeatElement(Document(), count: Int(slot) + 1 - documents.count))
        }
        var document = Document(start: sequences.count, isPresent: true)
        for (field, fieldTerms) in [content, topics, participants].enumerated() {
            for term in fieldTerms.prefix(Self.mostTermsPerDocument - (sequences.count - document.start)) {
                sequences.append(terms.intern(term))
                document.lengths[field] += 1
            }
        }
        documents[Int(slot)] = document
        count += 1
        countFields(of: document, sign: 1)
        addPostings(of: document, slot)
    }

    /// Removes a document. Returns whether it was there. All statistics are then as if it had never been added.
    @discardableResult
    package mutating func remove(_ slot: Int32) -> Bool {
        guard contains(slot) else { return false }
        let document = documents[Int(slot)]
        for term in Set(sequences[document.start..<document.start + document.length]) {
            lists[Int(term)].remove(slot: slot)
            postingCount -= 1
            if lists[Int(term)].count == 0 {
                lists[Int(term)] = PostingList()
                terms.release(term)
            }
        }
        documents[Int(slot)] = Document()
        count -= 1
        countFields(of: document, sign: -1)
        unusedSequenceTerms += document.length
        // Moving everything costs as much as the unused quarter cost to write, so removal stays cheap on average.
        if unusedSequenceTerms > 1024, unusedSequenceTerms * 4 > sequences.count { compactSequences() }
        return true
    }

    /// Numbers that stand for the distinct terms of a document's content, for comparisons within this index, or an
    /// empty set if there is no such document.
    package func contentTerms(of slot: Int32) -> Set<Int32> {
        contains(slot) ? Set(sequences[documents[Int(slot)].range(of: .content)]) : []
    }

    private mutating func countFields(of document: Document, sign: Int64) {
        for field in 0..<TextField.allCases.count where document.lengths[field] > 0 {
            fields.totals[field] += sign * Int64(document.lengths[field])
            fields.documents[field] += sign
        }
    }

    private mutating func addPostings(of document: Document, _ slot: Int32) {
        if lists.count < terms.capacity {
            lists.append(contentsOf: repeatElement(PostingList(), count: terms.capacity - lists.count))
        }
        // Sorting (term, field) pairs groups the occurrences of a term without a hash table per document.
        var occurrences: [Int64] = []
        occurrences.reserveCapacity(document.length)
        for field in TextField.allCases {
            for position in document.range(of: field) {
                occurrences.append(Int64(sequences[position]) << 2 | Int64(field.rawValue))
            }
        }
        occurrences.sort()
        var index = 0
        while index < occurrences.count {
            let term = occurrences[index] >> 2
            var posting = Posting(slot: slot, frequencies: SIMD4(repeating: 0))
            while index < occurrences.count, occurrences[index] >> 2 == term {
                let field = Int(occurrences[index] & 3)
                if posting.frequencies[field] < .max { posting.frequencies[field] += 1 }
                index += 1
            }
            lists[Int(term)].insert(posting)
            postingCount += 1
        }
    }

    private mutating func compactSequences() {
        var compacted: [Int32] = []
        compacted.reserveCapacity(sequences.count - unusedSequenceTerms)
        for slot in documents.indices where documents[slot].isPresent {
            let document = documents[slot]
            documents[slot].start = compacted.count
            compacted.append(contentsOf: sequences[document.start..<document.start + document.length])
        }
        sequences = compacted
        unusedSequenceTerms = 0
    }
}
