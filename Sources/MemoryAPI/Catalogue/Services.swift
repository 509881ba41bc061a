package import Memories
import TranscriptFormats
package import Transcripts

/// What operations work on. What is nil is not kept by this server: operations on it are `unsupported`.
package struct Services: Sendable {
    package var memories: MemoryStore
    package var transcripts: TranscriptStore?
    package var shortTerm: ShortTermMemory?

    package init(memories: MemoryStore, transcripts: TranscriptStore? = nil, shortTerm: ShortTermMemory? = nil) {
        self.memories = memories
        self.transcripts = transcripts
        self.shortTerm = shortTerm
    }
}

extension OperationCall {
    /// Whose transcripts.
    var owner: Owner { Owner(app: scope.app, user: scope.user) }

    /// The transcripts.
    /// - Throws: ``MemoryError`` `unsupported` where there are none.
    func transcripts() throws(MemoryError) -> TranscriptStore {
        guard let store = services.transcripts else {
            throw MemoryError(.unsupported, "this server keeps no transcripts")
        }
        return store
    }

    /// The conversations at hand.
    /// - Throws: ``MemoryError`` `unsupported` where there are none.
    func shortTerm() throws(MemoryError) -> ShortTermMemory {
        guard let store = services.shortTerm else {
            throw MemoryError(.unsupported, "this server keeps no short-term memory")
        }
        return store
    }

    /// Asks the transcripts of the owner.
    /// - Throws: ``MemoryError`` with the code of what the transcripts threw.
    func transcribe<Answer>(
        _ body: (TranscriptStore, Owner) async throws(TranscriptError) -> Answer
    ) async throws(MemoryError) -> Answer {
        let store = try transcripts()
        do throws(TranscriptError) {
            return try await body(store, owner)
        } catch {
            throw MemoryError(error)
        }
    }
}

extension MemoryError {
    /// The same error of transcripts: codes keep their names.
    package init(_ error: TranscriptError) {
        self.init(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
    }

    init(_ error: FormatError) { self.init(.invalid, error.message, underlying: error) }
}

extension MemoryError.Code {
    /// The session has ended and takes nothing new.
    package static let sessionEnded = MemoryError.Code(rawValue: TranscriptError.Code.sessionEnded.rawValue)
    /// The session was purged or has expired; its id is never used again.
    package static let sessionPurged = MemoryError.Code(rawValue: TranscriptError.Code.sessionPurged.rawValue)
    /// The session must be ended first.
    package static let sessionActive = MemoryError.Code(rawValue: TranscriptError.Code.sessionActive.rawValue)
    /// The session still has runs at work.
    package static let sessionHasActiveRuns = MemoryError.Code(
        rawValue: TranscriptError.Code.sessionHasActiveRuns.rawValue)
    /// The run is over and takes nothing new.
    package static let runNotActive = MemoryError.Code(rawValue: TranscriptError.Code.runNotActive.rawValue)
    /// The run is still at work.
    package static let runActive = MemoryError.Code(rawValue: TranscriptError.Code.runActive.rawValue)
}
