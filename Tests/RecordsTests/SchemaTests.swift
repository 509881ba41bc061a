import Records
import Testing

@Suite("Declarations")
struct SchemaTests {
    @Test("A right declaration is looked up by type and field")
    func lookUp() throws {
        let schema = try sampleSchema()
        let table = try schema.table("sample")
        #expect(try table.position(of: "owner") == 0 && table.position(of: "count") == 11)
        #expect(table.key(of: sample()) == Key("sample", [.text("o"), .int(1)]))
        #expect(throws: StoreError.self) { try table.position(of: "nothing") }
        #expect(throws: StoreError.self) { try schema.table("nothing") }
        #expect(Schema().tables.isEmpty)
    }

    static let key = Field("id", .text(maximumBytes: 8))

    @Test(
        "A wrong declaration is refused, naming the type",
        arguments: [
            RecordType("", fields: [key]), RecordType("Big", fields: [key]), RecordType("1a", fields: [key]),
            RecordType("a-b", fields: [key]), RecordType("é", fields: [key]),
            RecordType(String(repeating: "a", count: 49), fields: [key]),
            RecordType("wrong", version: 0, fields: [key]),
            RecordType("wrong", keyCount: 0, fields: [key]), RecordType("wrong", keyCount: 2, fields: [key]),
            RecordType("wrong", fields: []), RecordType("wrong", fields: [key, key]),
            RecordType("wrong", fields: [key, Field("revision", .int)]),
            RecordType("wrong", fields: [key, Field("stamp", .int)]),
            RecordType("wrong", fields: [key, Field("partition", .int)]),
            RecordType("wrong", fields: [key, Field("Title", .int)]), RecordType("wrong", fields: [Field("id", .json)]),
            RecordType("wrong", fields: [Field("id", .double)]), RecordType("wrong", fields: [Field("id", .tokens)]),
            RecordType("wrong", fields: [key], unique: [[]]), RecordType("wrong", fields: [key], unique: [["nothing"]]),
            RecordType("wrong", fields: [key, Field("body", .json)], unique: [["body"]]),
            RecordType("wrong", fields: [key], indexes: [Index(order: "nothing")]),
            RecordType("wrong", fields: [key], indexes: [Index(equal: ["nothing"], order: "id")]),
            RecordType("wrong", fields: [key, Field("body", .json)], indexes: [Index(order: "body")]),
        ])
    func refusals(_ type: RecordType) {
        let error = #expect(throws: StoreError.self) { try Schema([type]) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("record type \(type.name)") == true)
    }

    @Test("A type is declared once")
    func twice() {
        let error = #expect(throws: StoreError.self) { try Schema([sampleType, sampleType]) }
        #expect(error?.code == .invalid)
    }

    @Test("The longest names are allowed")
    func longest() throws {
        let name = String(repeating: "a", count: 48)
        _ = try Schema([RecordType(name, fields: [Field(name, .bytes)])])
    }
}
