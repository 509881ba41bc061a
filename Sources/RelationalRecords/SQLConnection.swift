package import Records
import Synchronization

/// A connection to an engine. Sendable, because it is handed from thread to thread; used by one at a time.
package protocol SQLConnection: AnyObject, Sendable {
    /// Runs statements without results.
    func execute(_ sql: String) throws(StoreError)
    /// A prepared statement, reset and ready to bind; cached for fixed texts.
    func prepare(_ sql: SQLText) throws(StoreError) -> any SQLStatement
    /// Ends a transaction that may have been ended by the engine already.
    func rollBack()
    /// Makes deleted data unrecoverable as far as the engine can; answers what remains.
    func scrub(seconds: Double) throws(StoreError) -> [String]
    /// A number that differs when another connection has committed.
    func dataVersion() throws(StoreError) -> Int64
    /// Releases the connection.
    func close()
}

/// A prepared statement. Placeholders and columns count from 1 and 0.
package protocol SQLStatement: AnyObject {
    /// Binds a placeholder.
    func bind(_ place: Int32, _ value: Value)
    /// Moves to the next row; false at the end.
    func step() throws(StoreError) -> Bool
    /// The value of a column as a field of this kind.
    func value(_ column: Int32, _ kind: Field.Kind) -> Value
    /// The value of an integer column, 0 for null.
    func integer(_ column: Int32) -> Int64
    /// Frees locks and bindings.
    func reset()
}

/// A statement's text with a small number, so that connections keep its preparation without hashing the text.
package struct SQLText: Sendable {
    /// The text.
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

extension SQLStatement {
    /// Runs to the end, without results.
    func run() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }
}

extension SQLConnection {
    /// Prepares and binds.
    func prepare(_ sql: SQLText, _ arguments: [Value]) throws(StoreError) -> any SQLStatement {
        let statement = try prepare(sql)
        for (place, argument) in arguments.enumerated() { statement.bind(Int32(place + 1), argument) }
        return statement
    }
}
