internal import CZlib

/// gzip (RFC 1952) by zlib.
package enum Gzip {
    /// Compressed bytes are damaged, or bytes too many for zlib.
    package struct Damage: Error {}

    /// 15 bits of window, and 16 for gzip's header and checksum.
    private static let window: Int32 = 15 + 16
    private static let chunk = 1 << 16

    /// The bytes, compressed.
    /// - Parameter level: 1, the fastest, to 9, the smallest.
    package static func compress(_ bytes: [UInt8], level: Int32 = 6) throws -> [UInt8] {
        var stream = z_stream()
        guard shim_deflate_init(&stream, level, window) == Z_OK else { throw Damage() }
        defer { deflateEnd(&stream) }
        return try run(&stream, bytes, isEnd: { _ in false }) { deflate($0, Z_FINISH) }
    }

    /// The bytes of which they are the compression.
    /// - Parameter firstLine: Whether only the first line is wanted, without its break.
    package static func decompress(_ bytes: [UInt8], firstLine: Bool = false) throws -> [UInt8] {
        var stream = z_stream()
        guard shim_inflate_init(&stream, window) == Z_OK else { throw Damage() }
        defer { inflateEnd(&stream) }
        let output = try run(&stream, bytes, isEnd: { firstLine && $0.contains(0x0a) }) { inflate($0, Z_NO_FLUSH) }
        return firstLine ? Array(output.prefix { $0 != 0x0a }) : output
    }

    private static func run(
        _ stream: inout z_stream, _ bytes: [UInt8], isEnd: ([UInt8]) -> Bool,
        _ step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) throws -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw Damage() }
        var output: [UInt8] = []
        var input = bytes
        var piece = [UInt8](repeating: 0, count: chunk)
        return try input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                let code = piece.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    return step(&stream)
                }
                output += piece.prefix(chunk - Int(stream.avail_out))
                if code == Z_STREAM_END || isEnd(output) { return output }
                // Without progress the input ends before it should.
                guard code == Z_OK, stream.avail_out < UInt32(chunk) || stream.avail_in > 0 else { throw Damage() }
            }
        }
    }
}
