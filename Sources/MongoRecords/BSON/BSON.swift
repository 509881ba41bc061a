#if MongoDB
    /// A value of the binary format in which documents travel and are stored (https://bsonspec.org/spec.html): what this
    /// store writes, and of what it reads, the rest as ``other``.
    enum BSON: Sendable {
        case null
        case bool(Bool)
        case int32(Int32)
        case int64(Int64)
        case double(Double)
        case text(String)
        case bytes(BinaryKind, [UInt8])
        /// Milliseconds since 1970-01-01T00:00:00Z.
        case date(Int64)
        case array([BSON])
        case document(Document)
        /// A kind that this store never writes.
        case other

        /// What the bytes of a binary value are.
        enum BinaryKind: UInt8, Sendable {
            case generic = 0
            /// A packed vector: two bytes of header, then the elements.
            case vector = 9
            case foreign = 255
        }
    }

    /// Fields in order, which is what documents are; names may repeat, but never do here.
    struct Document: Sendable, ExpressibleByDictionaryLiteral {
        private(set) var fields: [(name: String, value: BSON)] = []

        init() {}

        init(dictionaryLiteral elements: (String, BSON)...) { fields = elements.map { (name: $0.0, value: $0.1) } }

        var isEmpty: Bool { fields.isEmpty }

        mutating func append(_ name: String, _ value: BSON) { fields.append((name: name, value: value)) }

        mutating func append(_ other: Document) { fields += other.fields }

        /// The first value of this name.
        /// - Complexity: O(fields).
        subscript(name: String) -> BSON? { fields.first { $0.name == name }?.value }
    }

    extension BSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
        ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
    {
        init(stringLiteral value: String) { self = .text(value) }

        init(integerLiteral value: Int32) { self = .int32(value) }

        init(booleanLiteral value: Bool) { self = .bool(value) }

        init(arrayLiteral elements: BSON...) { self = .array(elements) }

        init(dictionaryLiteral elements: (String, BSON)...) {
            var document = Document()
            for (name, value) in elements { document.append(name, value) }
            self = .document(document)
        }
    }

    extension BSON {
        /// The whole number, in whatever width the server chose.
        var integer: Int64? {
            switch self {
            case .int32(let value): Int64(value)
            case .int64(let value): value
            case .double(let value): Int64(exactly: value)
            default: nil
            }
        }

        var text: String? { if case .text(let value) = self { value } else { nil } }

        var document: Document? { if case .document(let value) = self { value } else { nil } }

        var array: [BSON]? { if case .array(let value) = self { value } else { nil } }

        /// The truth of a value as the server means it in `ok` and in flags.
        var isTrue: Bool {
            if case .bool(let value) = self { return value }
            return integer.map { $0 != 0 } ?? false
        }
    }
#endif
