import Digests
import Records

extension Identifier {
    /// The one that names give: UUID version 8 (RFC 9562 §5.8) of the SHA-256 of the names, U+0000 between them.
    static func make(of names: [String]) -> String {
        var hash = Digest()
        hash.update(names.map { Array($0.utf8) }.joined(separator: [0]))
        let digest = hash.finish()
        func word(_ start: Int) -> UInt64 { digest[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
        return spell(
            word(0) & 0xffff_ffff_ffff_0fff | 0x8000, word(8) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
    }
}
