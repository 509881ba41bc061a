private import CSQLite
import Records
import RelationalRecords
import SQLiteDriver
import Synchronization
import Testing
import Transcripts

/// The statements that transcripts run, explained by SQLite itself: each finds its rows by a declared index, in the
/// index's order, so its cost does not grow with what it leaves out.
@Suite("Query plans of transcripts")
struct TranscriptPlanTests {
    private static let owner = Owner(app: "app", user: "user")

    /// A connection that writes down every statement it runs, with its arguments.
    // Unchecked: a test uses it from one task at a time.
    private final class TracedHandle: @unchecked Sendable {
        let pointer: OpaquePointer
        private let statements = Mutex<[String]>([])

        init() throws {
            var opened: OpaquePointer?
            try #require(sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == 0)
            pointer = try #require(opened)
            let context = Unmanaged.passUnretained(self).toOpaque()
            sqlite3_trace_v2(
                pointer, UInt32(SQLITE_TRACE_STMT),
                { _, context, statement, _ in
                    guard let context, let statement, let text = sqlite3_expanded_sql(OpaquePointer(statement)) else {
                        return 0
                    }
                    defer { sqlite3_free(text) }
                    let handle = Unmanaged<TracedHandle>.fromOpaque(context).takeUnretainedValue()
                    handle.statements.withLock { $0.append(String(cString: text)) }
                    return 0
                }, context)
        }

        deinit { sqlite3_close_v2(pointer) }

        /// The queries of a table that were run meanwhile.
        func queries(of table: String, _ body: () async throws -> Void) async throws -> [String] {
            statements.withLock { $0 = [] }
            try await body()
            return statements.withLock { $0 }.filter { $0.hasPrefix("SELECT") && $0.contains("\"\(table)\"") }
        }

        /// The steps of SQLite's plan.
        func plan(of statement: String) throws -> [String] {
            var prepared: OpaquePointer?
            let code = sqlite3_prepare_v2(pointer, "EXPLAIN QUERY PLAN " + statement, -1, &prepared, nil)
            try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(pointer))): \(statement)")
            defer { sqlite3_finalize(prepared) }
            var steps: [String] = []
            while sqlite3_step(prepared) == SQLITE_ROW {
                steps.append(String(cString: sqlite3_column_text(prepared, 3)))
            }
            return steps
        }
    }

    /// What is asked, and the columns that SQLite must find the rows by.
    private struct Question: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var table: String
        var columns: [String]
        var ask: @Sendable (TranscriptStore) async throws -> Void

        init(
            _ name: String, _ table: String, _ columns: [String],
            _ ask: @escaping @Sendable (TranscriptStore) async throws -> Void
        ) {
            testDescription = name
            self.table = table
            self.columns = columns
            self.ask = ask
        }
    }

    private static let run = "transcript_run"
    private static let event = "transcript_event"
    private static let session = "transcript_session"
    private static let note = EventType(rawValue: "note")
    private static let moment = Timestamp(microseconds: 1_715_000_000_000_000)

    private static let questions: [Question] = [
        Question("runs of a session", run, ["partition=?", "session_id=?"]) {
            _ = try await $0.runs(matching: RunQuery(session: "s"), in: owner)
        },
        Question("runs of a session and status", run, ["partition=?", "session_id=?", "status=?"]) {
            _ = try await $0.runs(matching: RunQuery(session: "s", statuses: [.running]), in: owner)
        },
        Question("runs of a status", run, ["partition=?", "status=?"]) {
            _ = try await $0.runs(matching: RunQuery(statuses: [.running]), in: owner)
        },
        Question("runs of a status since", run, ["partition=?", "status=?", "created_at"]) {
            _ = try await $0.runs(matching: RunQuery(statuses: [.running], from: moment, through: moment), in: owner)
        },
        Question("children of a run", run, ["partition=?", "parent_run_id=?"]) {
            _ = try await $0.runs(matching: RunQuery(parent: "r"), in: owner)
        },
        Question("a run by its id alone", run, ["run_id=?"]) { _ = try await $0.findRuns("r") },
        Question("runs of a status among all owners", run, ["status=?"]) {
            _ = try await $0.surveyRuns(matching: RunQuery(statuses: [.pending]))
        },
        Question("a session by its id alone", session, ["session_id=?"]) { _ = try await $0.findSessions("s") },
        Question("sessions by activity", session, ["partition=?"]) { _ = try await $0.sessions(in: owner) },
        Question("sessions of a status", session, ["partition=?", "status=?"]) {
            _ = try await $0.sessions(matching: SessionQuery(status: .active), in: owner)
        },
        Question("events of a session", event, ["partition=?", "session_id=?"]) {
            _ = try await $0.events(in: .session("s"), of: owner)
        },
        Question("events of a session before one", event, ["partition=?", "session_id=?", "sequence"]) {
            _ = try await $0.events(in: .session("s"), of: owner, before: 50, isDescending: true)
        },
        Question("events of a run", event, ["partition=?", "run_id=?"]) {
            _ = try await $0.events(in: .run("r"), of: owner, after: 3)
        },
        Question("the latest event of a kind", event, ["partition=?", "session_id=?", "type=?"]) {
            _ = try await $0.latestEvent(of: note, in: .session("s"), of: owner)
        },
        Question("the latest event of a kind of a run", event, ["partition=?", "run_id=?", "type=?"]) {
            _ = try await $0.latestEvent(of: note, in: .run("r"), of: owner)
        },
        Question("a repeat by its key", event, ["partition=?", "event_id=?"]) {
            for _ in 1...2 {
                try await $0.append([NewEvent(.custom(note, []), key: "k")], to: .session("s"), in: owner)
            }
        },
    ]

    @Test(arguments: questions) private func everyQuestionIsAnsweredByAnIndex(_ question: Question) async throws {
        let handle = try TracedHandle()
        let records = try SQLiteRecords.open(handle: handle.pointer)
        let store = try await TranscriptStore(
            records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
        try await store.createSession(NewSession(id: "s"), in: Self.owner)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: Self.owner)
        for _ in 0..<40 {
            try await store.append([NewEvent(.custom(Self.note, []))], to: .run("r"), in: Self.owner)
        }
        let asked = try await handle.queries(of: question.table) { try await question.ask(store) }
        try #require(!asked.isEmpty)
        for statement in asked {
            let plan = try handle.plan(of: statement)
            let search = try #require(plan.first { $0.hasPrefix("SEARCH") }, "\(plan)")
            for column in question.columns { #expect(search.contains(column), "\(plan) \(statement)") }
            #expect(!plan.contains { $0.contains("SCAN") }, "\(plan)")
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
        await store.close()
        await records.close()
    }

    /// The plan is a proof only if a question without an index fails it.
    @Test func aQuestionWithoutAnIndexIsSeen() async throws {
        let handle = try TracedHandle()
        let records = try SQLiteRecords.open(handle: handle.pointer)
        let store = try await TranscriptStore(
            records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
        let plan = try handle.plan(of: "SELECT * FROM \"transcript_run\" ORDER BY \"phase\"")
        #expect(plan.contains { $0.contains("SCAN") } && plan.contains { $0.contains("TEMP B-TREE") })
        await store.close()
        await records.close()
    }
}
