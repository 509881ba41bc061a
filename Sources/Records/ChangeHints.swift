import Synchronization

/// The listeners of ``RecordStore/watch(_:)`` in this process: what every store uses to pass hints on.
public final class ChangeHints: Sendable {
    private struct State {
        var listeners: [Partition: [UInt64: AsyncStream<Void>.Continuation]] = [:]
        var nextIdentifier: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// No listeners.
    public init() {}

    /// Whether anybody listens.
    public var isEmpty: Bool { state.withLock { $0.listeners.isEmpty } }

    /// The partitions that somebody listens to.
    public var partitions: [Partition] { state.withLock { Array($0.listeners.keys) } }

    /// A stream that yields at once, then at least once after each hint; it ends when the store closes.
    public func stream(for partition: Partition) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let identifier: UInt64? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.nextIdentifier += 1
            state.listeners[partition, default: [:]][state.nextIdentifier] = continuation
            return state.nextIdentifier
        }
        guard let identifier else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(identifier, from: partition) }
        continuation.yield()
        return stream
    }

    /// Tells the partition's listeners; nil tells all.
    public func notify(_ partition: Partition?) {
        let continuations = state.withLock { state in
            if let partition { return Array((state.listeners[partition] ?? [:]).values) }
            return state.listeners.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.yield() }
    }

    /// Ends every stream.
    public func finish() {
        let continuations = state.withLock { state in
            state.isFinished = true
            defer { state.listeners = [:] }
            return state.listeners.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.finish() }
    }

    private func remove(_ identifier: UInt64, from partition: Partition) {
        state.withLock { state in
            state.listeners[partition]?[identifier] = nil
            if state.listeners[partition]?.isEmpty == true { state.listeners[partition] = nil }
        }
    }
}
