/// One document of a term: how often the term occurs in each field, capped at 65,535.
struct Posting: Sendable {
    var slot: Int32
    var frequencies: SIMD4<UInt16>  // indexed by TextField.rawValue; the last lane is unused
}

/// The documents of one term in ascending order of their slots.
///
/// Removal takes the posting out at once instead of marking it: the list's count then *is* the document frequency, a
/// slot can be reused immediately, and the search loop has no dead entries to test.
struct PostingList: Sendable {
    private(set) var postings: [Posting] = []

    var count: Int { postings.count }

    mutating func insert(_ posting: Posting) {
        if let last = postings.last, last.slot >= posting.slot {
            postings.insert(posting, at: lowerBound(of: posting.slot))
        } else {
            postings.append(posting)
        }
    }

    mutating func remove(slot: Int32) {
        let index = lowerBound(of: slot)
        guard index < postings.count, postings[index].slot == slot else { return }
        postings.remove(at: index)
    }

    private func lowerBound(of slot: Int32) -> Int {
        var low = 0
        var high = postings.count
        while low < high {
            let middle = (low + high) >> 1
            if postings[middle].slot < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
