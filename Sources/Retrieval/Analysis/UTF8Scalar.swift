/// Decoding and encoding of single scalars in UTF-8 that is known to be valid.
enum UTF8Scalar {
    /// The scalar that starts at `index` and its length in bytes. The buffer comes from a `String`, hence is valid.
    @inline(__always)
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, length: Int) {
        let first = UInt32(bytes[index])
        func next(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset]) & 0x3F }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
        return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }

    /// Writes `scalar` at `index` and returns the number of bytes written, one to four.
    @inline(__always)
    static func encode(_ scalar: UInt32, into output: UnsafeMutableBufferPointer<UInt8>, at index: Int) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: scalar >> shift & 0x3F | 0x80) }
        switch scalar {
        case ..<0x80:
            output[index] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case ..<0x800:
            output[index] = UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0)
            output[index + 1] = tail(0)
            return 2
        case ..<0x10000:
            output[index] = UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0)
            output[index + 1] = tail(6)
            output[index + 2] = tail(0)
            return 3
        default:
            output[index] = UInt8(truncatingIfNeeded: scalar >> 18 & 0x07 | 0xF0)
            output[index + 1] = tail(12)
            output[index + 2] = tail(6)
            output[index + 3] = tail(0)
            return 4
        }
    }

    /// The largest index at or below `limit` at which a scalar starts.
    static func boundary(_ bytes: UnsafeBufferPointer<UInt8>, atOrBelow limit: Int) -> Int {
        var index = limit
        while index > 0, index < bytes.count, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }
}
