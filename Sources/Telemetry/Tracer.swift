package import Foundation
import Synchronization

/// Takes spans, and posts them in batches. It never makes a request wait: when too many wait, the newest are dropped and
/// counted.
package final class Tracer: Sendable {
    private struct State {
        var waiting: [Span] = []
        var dropped = 0
        var sent = 0
        var isScheduled = false
        var isClosed = false
    }

    package let configuration: TelemetryConfiguration
    private let post: @Sendable (Data) async -> Bool
    private let state = Mutex(State())

    /// - Parameter post: Sends a batch; answers whether it arrived.
    package init(_ configuration: TelemetryConfiguration, post: @escaping @Sendable (Data) async -> Bool) {
        self.configuration = configuration
        self.post = post
    }

    /// Spans that were dropped, because too many waited or nobody took them.
    package var dropped: Int { state.withLock { $0.dropped } }
    /// Spans that arrived.
    package var sent: Int { state.withLock { $0.sent } }

    /// Whether a trace is recorded.
    /// - Parameter parent: What whoever called decided; nil when the trace begins here.
    package func samples(_ traceID: String, parent: Bool?) -> Bool {
        if configuration.isParentBased, let parent { return parent }
        switch configuration.sampler {
        case .alwaysOn: return true
        case .alwaysOff: return false
        case .ratio(let ratio):
            // The last 56 bits are random (W3C Trace Context, level 2), and every server decides alike.
            let random = UInt64(traceID.suffix(14), radix: 16) ?? 0
            return Double(random) < ratio * Double(UInt64(1) << 56)
        }
    }

    /// Takes a span.
    package func record(_ span: Span) {
        let (begins, isFull) = state.withLock { state in
            guard !state.isClosed, state.waiting.count < configuration.queue else {
                state.dropped += 1
                return (false, false)
            }
            state.waiting.append(span)
            defer { state.isScheduled = true }
            return (!state.isScheduled, state.waiting.count == configuration.batch)
        }
        if begins {
            Task.detached { [self] in
                try? await Task.sleep(for: .seconds(configuration.delay))
                await flush(ends: true)
            }
        } else if isFull {
            Task.detached { [self] in await flush(ends: false) }
        }
    }

    /// Posts what waits.
    package func flush() async { await flush(ends: false) }

    /// Posts what waits, and takes no more.
    package func close() async {
        state.withLock { $0.isClosed = true }
        await flush(ends: false)
    }

    private func flush(ends: Bool) async {
        while true {
            let batch: [Span] = state.withLock { state in
                let batch = Array(state.waiting.prefix(configuration.batch))
                state.waiting.removeFirst(batch.count)
                if batch.isEmpty, ends { state.isScheduled = false }
                return batch
            }
            if batch.isEmpty { return }
            let isTaken = await post(OTLP.traces(batch, resource: configuration.resource))
            state.withLock { state in
                if isTaken { state.sent += batch.count } else { state.dropped += batch.count }
            }
        }
    }
}

/// Nanoseconds since 1970 of this machine's clock.
package func wallNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
