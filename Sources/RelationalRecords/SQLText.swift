import Synchronization

/// A statement's text with a small number, so that connections keep its preparation without hashing the text.
package struct SQLText: Sendable {
    /// The text, with `?` for placeholders.
    package let text: String
    /// Its number among the fixed texts of the process; nil for texts that are made for one call.
    package let number: Int?

    private static let count = Mutex(0)

    /// A fixed text, prepared once a connection. Make it once, not in a loop.
    package init(fixed text: String) {
        self.text = text
        number = Self.count.withLock { count in
            count += 1
            return count
        }
    }

    /// A text made for one call.
    package init(dynamic text: String) {
        self.text = text
        number = nil
    }
}
