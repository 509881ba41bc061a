import Digests
public import Records

/// What a store holds: counts, and a hash that is equal for equal content on every engine.
///
/// SHA-256 over every partition in the order of names, in it every type in the order of names and every record in the
/// order of keys, and the counters that are not 0. Revisions and stamps are the store's own affair and left out.
public struct StoreContent: Sendable, Hashable {
    /// Partitions with a record of these types.
    public private(set) var partitions = 0
    /// Records by type.
    public private(set) var records: [String: Int] = [:]
    /// Lower-case hex, 64 characters.
    public private(set) var hash = ""

    /// All records.
    public var total: Int { records.values.reduce(0, +) }

    var summary: String { "\(total) records in \(partitions) partitions" }

    /// Reads a whole store, which is prepared.
    /// - Throws: ``StoreError``, as the store says.
    /// - Complexity: O(records).
    public init(of store: any EnumerableStore, types: [RecordType]) async throws(StoreError) {
        var total: [UInt8] = []
        var last: Partition?
        let sorted = types.sorted { $0.name < $1.name }
        while true {
            let names = try await store.partitions(after: last, limit: 1_000)
            for partition in names where partition != StoreCopy.progressPartition {
                var digest = Digest()
                digest.update(partition.name.utf8)
                var count = 0
                for type in sorted {
                    let number = try await Self.add(type, partition, store, &digest)
                    records[type.name, default: 0] += number
                    count += number
                }
                let counters = try await store.counters(in: partition).filter { $0.value != 0 }
                for (name, value) in counters.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                    digest.update(Self.bytes(of: .text(name)) + Self.bytes(of: .int(value)))
                }
                if count > 0 { partitions += 1 }
                // A partition without anything left is as good as none.
                if count > 0 || !counters.isEmpty { total += digest.finish() }
            }
            if names.count < 1_000 { break }
            last = names.last
        }
        var digest = Digest()
        digest.update(total)
        hash = Digest.hex(digest.finish())
    }

    private static func add(
        _ type: RecordType, _ partition: Partition, _ store: any EnumerableStore, _ digest: inout Digest
    ) async throws(StoreError) -> Int {
        var query = Query(type.name, limit: 250)
        var count = 0
        digest.update(bytes(of: .text(type.name)))
        repeat {
            let page = try await store.read(.query(query), in: partition)
            for record in page.records.compactMap({ $0 }) {
                count += 1
                for value in record.values { digest.update(bytes(of: value)) }
            }
            query.after = page.next
        } while query.after != nil
        return count
    }

    /// A tag, a length and the value, so that no two lists of values have the same bytes.
    private static func bytes(of value: Value) -> [UInt8] {
        func tagged(_ tag: UInt8, _ payload: some Collection<UInt8>) -> [UInt8] {
            [tag] + withUnsafeBytes(of: UInt64(payload.count).littleEndian, Array.init) + payload
        }
        func number(_ tag: UInt8, _ value: UInt64) -> [UInt8] {
            tagged(tag, withUnsafeBytes(of: value.littleEndian, Array.init))
        }
        return switch value {
        case .null, .next: tagged(0, [])
        case .bool(let value): tagged(1, [value ? 1 : 0])
        case .int(let value): number(2, UInt64(bitPattern: value))
        case .double(let value): number(3, value.bitPattern)
        case .text(let value): tagged(4, Array(value.utf8))
        case .bytes(let value): tagged(5, value)
        case .time(let value): number(6, UInt64(bitPattern: value))
        case .json(let value): tagged(7, Array(value.utf8))
        case .vector(let value):
            tagged(8, value.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
        case .tokens(let value): tagged(9, value.flatMap { tagged(4, Array($0.utf8)) })
        }
    }
}
