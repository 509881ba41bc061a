#if MongoDB
    import Records

    /// Partition and key as one text whose bytewise order is that of partition, then key: what `_id` holds.
    ///
    /// One index, which every collection has anyway, then finds a record, walks a partition in key order, and closes every
    /// other order. MongoDB compares binaries by their length first, but texts byte by byte, so it must be a text.
    /// A text that another component follows is closed by U+0001 U+0001, and a U+0001 in it becomes U+0001 U+0002: the end
    /// then sorts before every continuation. Stores refuse U+0000, so nothing lies below.
    enum KeyText {
        /// The `_id` of a record.
        static func identifier(_ partition: Partition, _ key: [Value]) -> String {
            var text = start(of: partition)
            for (place, value) in key.enumerated() { append(value, isLast: place == key.count - 1, to: &text) }
            return text
        }

        /// What every `_id` of a partition begins with.
        static func start(of partition: Partition) -> String {
            var text = ""
            appendClosed(partition.name, to: &text)
            return text
        }

        /// Beyond every `_id` of a partition, and not beyond those of the next.
        static func end(of partition: Partition) -> String {
            var text = start(of: partition)
            text.unicodeScalars.removeLast()
            text.unicodeScalars.append("\u{2}")
            return text
        }

        /// A whole number whose text sorts as the number does.
        static func text(of number: Int64) -> String {
            let digits = String(UInt64(bitPattern: number) ^ 0x8000_0000_0000_0000, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }

        /// Bytes whose text sorts as the bytes do.
        static func text(of bytes: [UInt8]) -> String {
            let digits = Array("0123456789abcdef".utf8)
            var text: [UInt8] = []
            text.reserveCapacity(bytes.count * 2)
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            return String(decoding: text, as: UTF8.self)
        }

        private static func append(_ value: Value, isLast: Bool, to text: inout String) {
            switch value {
            case .text(let value) where isLast: text += value
            case .text(let value): appendClosed(value, to: &text)
            case .int(let value), .time(let value): text += Self.text(of: value)
            case .bool(let value): text += value ? "1" : "0"
            case .bytes(let value):
                text += Self.text(of: value)
                // A shorter one sorts first: the closing sign lies below every digit.
                if !isLast { text += "\u{1}" }
            // Keys have no other kinds; a schema with one is refused.
            case .null, .double, .json, .vector, .tokens, .next: break
            }
        }

        private static func appendClosed(_ value: String, to text: inout String) {
            if value.utf8.contains(1) {
                for scalar in value.unicodeScalars {
                    text.unicodeScalars.append(scalar)
                    if scalar.value == 1 { text.unicodeScalars.append("\u{2}") }
                }
            } else {
                text += value
            }
            text += "\u{1}\u{1}"
        }
    }
#endif
