/// Terms of runs in scripts written without spaces, where words cannot be told apart without a dictionary.
enum CharacterGrams {
    /// Every character, each followed by the bigram that starts with it.
    static func appendDocumentTerms(of run: String, to terms: inout [String]) {
        forEachCharacter(of: run) { bytes, start, end, next in
            terms.append(string(bytes, start, end))
            if let next { terms.append(string(bytes, start, next)) }
        }
    }

    /// The bigrams of the run; a run of one character is itself the term. A Han character between characters of other
    /// scripts is usually a whole word (猫が好き), so it is searched for as well.
    static func appendQueryTerms(of run: String, to terms: inout [String]) {
        forEachCharacter(of: run) { bytes, start, end, next in
            let isAlone = start == 0 && next == nil
            if isAlone || isIsolatedHan(bytes, start, end) { terms.append(string(bytes, start, end)) }
            if let next { terms.append(string(bytes, start, next)) }
        }
    }

    private static func forEachCharacter(
        of run: String, _ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ next: Int?) -> Void
    ) {
        var run = run
        run.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let end = start + UTF8Scalar.decode(bytes, at: start).length
                let next = end < bytes.count ? end + UTF8Scalar.decode(bytes, at: end).length : nil
                body(bytes, start, end, next)
                start = end
            }
        }
    }

    private static func isIsolatedHan(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard CharacterClass.isHan(UTF8Scalar.decode(bytes, at: start).scalar) else { return false }
        if end < bytes.count, CharacterClass.isHan(UTF8Scalar.decode(bytes, at: end).scalar) { return false }
        guard start > 0 else { return true }
        let previous = UTF8Scalar.boundary(bytes, atOrBelow: start - 1)
        return !CharacterClass.isHan(UTF8Scalar.decode(bytes, at: previous).scalar)
    }

    private static func string(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
}
