public import KeyValues
public import Memories
import Transcripts

extension AgentMemory {
    /// One thing that is due now and then.
    public struct SweepJob: Sendable {
        /// What it is about, such as `transcripts`.
        public var name: String
        /// Does it.
        public var run: @Sendable () async throws -> Void

        /// A job.
        public init(_ name: String, run: @escaping @Sendable () async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// What is due now and then in every domain: expired memories, sessions, messages of conversations at hand and
    /// key–value items are removed, interrupted purges and moves to the archive are finished, and changes of an
    /// application's state are carried over. What has expired is not seen before that; this frees its space.
    ///
    /// Doing it in several processes at once does no harm, but is in vain: see ``Sweeper``.
    /// - Parameters:
    ///   - shortTerm: The conversations at hand, where they are kept with other settings; nil makes them as ``shortTerm(_:)``.
    ///   - keyValues: The items, likewise.
    /// - Throws: ``MemoryError`` `unavailable`.
    public func sweepJobs(
        shortTerm: ShortTermMemory? = nil, keyValues: KeyValueStore? = nil
    ) async throws(MemoryError) -> [SweepJob] {
        let memories = memories
        let transcripts = try await transcripts()
        let buffers: ShortTermMemory
        if let shortTerm { buffers = shortTerm } else { buffers = try await self.shortTerm() }
        let items: KeyValueStore
        do throws(KeyValueError) {
            if let keyValues { items = keyValues } else { items = try await self.keyValues() }
        } catch {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message, underlying: error)
        }
        return [
            SweepJob("memories") { _ = try await memories.sweepExpired() },
            SweepJob("transcripts") { _ = try await transcripts.sweep() },
            SweepJob("short_term") { _ = try await buffers.sweep() },
            SweepJob("key_values") { _ = try await items.sweepEveryTenant() },
        ]
    }
}
