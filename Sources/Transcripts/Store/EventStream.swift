import Records

/// The events of a log as they are appended: each once, in order, none left out.
///
/// The store's hint says only that something happened; what happened is read by sequence, which the store gives in the
/// order of commits. So an event that is seen has all earlier ones before it.
public struct EventStream: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = Event
    /// What a read may throw; the sequence ends with it, and may be followed again after the last sequence seen.
    public typealias Failure = TranscriptError

    let store: TranscriptStore
    let log: EventLog
    let owner: Owner
    let types: Set<EventType>
    let after: Int64
    let endsWhenOver: Bool

    /// Begins to follow.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Where a follower is.
    public struct Iterator: AsyncIteratorProtocol {
        private static let pageLimit = 256
        private let stream: EventStream
        private var hints: AsyncStream<Void>.Iterator
        private var last: Int64
        private var waiting: ArraySlice<Event> = []
        private var isOver = false

        init(_ stream: EventStream) {
            self.stream = stream
            last = stream.after
            // Listening begins before the first read, so that no commit falls between.
            hints = stream.store.records.watch(stream.owner.partition).makeAsyncIterator()
        }

        /// The next event; nil when the task is cancelled, the store closed, or the log over.
        /// - Throws: ``TranscriptError`` `notFound` when the session or run is gone, `unavailable`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(TranscriptError) -> Event? {
            while true {
                if let event = waiting.popFirst() {
                    last = event.sequence
                    return event
                }
                if isOver || Task.isCancelled { return nil }
                let page: EventPage
                let isLogOver: Bool
                do throws(TranscriptError) {
                    (page, isLogOver) = try await stream.read(after: last, limit: Self.pageLimit)
                } catch {
                    // A read that was cut off by the end of the task is the end.
                    if Task.isCancelled { return nil }
                    throw error
                }
                waiting = page.events[...]
                if page.next == nil, stream.endsWhenOver, isLogOver { isOver = true }
                if waiting.isEmpty, !isOver, await hints.next(isolation: actor) == nil { isOver = true }
            }
        }
    }

    /// A page, and whether the log was over before it was read.
    private func read(after: Int64, limit: Int) async throws(TranscriptError) -> (page: EventPage, isOver: Bool) {
        var isOver = false
        if endsWhenOver {
            // A log that is over takes nothing new, so what is read after this is all there will be.
            switch log {
            case .session(let id):
                let session = try await store.session(id, in: owner)
                isOver = session.status == .ended && session.activeRunCount == 0
            case .run(let id): isOver = try await !store.run(id, in: owner).status.isActive
            }
        }
        return (try await store.events(in: log, of: owner, types: types, after: after, limit: limit), isOver)
    }
}

extension TranscriptStore {
    /// Follows a log: first what is there after a sequence, then what is appended, as it is.
    /// - Parameters:
    ///   - sequence: The last sequence already seen; 0 begins with the first event.
    ///   - types: Only events of these kinds; all when empty.
    ///   - endsWhenOver: Whether the sequence ends when the run is over, or the session has ended and its runs are over.
    public func follow(
        _ log: EventLog, of owner: Owner, after sequence: Int64 = 0, types: Set<EventType> = [],
        endsWhenOver: Bool = false
    ) -> EventStream {
        EventStream(
            store: self, log: log, owner: owner, types: types, after: sequence, endsWhenOver: endsWhenOver)
    }
}
