#if PostgreSQL
    internal import CPostgres
    import Records
    import RelationalRecords

    /// A row of a result, whose values are in the server's binary forms.
    struct PostgresRow: SQLRow {
        let result: PostgresResult
        let row: Int32

        func value(_ column: Int, _ kind: Field.Kind) -> Value {
            guard let bytes = bytes(column) else { return .null }
            switch kind {
            case .bool: return .bool(bytes.first.map { $0 != 0 } ?? false)
            case .int: return .int(Self.integer(bytes))
            case .time: return .time(Self.integer(bytes))
            case .double: return .double(Self.double(bytes))
            case .text: return .text(String(decoding: bytes, as: UTF8.self))
            case .json: return .json(String(decoding: bytes, as: UTF8.self))
            case .bytes: return .bytes(Array(bytes))
            case .vector:
                let isNative = PQftype(result.pointer, Int32(column)) != PostgresType.bytes
                return .vector(isNative ? Self.nativeVector(bytes) : Self.vector(bytes))
            case .tokens: return .tokens(Self.texts(bytes))
            }
        }

        func integer(_ column: Int) -> Int64 { bytes(column).map(Self.integer) ?? 0 }

        /// A column's text; nil where it is null.
        func text(_ column: Int) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }

        private func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
            let column = Int32(column)
            guard PQgetisnull(result.pointer, row, column) == 0 else { return nil }
            return UnsafeRawBufferPointer(
                start: PQgetvalue(result.pointer, row, column), count: Int(PQgetlength(result.pointer, row, column)))
        }

        /// A big-endian integer of any width, with its sign.
        private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
            guard let first = bytes.first, bytes.count <= 8 else { return 0 }
            if bytes.count == 1 { return Int64(first) }
            return bytes.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int64($1) }
        }

        private static func double(_ bytes: UnsafeRawBufferPointer) -> Double {
            switch bytes.count {
            case 8: Double(bitPattern: UInt64(bitPattern: integer(bytes)))
            case 4: Double(Float(bitPattern: number(bytes, at: 0)))
            default: 0
            }
        }

        private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }

        /// Dimensions in 16 bits, 16 unused ones, then the elements.
        private static func nativeVector(_ bytes: UnsafeRawBufferPointer) -> [Float] {
            let count = max(0, bytes.count / 4 - 1)
            return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                for place in 0..<count { buffer[place] = Float(bitPattern: number(bytes, at: 4 + 4 * place)) }
                initialized = count
            }
        }

        private static func vector(_ bytes: UnsafeRawBufferPointer) -> [Float] {
            let count = bytes.count / 4
            return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                for place in 0..<count {
                    let bits = bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
                    buffer[place] = Float(bitPattern: UInt32(littleEndian: bits))
                }
                initialized = count
            }
        }

        /// The elements of a one-dimensional array without nulls (array_send in arrayfuncs.c).
        private static func texts(_ bytes: UnsafeRawBufferPointer) -> [String] {
            guard bytes.count >= 20, number(bytes, at: 0) == 1 else { return [] }
            let count = Int(number(bytes, at: 12))
            var texts: [String] = []
            texts.reserveCapacity(count)
            var offset = 20
            for _ in 0..<count {
                guard offset + 4 <= bytes.count else { break }
                let length = Int(Int32(bitPattern: number(bytes, at: offset)))
                offset += 4
                guard length >= 0, offset + length <= bytes.count else { break }
                texts.append(String(decoding: bytes[offset..<offset + length], as: UTF8.self))
                offset += length
            }
            return texts
        }
    }
#endif
