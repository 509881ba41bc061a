#if MongoDB
    extension Document {
        /// The document's bytes.
        var encoded: [UInt8] {
            var bytes: [UInt8] = []
            encode(to: &bytes)
            return bytes
        }

        fileprivate func encode(to bytes: inout [UInt8]) {
            let start = bytes.count
            bytes.append(contentsOf: [0, 0, 0, 0])
            for (name, value) in fields { value.encode(name: name, to: &bytes) }
            bytes.append(0)
            bytes.setLength(at: start, to: bytes.count - start)
        }
    }

    extension BSON {
        fileprivate func encode(name: some StringProtocol, to bytes: inout [UInt8]) {
            bytes.append(tag)
            bytes.append(contentsOf: name.utf8)
            bytes.append(0)
            switch self {
            case .null, .other: break
            case .bool(let value): bytes.append(value ? 1 : 0)
            case .int32(let value): bytes.append(littleEndian: value)
            case .int64(let value), .date(let value): bytes.append(littleEndian: value)
            case .double(let value): bytes.append(littleEndian: value.bitPattern)
            case .text(let value):
                bytes.append(littleEndian: Int32(value.utf8.count + 1))
                bytes.append(contentsOf: value.utf8)
                bytes.append(0)
            case .bytes(let kind, let value):
                bytes.append(littleEndian: Int32(value.count))
                bytes.append(kind.rawValue)
                bytes.append(contentsOf: value)
            case .document(let value): value.encode(to: &bytes)
            case .array(let elements):
                let start = bytes.count
                bytes.append(contentsOf: [0, 0, 0, 0])
                for (index, element) in elements.enumerated() { element.encode(name: String(index), to: &bytes) }
                bytes.append(0)
                bytes.setLength(at: start, to: bytes.count - start)
            }
        }

        private var tag: UInt8 {
            switch self {
            case .double: 0x01
            case .text: 0x02
            case .document: 0x03
            case .array: 0x04
            case .bytes: 0x05
            case .bool: 0x08
            case .date: 0x09
            case .null, .other: 0x0a
            case .int32: 0x10
            case .int64: 0x12
            }
        }
    }

    extension [UInt8] {
        fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
            Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
        }

        fileprivate mutating func setLength(at place: Int, to length: Int) {
            Swift.withUnsafeBytes(of: Int32(length).littleEndian) { source in
                for offset in 0..<4 { self[place + offset] = source[offset] }
            }
        }
    }
#endif
