#if MongoDB
    /// Bytes that are no document.
    struct BSONDamage: Error {}

    extension Document {
        /// Reads a document's bytes.
        /// - Throws: ``BSONDamage`` when a length or a text is wrong.
        /// - Complexity: O(length).
        init(_ bytes: UnsafeRawBufferPointer) throws(BSONDamage) {
            var reader = BSONReader(bytes: bytes)
            self = try reader.document(depth: 0)
        }
    }

    /// Walks over the bytes of a document, never past their end.
    private struct BSONReader {
        /// As deep as the server itself nests documents.
        static let maximumDepth = 200

        let bytes: UnsafeRawBufferPointer
        var place = 0

        mutating func document(depth: Int) throws(BSONDamage) -> Document {
            var document = Document()
            try elements(depth: depth) { name, value in document.append(name, value) }
            return document
        }

        private mutating func array(depth: Int) throws(BSONDamage) -> [BSON] {
            var elements: [BSON] = []
            try self.elements(depth: depth) { _, value in elements.append(value) }
            return elements
        }

        private mutating func elements(depth: Int, _ visit: (String, BSON) -> Void) throws(BSONDamage) {
            let start = place
            let length = Int(try number(Int32.self))
            guard depth <= Self.maximumDepth, length >= 5, length <= bytes.count - start else { throw BSONDamage() }
            let end = start + length - 1
            while place < end {
                let tag = try number(UInt8.self)
                let name = try name()
                visit(name, try value(tag, depth: depth + 1))
            }
            guard place == end, try number(UInt8.self) == 0 else { throw BSONDamage() }
        }

        private mutating func value(_ tag: UInt8, depth: Int) throws(BSONDamage) -> BSON {
            switch tag {
            case 0x01: return .double(Double(bitPattern: try number(UInt64.self)))
            case 0x02: return .text(try text())
            case 0x03: return .document(try document(depth: depth))
            case 0x04: return .array(try array(depth: depth))
            case 0x05:
                let length = Int(try number(Int32.self))
                let kind = BSON.BinaryKind(rawValue: try number(UInt8.self)) ?? .foreign
                return .bytes(kind, Array(try take(length)))
            case 0x08: return .bool(try number(UInt8.self) != 0)
            case 0x09: return .date(try number(Int64.self))
            case 0x0a: return .null
            case 0x10: return .int32(try number(Int32.self))
            case 0x12: return .int64(try number(Int64.self))
            default: return try skip(tag)
            }
        }

        /// Steps over a kind that is of no use here but that answers of a server hold.
        private mutating func skip(_ tag: UInt8) throws(BSONDamage) -> BSON {
            switch tag {
            case 0x06, 0x7f, 0xff: break
            case 0x07: _ = try take(12)
            case 0x0b:
                _ = try name()
                _ = try name()
            case 0x0d, 0x0e: _ = try text()
            case 0x11: _ = try take(8)
            case 0x13: _ = try take(16)
            default: throw BSONDamage()
            }
            return .other
        }

        private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(BSONDamage) -> Number {
            Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
        }

        private mutating func text() throws(BSONDamage) -> String {
            let length = Int(try number(Int32.self))
            guard length >= 1 else { throw BSONDamage() }
            let bytes = try take(length)
            guard bytes[length - 1] == 0, let text = String(validating: bytes.dropLast(), as: UTF8.self) else {
                throw BSONDamage()
            }
            return text
        }

        private mutating func name() throws(BSONDamage) -> String {
            guard let end = bytes[place...].firstIndex(of: 0),
                let name = String(validating: bytes[place..<end], as: UTF8.self)
            else { throw BSONDamage() }
            place = end + 1
            return name
        }

        private mutating func take(_ count: Int) throws(BSONDamage) -> UnsafeRawBufferPointer {
            guard count >= 0, count <= bytes.count - place else { throw BSONDamage() }
            defer { place += count }
            return UnsafeRawBufferPointer(rebasing: bytes[place..<(place + count)])
        }
    }
#endif
