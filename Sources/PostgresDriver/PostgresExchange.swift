#if PostgreSQL
    internal import CPostgres
    import Dispatch
    import Records

    /// A result of libpq, released with its last owner.
    // Unchecked: a result does not change, and libpq allows reading it on any thread.
    final class PostgresResult: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { self.pointer = pointer }

        deinit { PQclear(pointer) }

        var status: ExecStatusType { PQresultStatus(pointer) }

        /// How many rows it has.
        var count: Int32 { PQntuples(pointer) }

        /// How many rows the statement changed.
        var changes: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

        /// What the statement did, in a word.
        var tag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }
    }

    /// One statement of a round trip.
    struct PostgresStep: Sendable {
        enum Action: Sendable {
            /// Keeps a statement under a name on the server.
            case prepare(name: String, text: String, types: [UInt32])
            /// Runs a kept statement.
            case execute(name: String, PostgresParameters)
            /// Runs a statement that is not kept.
            case query(text: String, PostgresParameters)
        }

        var action: Action
        /// The place of the call it belongs to; nil for what the driver adds.
        var call: Int?

        init(_ action: Action, call: Int? = nil) {
            self.action = action
            self.call = call
        }

        /// A statement without arguments.
        init(_ text: String, call: Int? = nil) {
            self.init(.query(text: text, PostgresParameters()), call: call)
        }

        /// Puts the step into the connection's pipeline; false when the library refuses.
        func send(on handle: OpaquePointer) -> Bool {
            switch action {
            case .prepare(let name, let text, let types):
                return PQsendPrepare(handle, name, text, Int32(types.count), types) == 1
            case .execute(let name, let parameters):
                return parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
                }
            case .query(let text, let parameters):
                return parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryParams(handle, text, count, parameters.types, values, lengths, formats, 1) == 1
                }
            }
        }
    }

    /// The answer to a round trip.
    struct PostgresReply: Sendable {
        enum Failure: Sendable {
            /// The server refused a step; the later ones did not run.
            case statement(step: Int, PostgresFailure)
            /// The connection ended; whether the statements may have reached the server.
            case lost(PostgresFailure?, wasSent: Bool)
            /// The caller was cancelled before anything was sent.
            case cancelled
        }

        /// One result a step that ran.
        var results: [PostgresResult?]
        var failure: Failure?

        init(results: [PostgresResult?]) { self.results = results }

        init(_ failure: Failure, count: Int) {
            results = Array(repeating: nil, count: count)
            self.failure = failure
        }

        static let cancelledBefore = PostgresReply(.cancelled, count: 0)
    }

    /// One round trip on its way.
    struct PostgresExchange {
        let number: UInt64
        let steps: Int
        var step = 0
        var hasResult = false
        var results: [PostgresResult?]
        var failure: (step: Int, failure: PostgresFailure)?
        var deadline: DispatchTime
        var continuation: UnsafeContinuation<PostgresReply, Never>?
    }
#endif
