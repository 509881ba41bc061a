import Records

/// When something is true: from a moment, or ever before where it is nil, to before another, or ever after.
struct Validity: Hashable {
    var from: Timestamp?
    var until: Timestamp?

    /// Whether no moment is in it.
    var isEmpty: Bool {
        guard let from, let until else { return false }
        return until <= from
    }

    func contains(_ moment: Timestamp) -> Bool {
        (from.map { $0 <= moment } ?? true) && (until.map { moment < $0 } ?? true)
    }

    /// Whether a moment is in both.
    func overlaps(_ other: Validity) -> Bool {
        let isBefore = until.flatMap { end in other.from.map { end <= $0 } } ?? false
        let isAfter = other.until.flatMap { end in from.map { end <= $0 } } ?? false
        return !isBefore && !isAfter && !isEmpty && !other.isEmpty
    }

    /// What is left before and after another, the earlier first.
    func subtracting(_ other: Validity) -> [Validity] {
        guard overlaps(other) else { return [self] }
        var rest: [Validity] = []
        if let start = other.from { rest.append(Validity(from: from, until: start)) }
        if let end = other.until { rest.append(Validity(from: end, until: until)) }
        return rest.filter { !$0.isEmpty }
    }
}
