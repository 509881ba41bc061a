import InMemoryRecords
import Records
import Synchronization
import TestStores
import Testing
import Transcripts

/// Every backend; of those with a file and without one, only the one without.
let backends = TestBackend.all.filter { $0.description != "sqlite" }

/// The backend of tests that no database can answer otherwise.
let inMemory = TestBackend("in memory") { TestBackend.Made(InMemoryRecords()) }

extension TestBackend: CustomTestStringConvertible {
    package var testDescription: String { description }
}

extension Owner {
    static let test = Owner(app: "app", user: "user")
    static let other = Owner(app: "app", user: "other")
}

extension TranscriptStoreConfiguration {
    static let lexical = TranscriptStoreConfiguration(isLexicalByChoice: true)

    /// The lexical configuration, changed.
    static func lexical(_ change: (inout TranscriptStoreConfiguration) -> Void) -> TranscriptStoreConfiguration {
        var configuration = TranscriptStoreConfiguration.lexical
        change(&configuration)
        return configuration
    }
}

extension TestBackend {
    /// An empty store of transcripts.
    func open(_ configuration: TranscriptStoreConfiguration = .lexical) async throws -> TranscriptStore {
        try await openFaulty(configuration).store
    }

    /// An empty store of transcripts over one whose commits can be made to fail.
    func openFaulty(
        _ configuration: TranscriptStoreConfiguration = .lexical
    ) async throws -> (store: TranscriptStore, faults: FaultyRecords) {
        let faults = FaultyRecords(try await make())
        return (try await TranscriptStore(faults, configuration: configuration), faults)
    }
}

/// A clock that stands still until it is told the time.
final class TestClock: Sendable {
    private let microseconds = Mutex<Int64>(1_715_000_000_000_000)

    var now: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }

    func advance(seconds: Int64) { microseconds.withLock { $0 += seconds * 1_000_000 } }

    var configuration: TranscriptStoreConfiguration { .lexical { $0.clock = { self.now } } }
}

/// A store that does what another does, but for the commits that it is told to lose.
final class FaultyRecords: RecordStore {
    /// What happens to a commit.
    enum Fault {
        /// It does not happen.
        case refuse
        /// It happens, and nobody is told.
        case forget
    }

    private let inner: any RecordStore
    /// What the store lives in, such as a folder, goes when this does.
    private let made: TestBackend.Made
    let fault = Mutex<(@Sendable (Batch) -> Fault?)?>(nil)
    /// Every query that was asked.
    let queries = Mutex<[Query]>([])

    init(_ made: TestBackend.Made) {
        self.made = made
        inner = made.store
    }

    func set(_ fault: (@Sendable (Batch) -> Fault?)?) { self.fault.withLock { $0 = fault } }

    /// What somebody else does right before the next commit.
    private let interruption = Mutex<(@Sendable () async throws -> Void)?>(nil)

    /// Lets somebody else act right before the next commit, once: a race that happens every time.
    func interrupt(_ body: @escaping @Sendable () async throws -> Void) { interruption.withLock { $0 = body } }

    private let readInterruption = Mutex<(left: Int, body: (@Sendable () async throws -> Void)?)>((0, nil))

    /// Lets somebody else act right before a read, counted from 1, once.
    func interrupt(beforeRead number: Int, _ body: @escaping @Sendable () async throws -> Void) {
        readInterruption.withLock { $0 = (number, body) }
    }

    var capabilities: Capabilities { inner.capabilities }

    func prepare(_ types: [RecordType]) async throws(StoreError) { try await inner.prepare(types) }

    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        let interruption = interruption.withLock { interruption in
            defer { interruption = nil }
            return interruption
        }
        do {
            try await interruption?()
        } catch { Issue.record("\(error)") }
        var results: [Result<Receipt, StoreError>] = []
        for batch in batches {
            switch fault.withLock({ $0 })?(batch) {
            case nil: results += await inner.commit([batch])
            case .refuse: results.append(.failure(StoreError(.unavailable, "the store is away")))
            case .forget:
                _ = await inner.commit([batch])
                results.append(.failure(StoreError(.outcomeUnknown, "the connection broke")))
            }
        }
        return results
    }

    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        for case .query(let query) in reads { queries.withLock { $0.append(query) } }
        let interruption = readInterruption.withLock { waiting in
            waiting.left -= 1
            guard waiting.left == 0 else { return nil as (@Sendable () async throws -> Void)? }
            defer { waiting.body = nil }
            return waiting.body
        }
        do {
            try await interruption?()
        } catch { Issue.record("\(error)") }
        return try await inner.read(reads, in: partition, atLeast: atLeast)
    }

    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await inner.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }

    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await inner.survey(query) }

    func watch(_ partition: Partition) -> AsyncStream<Void> { inner.watch(partition) }

    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await inner.scrub(within: seconds) }

    func close() async { await inner.close() }
}

extension FaultyRecords {
    private final class Once: Sendable {
        private let isTaken = Mutex(false)

        func take() -> Bool {
            isTaken.withLock { isTaken in
                defer { isTaken = true }
                return !isTaken
            }
        }
    }

    /// The next commit happens, and nobody is told.
    func forgetNext() {
        let once = Once()
        set { _ in once.take() ? .forget : nil }
    }
}

/// Expects an error of a code, and, where given, words in its message.
func expect(
    _ code: TranscriptError.Code, _ words: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was thrown, not \(code.rawValue)", sourceLocation: sourceLocation)
    } catch let error as TranscriptError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        #expect(words.isEmpty || error.message.contains(words), "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}

extension NewEvent {
    static func said(_ text: String, key: String? = nil, _ changes: [StateChange] = []) -> NewEvent {
        NewEvent(.userMessage(Message(text)), key: key, stateChanges: changes)
    }

    static func custom(_ name: String, key: String? = nil) -> NewEvent {
        NewEvent(.custom(EventType(rawValue: name), Array(name.utf8)), key: key)
    }
}

extension TranscriptStore {
    /// The texts of a log's messages, oldest first.
    func texts(_ log: EventLog, of owner: Owner = .test) async throws -> [String] {
        try await events(in: log, of: owner, limit: 1_000).events.compactMap(\.payload.text)
    }

    /// How many records of every type the partition has.
    func counts(in owner: Owner = .test) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for type in TranscriptRecords.all {
            counts[type.name] = try await records.read(.count(type.name, .all), in: owner.partition).count
        }
        return counts.filter { $0.value > 0 }
    }

    @discardableResult
    func say(_ text: String, in session: String = "s", of owner: Owner = .test) async throws -> AppendedEvent {
        try await append([.said(text)], to: .session(session), in: owner).events[0]
    }
}
