internal import Records

/// An index of the server's search module over one vector field of one record type, in every partition.
///
/// The module follows the records' hashes by themselves: by the beginning of their keys, which all records of a store
/// share, and by a field of the hash, the *marker*, which says whose partition's it is. A marker's name has capitals, which
/// no declared field's has, and names type and field, so that each index sees its own type only. Records have it whether
/// the server has the module or not, so that whoever writes needs not know.
///
/// Vectors without a direction, or of a length whose square single precision cannot tell from zero or infinity, have no
/// marker: the module would compare them wrongly. Those of other dimensions it leaves out.
struct VectorSearch: Sendable, Hashable {
    let type: String
    let field: String
    let dimensions: Int
    /// The beginning of all keys, after a brace.
    let prefix: String

    /// The indexes of a type: one for each vector field of fixed dimensions, or of the default's where it takes any.
    static func all(of type: RecordType, prefix: String, dimensions: Int?) -> [VectorSearch] {
        type.fields.compactMap { field in
            guard case .vector(let declared) = field.kind, let dimensions = declared ?? dimensions else { return nil }
            return VectorSearch(type: type.name, field: field.name, dimensions: dimensions, prefix: prefix)
        }
    }

    /// The index's name: a field has one for each dimension that somebody asked for.
    var name: String { "{\(prefix)}#near:\(type):\(field):\(dimensions)" }

    /// The field of the hash that holds the tag of the partition.
    var marker: String { Self.marker(of: field, in: type) }

    static func marker(of field: String, in type: String) -> String { "\(type)_NEAR_\(field)" }

    /// What stands for a partition in its records' markers: 16 hexadecimal digits, because names hold anything. Two
    /// partitions of one tag would only cost time: what is found is checked by its key.
    static func tag(of partition: Partition) -> String { String(Script.digest(partition.name).prefix(16)) }

    /// Whether the module may see a vector.
    static func isIndexable(_ vector: [Float]) -> Bool {
        var squares = 0.0
        for element in vector { squares += Double(element) * Double(element) }
        return squares > 1e-30 && squares < 1e30
    }

    /// Creates the index.
    var definition: RedisCommand {
        RedisCommand(
            "FT.CREATE", name, "ON", "HASH", "PREFIX", "1", "{\(prefix):", "FILTER", "exists(@\(marker))", "SCHEMA",
            marker, "TAG", field, "VECTOR", "HNSW", "6", "TYPE", "FLOAT32", "DIM", String(dimensions),
            "DISTANCE_METRIC", "COSINE")
    }

    /// Appends what the read script takes before the arguments of the query.
    func append(to command: inout RedisCommand, _ partition: Partition, _ vector: [Float], limit: Int) {
        command.append(name)
        command.append(field)
        command.append(marker)
        command.append(Self.tag(of: partition))
        command.append(":k:\(type)")
        command.append(StoredValue.bytes(of: .vector(vector)) ?? [])
        command.append(limit)
    }
}
