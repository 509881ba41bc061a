internal import Records

/// What the commit script answered.
enum CommitOutcome {
    /// The batch's outcome.
    case done(Result<Receipt, StoreError>)
    /// The partition holds an earlier version of this type: it must be migrated first.
    case mustMigrate(String)

    init(_ reply: RESPValue, _ types: [String: TypeLayout]) throws(StoreError) {
        let parts = reply.elements ?? []
        let words = parts.prefix(4).map { $0.text ?? "" }
        let index = words.count > 1 ? Int(words[1]) : nil
        func word(_ place: Int) -> String { words.count > place ? words[place] : "" }
        switch words.first {
        case "ok":
            let numbers = word(1).split(separator: " ").compactMap { Int64($0) }
            guard let stamp = numbers.first else { throw Self.damage }
            self = .done(.success(Receipt(stamp: Stamp(stamp), results: Array(numbers.dropFirst()))))
        case "exists":
            guard parts.count == 4, let layout = types[word(2)], let hash = parts[3].elements else { throw Self.damage }
            let record = try RecordDecoder.record(layout, hash: hash[...])
            self = .done(
                .failure(
                    StoreError(
                        .exists, "a record of \(record.type) has this key or unique key", index: index, record: record))
            )
        case "missing":
            self = .done(
                .failure(StoreError(.missing, "write \(word(1)): there is no record to patch", index: index)))
        case "guard":
            self = .done(.failure(StoreError(.guardFailed, "guard \(word(1)) does not hold", index: index)))
        case "limit":
            self = .done(
                .failure(
                    StoreError(
                        .limit, "write \(word(1)): the counter's limit is \(word(2))", index: index,
                        value: Int64(word(3)))))
        case "overflow":
            let message =
                word(2).isEmpty
                ? "write \(word(1)): the counter would pass 64 bits" : "field \(word(2)): the sum passes 64 bits"
            self = .done(.failure(StoreError(.invalid, message, index: index)))
        case "old": self = .mustMigrate(word(1))
        case "new":
            self = .done(.failure(Self.newer(word(1), word(2))))
        default: throw Self.damage
        }
    }

    /// The partition was written by a later program.
    static func newer(_ type: String, _ version: String) -> StoreError {
        StoreError(.schema, "record type \(type): the store holds version \(version), newer than this program's")
    }

    static let damage = StoreError(.corrupted, "the server's answer is not understood")
}
