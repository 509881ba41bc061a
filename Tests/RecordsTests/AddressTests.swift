import Records
import Testing

@Suite("Addresses and errors")
struct AddressTests {
    @Test("A record's key is its leading values")
    func key() {
        let record = Record(type: "t", keyCount: 2, revision: 1, stamp: Stamp(1), values: [.text("a"), .int(2), .null])
        #expect(record.key == Key("t", [.text("a"), .int(2)]))
        #expect(Key("t", "a") == Key("t", [.text("a")]))
    }

    @Test("Stamps are ordered by number, from before the first commit")
    func stamps() {
        #expect(Stamp.zero < Stamp(1) && Stamp(2) < Stamp(10) && !(Stamp(3) < Stamp(3)) && Stamp.zero == Stamp(0))
    }

    @Test("An error describes itself by code and message")
    func errors() {
        let record = Record(type: "t", keyCount: 1, revision: 1, stamp: Stamp(1), values: [.text("secret")])
        let error = StoreError(.guardFailed, "guard 0 does not hold", index: 0, record: record, value: 5)
        #expect(error.description == "guard_failed: guard 0 does not hold")
        #expect(StoreError.Code(rawValue: "exists") == .exists)
    }
}
