#if MySQL
    import Records

    /// How values are spelled on the wire and read from it; the same for both protocols.
    enum MySQLValues {
        /// What a double column holds: MySQL has no infinities, so the greatest finite doubles stand for them.
        /// - Throws: ``StoreError`` `invalid` for those two themselves.
        static func stored(_ number: Double) throws(StoreError) -> Double {
            guard number.magnitude != .greatestFiniteMagnitude else {
                throw StoreError(.invalid, "the greatest finite double stands for infinity here, and is refused")
            }
            return number.isInfinite ? (number < 0 ? -1 : 1) * Double.greatestFiniteMagnitude : number
        }

        /// The double that a column's value stands for.
        static func double(_ number: Double) -> Double {
            guard number.magnitude == .greatestFiniteMagnitude else { return number }
            return number < 0 ? -.infinity : .infinity
        }

        /// The bytes of a vector: single precision, least byte first, as the engines' own vector types have them.
        static func bytes(of vector: [Float]) -> [UInt8] {
            #if _endian(little)
                return vector.withUnsafeBytes { Array($0) }
            #else
                return vector.flatMap { element in withUnsafeBytes(of: element.bitPattern.littleEndian) { Array($0) } }
            #endif
        }

        /// The value of a column that came as bytes.
        static func value(_ bytes: UnsafeRawBufferPointer, _ kind: Field.Kind) -> Value {
            switch kind {
            case .text: return .text(String(decoding: bytes, as: UTF8.self))
            case .json: return .json(String(decoding: bytes, as: UTF8.self))
            case .bytes: return .bytes(Array(bytes))
            case .tokens:
                guard let terms = TokenEncoding.decodeAll(bytes) else { return .null }
                return .tokens(terms)
            case .vector:
                return .vector(vector(bytes))
            case .bool, .int, .time:
                let number = Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
                return value(number, kind)
            case .double:
                return Double(String(decoding: bytes, as: UTF8.self)).map { .double(double($0)) } ?? .null
            }
        }

        private static func vector(_ bytes: UnsafeRawBufferPointer) -> [Float] {
            let count = bytes.count / 4
            #if _endian(little)
                return [Float](unsafeUninitializedCapacity: count) { buffer, used in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * 4)]))
                    used = count
                }
            #else
                return (0..<count).map { place in
                    let bits = bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            #endif
        }

        /// The value of an integer column.
        static func value(_ number: Int64, _ kind: Field.Kind) -> Value {
            switch kind {
            case .bool: .bool(number != 0)
            case .time: .time(number)
            case .double: .double(Double(number))
            case .int, .text, .json, .bytes, .tokens, .vector: .int(number)
            }
        }
    }
#endif
