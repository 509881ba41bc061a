internal import CStemmer
internal import Synchronization

/// The Snowball "english" stemmer. A handle is not thread-safe; handles are lent from a pool, one per analysis.
final class EnglishStemmer {
    private let handle: OpaquePointer

    private init() {
        guard let handle = sb_stemmer_new("english", "UTF_8") else {
            // The algorithm is part of every build of the library, so only an exhausted heap gets here.
            fatalError("libstemmer did not provide the english stemmer")
        }
        self.handle = handle
    }

    deinit { sb_stemmer_delete(handle) }

    /// The stem of a folded ASCII word; words of one or two letters are their own stems.
    func stem(_ word: String) -> String {
        var word = word
        guard word.utf8.count > 2 else { return word }
        return word.withUTF8 { bytes in
            guard let stem = sb_stemmer_stem(handle, bytes.baseAddress, Int32(bytes.count)) else {
                fatalError("libstemmer ran out of memory")
            }
            let length = Int(sb_stemmer_length(handle))
            return String(decoding: UnsafeBufferPointer(start: stem, count: length), as: UTF8.self)
        }
    }

    private static let pool = Mutex<Pool>(Pool())

    private struct Pool: ~Copyable {
        var idle: [EnglishStemmer] = []
    }

    /// Lends a stemmer for the duration of `body`.
    static func borrow<Result>(_ body: (EnglishStemmer) -> Result) -> Result {
        let box = pool.withLock { pool in Loan(stemmer: pool.idle.popLast()) }
        let stemmer = box.stemmer ?? EnglishStemmer()
        let result = body(stemmer)
        let loan = Loan(stemmer: stemmer)
        pool.withLock { pool in
            // More than this many at once is rare; the surplus is freed rather than kept for ever.
            if pool.idle.count < 16, let stemmer = loan.stemmer { pool.idle.append(stemmer) }
        }
        return result
    }

    // Unchecked: a handle is referenced either by the pool or by the one borrower, never by both.
    private struct Loan: @unchecked Sendable {
        let stemmer: EnglishStemmer?
    }
}
