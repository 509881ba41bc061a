/// One word of folded text.
struct Word: Equatable, Sendable {
    enum Kind: Sendable {
        /// ASCII letters only: may be a stop word, is stemmed otherwise.
        case letters
        /// Taken as it is: numbers, words with digits, technical names, words of other alphabets, pictographs.
        case verbatim
        /// A run of a script written without spaces.
        case unspaced
    }

    let text: String
    let kind: Kind
}
