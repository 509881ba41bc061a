package import Records

/// A connection to an engine, used by one caller at a time. A call may suspend or, where the engine's library is a
/// blocking one, hold the thread: such an engine names an executor (``SQLEngine/executor``), and is called there.
package protocol SQLConnection: AnyObject, Sendable {
    /// Whether the connection can no longer be used: it is closed instead of going back to its pool.
    var isBroken: Bool { get }
    /// Whether the engine has ended the transaction by itself after a failure; false by default.
    var hasLostTransaction: Bool { get }
    /// Starts a transaction. The words may wait and travel with the next call; then that call throws their failure.
    func begin(_ words: String) async throws(StoreError)
    /// Starts a transaction that writes, unless that needed a wait; false then, and by default. Engines of
    /// ``SQLEngine/commitsBriefly`` have it.
    func beginIfFree(_ words: String) throws(StoreError) -> Bool
    /// Runs statements in order, in one round trip where the engine can, up to the first that fails.
    /// - Returns: How many rows each changed.
    /// - Throws: ``StoreError`` with ``StoreError/index`` of the statement: `exists` when a unique key is taken,
    ///   `conflict` when the engine asks to run the transaction again, `unavailable` when the connection broke.
    func run(_ calls: [SQLCall]) async throws(StoreError) -> [Int]
    /// Runs queries in order, in one round trip where the engine can; `row` is called for each row in order, with the
    /// query's place. What it is given is valid during the call only. When `row` throws, the rest is skipped, the
    /// connection stays usable, and the error is thrown on.
    func query(_ calls: [SQLCall], _ row: (Int, any SQLRow) throws(StoreError) -> Void) async throws(StoreError)
    /// Runs statements without arguments and results, one by one: definitions.
    func execute(_ statements: [String]) async throws(StoreError)
    /// Commits.
    /// - Throws: ``StoreError`` `outcomeUnknown` when the connection broke before the answer came, `conflict`.
    func commit() async throws(StoreError)
    /// Ends a transaction that only read; the words may travel later.
    func endReading() async throws(StoreError)
    /// Ends a transaction that may have been ended by the engine already. A failure makes the connection broken.
    func rollBack() async
    /// Makes deleted data of the tables whose names begin with the prefix unrecoverable as far as the engine can.
    /// - Returns: What remains, by name.
    func scrub(prefix: String, seconds: Double) async throws(StoreError) -> [String]
    /// A number that differs when another connection has committed; nil where the engine has none.
    func dataVersion() async throws(StoreError) -> Int64?
    /// Whether the connection still answers, for one that was idle.
    func isAlive() async -> Bool
    /// Releases the connection.
    func close() async
}

/// The row at hand. Columns count from 0.
package protocol SQLRow {
    /// The value of a column as a field of this kind; null where it is null.
    func value(_ column: Int, _ kind: Field.Kind) -> Value
    /// The value of an integer column, 0 for null.
    func integer(_ column: Int) -> Int64
}

/// A statement and its arguments, for placeholders that are written `?`.
package struct SQLCall: Sendable {
    /// The statement.
    package var text: SQLText
    /// One value a placeholder; never ``Value/next(_:)``.
    package var arguments: [Value]

    /// A call.
    package init(_ text: SQLText, _ arguments: [Value] = []) {
        self.text = text
        self.arguments = arguments
    }

    /// A call of a statement that is made for it.
    package init(_ text: String, _ arguments: [Value] = []) {
        self.init(SQLText(dynamic: text), arguments)
    }
}

extension SQLConnection {
    package var hasLostTransaction: Bool { false }

    package func beginIfFree(_ words: String) throws(StoreError) -> Bool { false }

    /// Runs one statement and answers how many rows it changed.
    @discardableResult
    func run(_ text: SQLText, _ arguments: [Value] = []) async throws(StoreError) -> Int {
        try await run([SQLCall(text, arguments)])[0]
    }

    /// Runs one query.
    func query(_ call: SQLCall, _ row: (any SQLRow) throws(StoreError) -> Void) async throws(StoreError) {
        try await query([call]) { (_, found) throws(StoreError) in try row(found) }
    }

    /// What a function makes of the first row of a query; nil when there is none.
    func first<T>(
        _ text: SQLText, _ arguments: [Value] = [], _ make: (any SQLRow) throws(StoreError) -> T
    ) async throws(StoreError) -> T? {
        var result: T?
        try await query(SQLCall(text, arguments)) { (row) throws(StoreError) in
            if result == nil { result = try make(row) }
        }
        return result
    }
}

extension StoreError.Code {
    /// The engine asks to run the transaction again: a deadlock or a serialization failure. Never leaves this module.
    package static let conflict = StoreError.Code(rawValue: "conflict")
}
