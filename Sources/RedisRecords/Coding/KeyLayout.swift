internal import Records

/// The names of all keys.
///
/// A partition lies in a *bucket*: the hash tag is `{prefix:bucket}`, not `{prefix:partition}`. So a partition is in one
/// slot, which makes its commits atomic, and so is the bucket's part of each global index, which the same script writes: no
/// entry can be missing or left over, and a survey asks as many keys as there are buckets instead of one a partition.
///
///     {agent-memory:17}:app/user:h               hash: stamp, version of each type
///     {agent-memory:17}:app/user:r:memory:KEY    hash: a record
///     {agent-memory:17}:app/user:k:memory        sorted set: keys
///     {agent-memory:17}:app/user:i:memory:a>b    sorted set: an index of equality field a, order field b
///     {agent-memory:17}:app/user:u:memory:a,b    hash: a unique key's values to the record's key
///     {agent-memory:17}:app/user:f:memory        sorted set by stamp: `+KEY` written, `-KEY` deleted
///     {agent-memory:17}:app/user:t:memory:f      sorted set: `TERM\0KEY` of the records whose tokens field f has the term
///     {agent-memory:17}:app/user:c               hash: counters
///     {agent-memory:17}:app/user:b:ID            text, for 24 hours: a batch's receipt
///     {agent-memory:17}#g:memory:a>b             sorted set: a global index of all partitions of the bucket
///     {agent-memory:17}#partitions               set: the names of the bucket's partitions
///     {agent-memory}#near:memory:vector:384      index of the search module; see VectorSearch
///     {agent-memory}#schema                      hash: declarations, number of buckets
struct KeyLayout: Sendable, Hashable {
    /// What all keys begin with, after a brace.
    let prefix: String
    /// The version of this layout, which a store keeps.
    static let version = "2"

    /// How many buckets there are.
    let buckets: Int

    /// The bucket of a partition.
    func bucket(of partition: Partition) -> Int { HashSlot.checksum(partition.name.utf8) % buckets }

    /// What all keys of a bucket begin with.
    func tag(_ bucket: Int) -> String { "{\(prefix):\(bucket)}" }

    /// What all keys of a partition begin with. `%`, `:` and braces in its name are percent-encoded.
    func base(_ partition: Partition) -> String { tag(bucket(of: partition)) + ":" + Self.escaped(partition.name) }

    /// The key that a script of a partition declares.
    func head(_ partition: Partition) -> String { base(partition) + ":h" }

    /// The names of a bucket's partitions.
    func partitions(_ bucket: Int) -> String { tag(bucket) + "#partitions" }

    /// The declarations.
    var schema: String { "{\(prefix)}#schema" }

    /// Held by whoever migrates.
    var lock: String { "{\(prefix)}#lock" }

    /// What preparing tries permissions on.
    var probe: String { "{\(prefix)}#probe" }

    /// The channel of a partition's hints.
    func channel(_ partition: Partition) -> String { base(partition) + ":w" }

    static func escaped(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "%"): bytes += Array("%25".utf8)
            case UInt8(ascii: ":"): bytes += Array("%3A".utf8)
            case UInt8(ascii: "{"): bytes += Array("%7B".utf8)
            case UInt8(ascii: "}"): bytes += Array("%7D".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
