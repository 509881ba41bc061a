/// Numbers terms. Numbers of terms that no document contains any more are given out again.
struct TermTable: Sendable {
    private var numbers: [String: Int32] = [:]
    private var names: [String] = []
    private var unused: [Int32] = []

    /// One more than the largest number given out.
    var capacity: Int { names.count }
    /// The approximate memory in bytes.
    private(set) var byteCount = 0

    func number(of term: String) -> Int32? { numbers[term] }

    mutating func intern(_ term: String) -> Int32 {
        if let number = numbers[term] { return number }
        let number: Int32
        if let reused = unused.popLast() {
            number = reused
            names[Int(number)] = term
        } else {
            number = Int32(names.count)
            names.append(term)
        }
        numbers[term] = number
        byteCount += Self.cost(of: term)
        return number
    }

    mutating func release(_ number: Int32) {
        let term = names[Int(number)]
        numbers[term] = nil
        names[Int(number)] = ""
        unused.append(number)
        byteCount -= Self.cost(of: term)
    }

    /// Key and value in the hash table at its usual load, the name, and the heap part of strings over 15 bytes.
    private static func cost(of term: String) -> Int { 56 + (term.utf8.count > 15 ? term.utf8.count + 33 : 0) }
}
