import Access
public import Memories

/// One table from a code to what each edge answers.
public struct ErrorTable: Sendable, Hashable {
    /// The HTTP status.
    public var httpStatus: Int
    /// The command line's exit code: 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 unavailable, 6 limit.
    public var exitCode: Int32
    /// The JSON-RPC 2.0 error code.
    public var jsonRPCCode: Int

    /// The row of a code; unknown codes are failures.
    public init(_ code: MemoryError.Code) {
        switch code {
        case .invalid: self.init(400, 2, -32_602)
        case .notFound: self.init(404, 3, -32_001)
        case .conflict, .sessionEnded, .sessionActive, .sessionHasActiveRuns, .runNotActive, .runActive:
            self.init(409, 4, -32_002)
        case .sessionPurged: self.init(410, 3, -32_001)
        case .limit: self.init(429, 6, -32_003)
        case .unavailable, .outcomeUnknown, .closed: self.init(503, 5, -32_004)
        case .unsupported: self.init(501, 1, -32_005)
        case .unauthenticated: self.init(401, 1, -32_006)
        case .forbidden: self.init(403, 1, -32_007)
        case .preconditionFailed: self.init(412, 4, -32_002)
        case .rateLimited: self.init(429, 6, -32_003)
        default: self.init(500, 1, -32_603)
        }
    }

    private init(_ httpStatus: Int, _ exitCode: Int32, _ jsonRPCCode: Int) {
        self.httpStatus = httpStatus
        self.exitCode = exitCode
        self.jsonRPCCode = jsonRPCCode
    }
}
