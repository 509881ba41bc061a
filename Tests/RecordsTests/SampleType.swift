import Records

/// A type with a field of every kind.
let sampleType = RecordType(
    "sample", keyCount: 2,
    fields: [
        Field("owner", .text(maximumBytes: 8)), Field("number", .int), Field("flag", .bool), Field("score", .double),
        Field("title", .text(maximumBytes: 20)), Field("data", .bytes), Field("due", .time), Field("body", .json),
        Field("vec", .vector(dimensions: nil)), Field("axis", .vector(dimensions: 2)), Field("terms", .tokens),
        Field("count", .int),
    ],
    indexes: [Index(order: "title"), Index(order: "due", isGlobal: true), Index(equal: ["flag"], order: nil)],
    isTracked: true)

/// The values of a sample; fields not named are null.
func sample(_ fields: [String: Value] = [:]) -> [Value] {
    sampleType.fields.map { field in
        fields[field.name] ?? (field.name == "owner" ? .text("o") : field.name == "number" ? .int(1) : .null)
    }
}

func sampleSchema() throws -> Schema { try Schema([sampleType]) }
