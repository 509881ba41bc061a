#if MongoDB
    import Records

    /// Field values as the documents hold them.
    ///
    /// A missing value is a missing field, so that partial indexes leave it out; MongoDB sorts it first. Times stay whole
    /// microseconds, because its own dates count milliseconds. JSON stays the canonical text, byte for byte: documents of
    /// MongoDB would lose the difference of spellings, and cannot have every name.
    enum FieldCoding {
        /// The value in a document; nil for null.
        static func encode(_ value: Value) -> BSON? {
            switch value {
            case .null, .next: nil
            case .bool(let value): .bool(value)
            case .int(let value), .time(let value): .int64(value)
            case .double(let value): .double(value)
            case .text(let value), .json(let value): .text(value)
            case .bytes(let value): .bytes(.generic, value)
            case .vector(let value): .bytes(.vector, packed(value))
            case .tokens(let value): .array(value.map(BSON.text))
            }
        }

        /// The value of a field of a kind; nil when the document holds something else.
        static func decode(_ value: BSON?, _ kind: Field.Kind) -> Value? {
            guard let value else { return .null }
            switch (kind, value) {
            case (_, .null): return .null
            case (.bool, .bool(let value)): return .bool(value)
            case (.int, _): return value.integer.map { .int($0) }
            case (.time, _): return value.integer.map { .time($0) }
            case (.double, .double(let value)): return .double(value)
            case (.text, .text(let value)): return .text(value)
            case (.json, .text(let value)): return .json(value)
            case (.bytes, .bytes(_, let value)): return .bytes(value)
            case (.vector, .bytes(.vector, let value)): return vector(value)
            case (.tokens, .array(let elements)):
                let tokens = elements.compactMap(\.text)
                return tokens.count == elements.count ? .tokens(tokens) : nil
            default: return nil
            }
        }

        /// The least value of a scalar kind, below which only missing ones sort: it keeps a range out of them.
        static func least(_ kind: Field.Kind) -> BSON {
            switch kind {
            case .bool: .bool(false)
            case .int, .time, .double: .double(-.infinity)
            case .text, .bytes, .json, .vector, .tokens: .text("")
            }
        }

        /// MongoDB's own form of a vector of floats (subtype 9): a byte for the element type, one for padding, then the
        /// elements, little-endian. Its vector search reads the same bytes.
        private static func packed(_ vector: [Float]) -> [UInt8] {
            var bytes: [UInt8] = [0x27, 0]
            bytes.reserveCapacity(2 + vector.count * 4)
            for element in vector {
                withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
            return bytes
        }

        private static func vector(_ bytes: [UInt8]) -> Value? {
            guard bytes.count >= 6, bytes.count % 4 == 2, bytes[0] == 0x27, bytes[1] == 0 else { return nil }
            return bytes.withUnsafeBytes { source in
                .vector(
                    (0..<((bytes.count - 2) / 4)).map { place in
                        let bits = source.loadUnaligned(fromByteOffset: 2 + place * 4, as: UInt32.self)
                        return Float(bitPattern: UInt32(littleEndian: bits))
                    })
            }
        }
    }
#endif
