#if PostgreSQL
    internal import CPostgres
    import Records

    /// Numbers of built-in types; they are the same on every server (pg_type.dat).
    enum PostgresType {
        static let boolean: UInt32 = 16
        static let bytes: UInt32 = 17
        static let bigint: UInt32 = 20
        static let text: UInt32 = 25
        static let real: UInt32 = 700
        static let double: UInt32 = 701
        static let texts: UInt32 = 1_009
        /// The server finds the type out.
        static let inferred: UInt32 = 0
    }

    /// A statement's arguments in the server's binary forms: exact, and nothing is quoted.
    struct PostgresParameters: Sendable {
        /// The type of each; ``PostgresType/inferred`` for a null.
        private(set) var types: [UInt32] = []
        private var bytes: [UInt8] = []
        private var places: [(offset: Int, count: Int)] = []

        /// No arguments.
        init() {}

        /// Encodes values.
        /// - Parameter vectorType: The number of the type that vectors are stored as; ``PostgresType/bytes`` where the
        ///   server has none for them.
        init(_ values: [Value], vectorType: UInt32) throws(StoreError) {
            types.reserveCapacity(values.count)
            places.reserveCapacity(values.count)
            for value in values { try append(value, vectorType) }
        }

        private mutating func append(_ value: Value, _ vectorType: UInt32) throws(StoreError) {
            let start = bytes.count
            let type: UInt32
            switch value {
            case .null, .next:
                types.append(PostgresType.inferred)
                places.append((0, -1))
                return
            case .bool(let value):
                type = PostgresType.boolean
                bytes.append(value ? 1 : 0)
            case .int(let number), .time(let number):
                type = PostgresType.bigint
                append(UInt64(bitPattern: number))
            case .double(let number):
                type = PostgresType.double
                append(number.bitPattern)
            case .text(let text), .json(let text):
                type = PostgresType.text
                bytes.append(contentsOf: text.utf8)
            case .bytes(let value):
                type = PostgresType.bytes
                bytes.append(contentsOf: value)
            case .tokens(let tokens):
                type = PostgresType.texts
                append(tokens)
            case .vector(let vector):
                type = vectorType
                try append(vector, isNative: vectorType != PostgresType.bytes)
            }
            types.append(type)
            places.append((start, bytes.count - start))
        }

        private mutating func append<T: FixedWidthInteger>(_ number: T) {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }

        /// An array: dimensions, whether it has nulls, the elements' type, length and first index, then each element
        /// (array_recv in arrayfuncs.c). An empty array has no dimension.
        private mutating func append(_ tokens: [String]) {
            append(Int32(tokens.isEmpty ? 0 : 1))
            append(Int32(0))
            append(PostgresType.text)
            guard !tokens.isEmpty else { return }
            append(Int32(tokens.count))
            append(Int32(1))
            for token in tokens {
                append(Int32(token.utf8.count))
                bytes.append(contentsOf: token.utf8)
            }
        }

        private mutating func append(_ vector: [Float], isNative: Bool) throws(StoreError) {
            if isNative {
                guard vector.count <= 16_000 else {
                    throw StoreError(.invalid, "a vector of \(vector.count) dimensions; the engine's limit is 16000")
                }
                append(Int16(vector.count))
                append(Int16(0))
                for element in vector { append(element.bitPattern) }
            } else {
                for element in vector {
                    withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
                }
            }
        }

        /// Calls with what libpq wants of every parameter: address, length, and that it is binary.
        func withPointers<T>(
            _ body: (
                Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
            ) -> T
        ) -> T {
            guard !places.isEmpty else { return body(0, nil, nil, nil) }
            // An empty value has an address too, or it would be a null.
            let storage = bytes.isEmpty ? [0] : bytes
            return storage.withUnsafeBytes { buffer in
                let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                let values = places.map { place in place.count < 0 ? nil : base.map { $0 + place.offset } }
                let lengths = places.map { Int32(truncatingIfNeeded: max(0, $0.count)) }
                let formats = [Int32](repeating: 1, count: places.count)
                return body(Int32(places.count), values, lengths, formats)
            }
        }
    }
#endif
