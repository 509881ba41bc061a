public import Records

/// A store to be tested, and a way to open its data again.
public struct ConformanceStore: Sendable {
    /// An empty store; no type is prepared.
    public var store: any RecordStore
    /// Closes the store and opens the same data again; nil where nothing survives a close.
    public var reopen: (@Sendable () async throws -> any RecordStore)?

    /// A store to be tested.
    public init(_ store: any RecordStore, reopen: (@Sendable () async throws -> any RecordStore)? = nil) {
        self.store = store
        self.reopen = reopen
    }
}

/// One sentence of the contract of ``RecordStore``, and what shows whether a store keeps it.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// The sentence.
    public let sentence: String
    /// The ways of ``FaultyRecords`` to break it, each of which must make it fail.
    public let faults: [FaultyRecords.Fault]
    /// Whether it needs ``ConformanceStore/reopen``; it passes without looking where there is none.
    public let needsReopening: Bool
    private let body: @Sendable (ConformanceStore) async throws -> Void

    init(
        _ sentence: String, _ faults: [FaultyRecords.Fault], needsReopening: Bool = false,
        _ body: @escaping @Sendable (ConformanceStore) async throws -> Void
    ) {
        self.sentence = sentence
        self.faults = faults
        self.needsReopening = needsReopening
        self.body = body
    }

    /// The sentence.
    public var description: String { sentence }

    /// Tries the sentence on a fresh store of the factory, and closes it.
    /// - Throws: ``ConformanceFailure`` when the store breaks the sentence, or what the store throws.
    public func run(_ make: @Sendable () async throws -> ConformanceStore) async throws {
        let subject = try await make()
        do {
            try await body(subject)
        } catch {
            await subject.store.close()
            throw error
        }
        await subject.store.close()
    }
}

/// A broken sentence.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected, in words.
    public var expectation: String
    /// Where in the kit.
    public var file: String, line: Int

    /// What was expected and where.
    public var description: String { "\(expectation) (\(file):\(line))" }
}

/// The kit: every sentence that a record store must keep.
public enum RecordStoreConformance {
    /// All cases; run each on a fresh store.
    public static let cases: [ConformanceCase] =
        writing + failing + counting + guarding + reading + ordering + filtering + holding + feeding + living
}

/// Throws a ``ConformanceFailure`` unless the condition holds.
func expect(
    _ condition: Bool, _ expectation: String, file: String = #fileID, line: Int = #line
) throws(ConformanceFailure) {
    guard condition else { throw ConformanceFailure(expectation: expectation, file: file, line: line) }
}

/// Throws unless both are equal; shows both, which in the kit are never anybody's content.
func expect<T: Equatable>(
    _ found: T, equals wanted: T, _ what: String, file: String = #fileID, line: Int = #line
) throws(ConformanceFailure) {
    guard found == wanted else {
        let shown = String("\(found)".prefix(300))
        throw ConformanceFailure(
            expectation: "\(what): expected \(String("\(wanted)".prefix(300))), got \(shown)", file: file, line: line)
    }
}

/// The error that a body throws; throws a ``ConformanceFailure`` when there is none or it has another code.
@discardableResult
func expectError(
    _ code: StoreError.Code, _ what: String, file: String = #fileID, line: Int = #line,
    _ body: () async throws -> Void
) async throws -> StoreError {
    do {
        try await body()
    } catch let error as StoreError {
        guard error.code == code else {
            throw ConformanceFailure(
                expectation: "\(what): expected \(code.rawValue), got \(error.code.rawValue)", file: file, line: line)
        }
        return error
    }
    throw ConformanceFailure(expectation: "\(what): expected \(code.rawValue), got success", file: file, line: line)
}
